internal import Foundation

/// An S3 server (PyPI: moto) that checks signatures, with a user who may do everything. It has IAM and STS at the same
/// address.
public final class S3Server: Sendable {
  /// Its address.
  public let endpoint: String
  /// Its port on loopback.
  public let port: Int
  /// The user's access key.
  public let accessKey: String
  /// The user's secret key.
  public let secretKey: String
  /// A role that may do everything and that the user may take.
  public let role: String
  private let process: ChildProcess
  private let environment: [String: String]

  /// Starts one.
  ///
  /// - Parameters:
  ///   - checksSignatures: false: it takes every request, also one without a signature.
  ///   - certificates: it speaks TLS.
  public init(checksSignatures: Bool = true, certificates: TestCertificates? = nil) throws {
    guard let python = Python.interpreter else { throw TestSupportError(Availability.pythonHint) }
    port = try FreePort.next()
    endpoint = "\(certificates == nil ? "http" : "https")://127.0.0.1:\(port)"
    environment = certificates.map { ["AWS_CA_BUNDLE": $0.authority] } ?? [:]
    let tls = certificates.map { ["-c", $0.serverCertificate, "-k", $0.serverKey] } ?? []
    process = try ChildProcess(
      [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", "\(port)"] + tls,
      environment: ["INITIAL_NO_AUTH_ACTION_COUNT": checksSignatures ? "3" : "1000000000"])
    let port = port
    guard try eventually(within: .seconds(60), { !FreePort.isFree(port) }) else {
      throw TestSupportError("the S3 server does not come up: \(process.output)")
    }
    let said = try Python.run(Self.setup, [endpoint], environment: environment).split(separator: "\n").map(String.init)
    guard said.count == 3 else { throw TestSupportError("the S3 server can't be set up: \(process.output)") }
    (accessKey, secretKey, role) = (said[0], said[1], said[2])
  }

  /// Runs a script that has `s3`, a client, `bucket`, the name of a bucket, and `args`.
  @discardableResult public func run(_ script: String, bucket: String = "", _ arguments: [String] = []) throws -> String
  {
    try Python.run(
      Self.client + script, [endpoint, accessKey, secretKey, bucket] + arguments, environment: environment)
  }

  /// What it wrote, for messages.
  public var log: String { process.output }

  /// A new bucket; the result is its name.
  public func makeBucket() throws -> String {
    let name = uniqueName("test").replacing("_", with: "-")
    try run("s3.create_bucket(Bucket=bucket)", bucket: name)
    return name
  }

  /// Every object of a bucket with its content.
  public func objects(_ bucket: String) throws -> [String: [UInt8]] {
    let text = try run(
      """
      import base64
      out = {}
      for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
          for item in page.get("Contents", []):
              body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
              out[item["Key"]] = base64.b64encode(body).decode()
      print(json.dumps(out))
      """, bucket: bucket)
    return try JSONDecoder().decode([String: Data].self, from: Data(text.utf8)).mapValues { Array($0) }
  }

  /// The keys of a bucket's unfinished multipart uploads.
  public func uploads(_ bucket: String) throws -> [String] {
    let text = try run(
      "print(json.dumps([u['Key'] for u in s3.list_multipart_uploads(Bucket=bucket).get('Uploads', [])]))",
      bucket: bucket)
    return try JSONDecoder().decode([String].self, from: Data(text.utf8))
  }

  private static let setup = """
    import boto3, json, sys
    endpoint = sys.argv[1]
    allow = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:*", "Resource": "*",
         "Principal": {"AWS": "arn:aws:iam::123456789012:user/tester"}}]})
    def iam(key, secret):
        return boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret)
    first = iam("any", "any")
    first.create_user(UserName="tester")
    key = first.create_access_key(UserName="tester")["AccessKey"]
    first.put_user_policy(UserName="tester", PolicyName="all", PolicyDocument=allow)
    own = iam(key["AccessKeyId"], key["SecretAccessKey"])
    role = own.create_role(RoleName="writer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    own.put_role_policy(RoleName="writer", PolicyName="all", PolicyDocument=allow)
    print(key["AccessKeyId"], key["SecretAccessKey"], role, sep="\\n")
    """

  private static let client = """
    import boto3, botocore.config, json, sys
    endpoint, key, secret, bucket, args = *sys.argv[1:5], sys.argv[5:]
    def client(name):
        return boto3.client(name, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key=secret, config=botocore.config.Config(s3={"addressing_style": "path"}))
    s3 = client("s3")

    """
}
