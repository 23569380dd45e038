/// A test authority with certificates for a server on loopback and for one client, made with the `openssl` program.
public final class TestCertificates: Sendable {
  private let folder: TemporaryFolder
  /// The authority's certificate (PEM file).
  public var authority: String { folder.path("ca.pem") }
  /// The server's certificate, for localhost, 127.0.0.1 and ::1.
  public var serverCertificate: String { folder.path("server-cert.pem") }
  /// The server's key.
  public var serverKey: String { folder.path("server-key.pem") }
  /// The client's certificate; its common name is the client's name.
  public var clientCertificate: String { folder.path("client-cert.pem") }
  /// The client's key.
  public var clientKey: String { folder.path("client-key.pem") }
  /// The client's key, encrypted with `keyPassword`.
  public var encryptedClientKey: String { folder.path("client-key-encrypted.pem") }
  /// The password of `encryptedClientKey`.
  public let keyPassword = "key-password"
  /// The folder with `server.pem` and `ca.pem`, as the Kafka kit's `--tls` takes it.
  public var path: String { folder.path }

  /// Makes new ones.
  public init(clientName: String = "client") throws {
    folder = try TemporaryFolder("tls", isShared: true)
    try openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca-key.pem -out ca.pem")
    try issue("server", "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1")
    try issue("client", clientName, "subjectAltName=DNS:\(clientName)")
    try openssl("pkcs8 -topk8 -in client-key.pem -out client-key-encrypted.pem -passout pass:\(keyPassword)")
    try Command.check(["chmod", "600", clientKey, encryptedClientKey])
  }

  private func issue(_ name: String, _ commonName: String, _ extensions: String) throws {
    try openssl("req -newkey rsa:2048 -nodes -subj /CN=\(commonName) -keyout \(name)-key.pem -out \(name).csr")
    try folder.write(extensions + "\n", to: name + ".ext")
    try openssl(
      "x509 -req -in \(name).csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile \(name).ext "
        + "-out \(name)-cert.pem")
    let chain = try folder.read("\(name)-key.pem") + folder.read("\(name)-cert.pem") + folder.read("ca.pem")
    try folder.write(chain, to: name + ".pem")
  }

  private func openssl(_ arguments: String) throws {
    try Command.check(["openssl"] + arguments.split(separator: " ").map(String.init), directory: folder.path)
  }
}
