extension ErrorCode {
  /// The store can't be reached or is busy.
  public static let objectStoreUnavailable = ErrorCode(
    7001, .target, "The object store can't be reached, is busy, or does not answer in time.",
    "Nothing needs to be done: the connector waits and tries again. If it lasts, look at the store and the network.")
  /// The bucket is not there.
  public static let objectStoreBucketMissing = ErrorCode(
    7002, .fatal, "The bucket does not exist.",
    "Create the bucket, or correct its name, region or endpoint, then restart the connector.")
  /// The keys are good, but may not do this.
  public static let objectStoreAccessDenied = ErrorCode(
    7003, .fatal, "The object store does not allow a request.",
    "Grant s3:PutObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads on the bucket, then restart the connector."
  )
  /// The store does not know the keys, or they don't fit.
  public static let objectStoreCredentials = ErrorCode(
    7004, .fatal, "The object store does not accept the credentials, or there are none.",
    "Correct the access key, the secret key or the role, then restart the connector.")
  /// A session token is over.
  public static let objectStoreTokenExpired = ErrorCode(
    7005, .fatal, "The session token for the object store has expired.",
    "Give a new token, or use credentials that renew themselves (a role, web identity, instance metadata).")
  /// The clocks differ.
  public static let objectStoreClock = ErrorCode(
    7006, .fatal, "The clocks of this machine and of the object store differ by more than the store allows.",
    "Set this machine's clock (NTP), then restart the connector.")
  /// The bucket is in another region.
  public static let objectStoreRegion = ErrorCode(
    7007, .fatal, "The bucket is in another region or behind another address than the connector says.",
    "Set the region (s3.region, aws.s3.region) or the endpoint that the message names, then restart the connector.")
  /// What answers is no object store.
  public static let objectStoreNotS3 = ErrorCode(
    7008, .fatal, "What answers at the endpoint does not speak the S3 protocol.",
    "Correct the endpoint: it must be the address of the S3 interface, not of a console or a proxy's login page.")
  /// The store refuses a request for what is in it.
  public static let objectStoreRefused = ErrorCode(
    7009, .fatal, "The object store refuses a request.",
    "Correct the setting that the message speaks of, then restart the connector.")
  /// TLS to the store can't be set up.
  public static let objectStoreTLS = ErrorCode(
    7010, .target, "TLS to the object store can't be set up.",
    "Check the store's certificate and its authority (AWS_CA_BUNDLE).")
  /// A setting of the store can't be used.
  public static let objectStoreSettings = ErrorCode(
    7011, .fatal, "The address or a setting of an object store can't be used.",
    "Correct the setting that the message names, then restart the connector.")
  /// An object's name can't be used.
  public static let objectName = ErrorCode(
    7012, .fatal, "An object can't have this name in the store.",
    "Change what the name is made of (topics.dir, path.format, the field to partition by), or the record's value.")
  /// The file with an object's content can't be read.
  public static let objectContent = ErrorCode(
    7013, .fatal, "The temporary file with an object's content can't be read.",
    "Check the disk of the state directory, then restart the connector; nothing is lost.")
  /// The place that gives out credentials does not answer.
  public static let objectStoreCredentialService = ErrorCode(
    7014, .target, "The service that gives out credentials for the object store can't be reached or is busy.",
    "Nothing needs to be done: it is tried again. If it lasts, look at the token service or the metadata endpoint.")
  /// The folder is not there.
  public static let folderMissing = ErrorCode(
    7015, .fatal, "The folder of a file: store does not exist.",
    "Create the folder or mount it, then restart the connector.")
  /// The folder can't be written to.
  public static let folderNotWritable = ErrorCode(
    7016, .fatal, "The folder of a file: store can't be written to.",
    "Give the user of cdcd write access to the folder, or mount it writable, then restart the connector.")
  /// There is no room.
  public static let folderFull = ErrorCode(
    7017, .target, "There is no room left for an object in the folder of a file: store.",
    "Make room on the disk or raise the quota; the connector tries again by itself.")
  /// The file system fails.
  public static let folderFailed = ErrorCode(
    7018, .target, "The file system of a file: store reports an error.",
    "Look at the disk and the system's log; the connector tries again by itself.")

  static let objectStore: [ErrorCode] = [
    objectStoreUnavailable, objectStoreBucketMissing, objectStoreAccessDenied, objectStoreCredentials,
    objectStoreTokenExpired, objectStoreClock, objectStoreRegion, objectStoreNotS3, objectStoreRefused, objectStoreTLS,
    objectStoreSettings, objectName, objectContent, objectStoreCredentialService, folderMissing, folderNotWritable,
    folderFull, folderFailed,
  ]
}
