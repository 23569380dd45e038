internal import HTTPClient
internal import ObjectStore
internal import Settings

/// Reads where objects go from a configuration.
struct TargetReader {
  let parsed: ParsedConfig
  let kind: ObjectStoreClass
  var problems: [ConfigProblem] = []

  init(parsed: ParsedConfig, kind: ObjectStoreClass) {
    self.parsed = parsed
    self.kind = kind
  }

  mutating func read() -> ObjectTarget? {
    let bucketKeys = kind == .aiven ? ["aws.s3.bucket.name", "aws_s3_bucket"] : ["s3.bucket.name"]
    guard let bucket = first(bucketKeys) else {
      if kind == .aiven {
        problems.append(
          ConfigProblem(key: "aws.s3.bucket.name", message: "Either aws.s3.bucket.name or aws_s3_bucket must be set"))
      }
      return nil
    }
    let urlKeys = kind == .aiven ? ["aws.s3.endpoint", "aws_s3_endpoint"] : ["store.url"]
    if let url = first(urlKeys), url.lowercased().hasPrefix("file:") {
      guard let folder = FolderStore.folder(of: url) else {
        problems.append(.invalid(url, key: urlKeys[0], "it must be file:///FOLDER with an absolute path"))
        return nil
      }
      return .folder(folder, bucket: bucket)
    }
    var settings = S3Settings(bucket: bucket)
    settings.endpoint = first(urlKeys)
    if let url = settings.endpoint, !url.lowercased().hasPrefix("http://"), !url.lowercased().hasPrefix("https://") {
      // AWS's library takes a host alone.
      settings.endpoint = "https://\(url)"
    }
    if kind == .aiven { readAiven(&settings) } else { readConfluent(&settings) }
    return .bucket(settings)
  }

  private func first(_ keys: [String]) -> String? { keys.lazy.compactMap { parsed.optional($0) }.first }

  private mutating func readConfluent(_ settings: inout S3Settings) {
    settings.region = parsed.optional("s3.region")
    settings.isPathStyle = parsed.bool("s3.path.style.access.enabled")
    settings.isAccelerated = parsed.bool("s3.wan.mode")
    if settings.isAccelerated, settings.isPathStyle {
      problems.append(
        ConfigProblem(
          key: "s3.wan.mode",
          message: "s3.wan.mode and s3.path.style.access.enabled exclude each other; set the second to false"))
    }
    settings.partSize = parsed.int("s3.part.size")
    settings.retries = S3RetryPolicy(
      count: parsed.int("s3.part.retries"), first: parsed.milliseconds("s3.retry.backoff.ms"))
    settings.credentials = credentials(
      id: parsed.optional("aws.access.key.id"), secret: parsed.optional("aws.secret.access.key"),
      provider: "s3.credentials.provider.class")
    let role = "s3.credentials.provider."
    let isRole = parsed.string("s3.credentials.provider.class").hasSuffix("AwsAssumeRoleCredentialsProvider")
    if let arn = parsed.optional("sts.role.arn") ?? (isRole ? given(role + "sts.role.arn") : nil) {
      settings.credentials = .role(
        S3Role(
          arn: arn,
          sessionName: parsed.optional("sts.role.session.name") ?? given(role + "sts.role.session.name")
            ?? "martinet",
          externalID: parsed.optional("sts.role.external.id") ?? given(role + "sts.role.external.id")),
        with: settings.credentials)
    } else if isRole {
      problems.append(
        ConfigProblem(key: "sts.role.arn", message: "sts.role.arn must be given for AwsAssumeRoleCredentialsProvider"))
    }
    if let proxy = parsed.optional("s3.proxy.url") {
      settings.proxy = HTTPProxy(
        url: proxy, user: parsed.optional("s3.proxy.user"), password: parsed.optional("s3.proxy.password"))
    }
    readObject(&settings.object)
  }

  private func given(_ key: String) -> String? {
    parsed.withPrefix("").first { $0.0 == key }?.1
  }

  private mutating func readObject(_ object: inout S3ObjectSettings) {
    switch (parsed.optional("s3.ssea.name"), parsed.optional("s3.sse.customer.key")) {
    case ("AES256", let key?): object.encryption = .customerKey(base64: key)
    case ("AES256", nil): object.encryption = .managed
    case ("aws:kms", _): object.encryption = .keyService(keyID: parsed.optional("s3.sse.kms.key.id"))
    default: break
    }
    object.cannedACL = parsed.optional("s3.acl.canned")
    object.sendsDigest = parsed.bool("s3.send.digest")
    object.ignoresTaggingErrors = parsed.string("s3.object.behavior.on.tagging.error") != "fail"
    guard parsed.bool("s3.object.tagging") else { return }
    for pair in parsed.list("s3.object.tagging.key.value.pairs") {
      let halves = pair.split(separator: ":", maxSplits: 1).map(String.init)
      guard halves.count == 2 else {
        problems.append(.invalid(pair, key: "s3.object.tagging.key.value.pairs", "each must be name:value"))
        continue
      }
      object.tags.append(ObjectTag(halves[0], halves[1]))
    }
  }

  private mutating func readAiven(_ settings: inout S3Settings) {
    settings.region = first(["aws.s3.region", "aws_s3_region"]) ?? "us-east-1"
    // Aiven's client uses the path where an endpoint is given, and the host's name with AWS.
    settings.isPathStyle = settings.endpoint != nil
    settings.partSize = parsed.int("aws.s3.part.size.bytes")
    settings.retries = S3RetryPolicy(
      count: parsed.int("aws.s3.backoff.max.retries"), first: parsed.milliseconds("aws.s3.backoff.delay.ms"),
      cap: parsed.milliseconds("aws.s3.backoff.max.delay.ms"))
    settings.credentials = credentials(
      id: first(["aws.access.key.id", "aws_access_key_id"]),
      secret: first(["aws.secret.access.key", "aws_secret_access_key"]), provider: "aws.credentials.provider")
    if let arn = parsed.optional("aws.sts.role.arn") {
      settings.credentials = .role(
        S3Role(
          arn: arn, sessionName: parsed.optional("aws.sts.role.session.name") ?? "martinet",
          externalID: parsed.optional("aws.sts.role.external.id"),
          duration: parsed.int("aws.sts.role.session.duration"), endpoint: parsed.optional("aws.sts.config.endpoint")),
        with: settings.credentials)
    }
    switch parsed.optional("aws.s3.sse.algorithm") {
    case nil: break
    case "AES256": settings.object.encryption = .managed
    case "aws:kms": settings.object.encryption = .keyService(keyID: nil)
    case let name?:
      problems.append(.invalid(name, key: "aws.s3.sse.algorithm", "it must be AES256 or aws:kms"))
    }
  }

  private mutating func credentials(id: String?, secret: String?, provider: String) -> S3Credentials {
    switch (id, secret) {
    case (let id?, let secret?): return .keys(id: id, secret: secret)
    case (nil, nil): return parsed.optional(provider).flatMap { S3Providers.credentials(of: $0) } ?? .chain
    default:
      problems.append(
        ConfigProblem(
          key: id == nil ? "aws.access.key.id" : "aws.secret.access.key",
          message: "the access key and the secret key must be given together"))
      return .chain
    }
  }
}
