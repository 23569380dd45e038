/// The version that the programs, REST and events tell.
public enum EngineVersion {
  /// Semantic version of this release.
  public static let text = "0.1.0"
}
