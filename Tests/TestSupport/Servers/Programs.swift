internal import Foundation

/// The built programs that integration tests run: in `MARTINET_TEST_BIN`, else beside the test binary.
public enum Programs {
  /// The folder with `cdcd` and `cdcctl`; nil: not built.
  public static let folder: String? = {
    let named = ProcessInfo.processInfo.environment["MARTINET_TEST_BIN"] ?? ""
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    return [named, beside].first {
      !$0.isEmpty && FileManager.default.isExecutableFile(atPath: $0 + "/cdcd")
        && FileManager.default.isExecutableFile(atPath: $0 + "/cdcctl")
    }
  }()

  /// The path of `cdcd`.
  public static var cdcd: String { (folder ?? ".") + "/cdcd" }
  /// The path of `cdcctl`.
  public static var cdcctl: String { (folder ?? ".") + "/cdcctl" }
}

/// Events that the real Debezium emitted, named by `MARTINET_TEST_GOLDEN`.
public enum Golden {
  /// The folder; nil: not there.
  public static let folder: String? = {
    let named = ProcessInfo.processInfo.environment["MARTINET_TEST_GOLDEN"] ?? ""
    return FileManager.default.fileExists(atPath: named + "/README.md") ? named : nil
  }()
}

/// The checkout that the tests were built from.
public enum Checkout {
  /// Its absolute path: the folder with `Package.swift` above this file.
  public static let path: String = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { break }
      folder.deleteLastPathComponent()
    }
    return folder.path
  }()
}
