import Foundation
import TestSupport
import Testing

@testable import ObjectStore

/// Signatures against AWS's own vectors and against botocore.
@Suite struct SigV4Tests {
  struct Vectors: Decodable {
    struct Case: Decodable {
      let name, request, canonical, stringToSign, authorization: String
    }
    let cases: [Case]
  }

  /// The test suite that AWS publishes.
  @Test func agreesWithThePublishedVectors() throws {
    let file = try #require(Bundle.module.url(forResource: "Resources/aws4_testsuite", withExtension: "json"))
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
    #expect(vectors.cases.count == 24)
    let signer = SigV4(service: "service", region: "us-east-1")
    for vector in vectors.cases {
      let request = try #require(Self.parse(vector))
      let keys = AWSCredentials(id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
      #expect(SigV4.canonical(request) == vector.canonical, "\(vector.name)")
      #expect(signer.stringToSign(request, "20150830T123600Z") == vector.stringToSign, "\(vector.name)")
      let signature = signer.signature(of: request, keys, "20150830T123600Z")
      #expect(vector.authorization.hasSuffix("Signature=" + signature), "\(vector.name)")
    }
  }

  /// The examples of the S3 documentation ("Authenticating Requests: Using the Authorization Header").
  @Test func agreesWithTheExamplesOfS3() {
    let signer = SigV4(service: "s3", region: "us-east-1")
    let keys = AWSCredentials(id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    let empty = Digest.emptySHA256
    let host = ("Host", "examplebucket.s3.amazonaws.com")
    let get = SigV4.Request(
      method: "GET", path: "/test.txt",
      headers: [host, ("Range", "bytes=0-9"), ("x-amz-content-sha256", empty)], payload: empty)
    let list = SigV4.Request(
      method: "GET", path: "/", query: [("max-keys", "2"), ("prefix", "J")],
      headers: [host, ("x-amz-content-sha256", empty)], payload: empty)
    let lifecycle = SigV4.Request(
      method: "GET", path: "/", query: [("lifecycle", "")], headers: [host, ("x-amz-content-sha256", empty)],
      payload: empty)
    let hash = Digest.hex(Digest.sha256("Welcome to Amazon S3.".utf8))
    let put = SigV4.Request(
      method: "PUT", path: URIText.encodedPath("/test$file.text"),
      headers: [
        host, ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", hash),
      ], payload: hash)
    let expected = [
      (get, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
      (list, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
      (lifecycle, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
      (put, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    ]
    for (request, signature) in expected {
      let headers = signer.headers(for: request, keys, at: 1_369_353_600)
      #expect(headers.last?.1.hasSuffix("Signature=" + signature) == true, "\(request.path) \(request.query)")
    }
  }

  @Test(.needsPython) func agreesWithBotocore() throws {
    let keys = ["a/b.avro", "a b+c=d/ü/雪.json", "x%2Fy~'()!*.bin", "year=2026/month=01/t+0+0000000042.avro"]
    let queries: [[(String, String)]] = [
      [], [("uploads", "")], [("partNumber", "7"), ("uploadId", "a+b/c==&d")],
      [("prefix", "topics/a b"), ("uploads", ""), ("encoding-type", "url"), ("max-uploads", "1000")],
    ]
    let extra: [[(String, String)]] = [
      [], [("Content-Type", "application/json"), ("If-None-Match", "*")],
      [("x-amz-meta-name", "  two   words "), ("x-amz-acl", "bucket-owner-full-control")],
    ]
    var cases: [[String: Any]] = []
    var ours: [String] = []
    for (number, key) in keys.enumerated() {
      for query in queries {
        for headers in extra {
          for service in ["s3", "sts"] {
            let token = number.isMultiple(of: 2) ? nil : "token+/=="
            let payload = number < 2 ? "UNSIGNED-PAYLOAD" : Digest.hex(Digest.sha256(key.utf8))
            let all = [("Host", "127.0.0.1:9000")] + headers + [("x-amz-content-sha256", payload)]
            let path = URIText.encodedPath("/bucket/" + key)
            let request = SigV4.Request(
              method: "PUT", path: path, query: query, headers: all, payload: payload)
            let signed = SigV4(service: service, region: "eu-central-1").headers(
              for: request, AWSCredentials(id: "AKID", secret: "secret/key", token: token), at: 1_790_000_000)
            ours.append(try #require(signed.last?.1))
            let text = URIText.query(query)
            cases.append([
              "url": "http://127.0.0.1:9000\(path)" + (text.isEmpty ? "" : "?" + text), "service": service,
              "headers": all.map { [$0.0, $0.1] }, "token": token ?? "", "payload": payload,
            ])
          }
        }
      }
    }
    let script = """
      import datetime, json, sys
      import botocore.auth, botocore.awsrequest, botocore.credentials
      now = datetime.datetime.fromtimestamp(1790000000, datetime.timezone.utc)
      botocore.auth.get_current_datetime = lambda *a, **k: now.replace(tzinfo=None)
      for case in json.load(sys.stdin):
          base = botocore.auth.S3SigV4Auth if case["service"] == "s3" else botocore.auth.SigV4Auth
          class Auth(base):
              def payload(self, request): return case["payload"]
              def _should_sha256_sign_payload(self, request): return True
              # S3's rule for paths, for both: nothing is normalized or encoded twice.
              def _normalize_url_path(self, path): return path
          keys = botocore.credentials.Credentials("AKID", "secret/key", case["token"] or None)
          request = botocore.awsrequest.AWSRequest(method="PUT", url=case["url"], headers=dict(case["headers"]))
          Auth(keys, case["service"], "eu-central-1").add_auth(request)
          print(request.headers["Authorization"])
      """
    let input = String(decoding: try JSONSerialization.data(withJSONObject: cases), as: UTF8.self)
    let theirs = try Python.run(script, input: input).split(separator: "\n").map(String.init)
    #expect(theirs.count == 96)
    #expect(theirs == ours)
  }

  private static func parse(_ vector: Vectors.Case) -> SigV4.Request? {
    let parts = vector.request.components(separatedBy: "\n\n")
    var lines = parts[0].components(separatedBy: "\n")
    let first = lines.removeFirst().components(separatedBy: " ")
    let target = first.dropFirst().dropLast().joined(separator: " ")
    var headers: [(String, String)] = []
    for line in lines where !line.isEmpty {
      if line.hasPrefix(" "), let last = headers.indices.last {
        headers[last].1 += " " + line.trimmingCharacters(in: .whitespaces)
      } else if let colon = line.firstIndex(of: ":") {
        headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
      }
    }
    if let token = vector.canonical.firstMatch(of: /x-amz-security-token:(.*)/) {
      headers.append(("X-Amz-Security-Token", String(token.1)))
    }
    let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let query = pieces.count < 2 || pieces[1].isEmpty ? [] : pieces[1].components(separatedBy: "&")
    let body = parts.dropFirst().joined(separator: "\n\n")
    return SigV4.Request(
      method: first[0], path: URIText.encodedPath(pieces[0]),
      query: query.map {
        let pair = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (URIText.decoded(pair[0]), pair.count > 1 ? URIText.decoded(pair[1]) : "")
      },
      headers: headers, payload: Digest.hex(Digest.sha256(body.utf8)))
  }
}
