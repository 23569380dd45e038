internal import ChangeModel
internal import Glibc

/// What the numbers of failed calls mean for a folder store.
enum FolderFailure {
  /// The error for an `errno`.
  static func error(_ number: Int32, _ doing: String) -> CDCError {
    CDCError(code(number), "\(doing) failed", cause: String(cString: strerror(number)))
  }

  private static func code(_ number: Int32) -> ErrorCode {
    switch number {
    case ENOSPC, EDQUOT, EFBIG: .folderFull
    case EROFS, EACCES, EPERM: .folderNotWritable
    case ENOENT: .folderMissing
    case ENAMETOOLONG, ENOTDIR, EISDIR, EEXIST, ENOTEMPTY, EILSEQ, ELOOP: .objectName
    default: .folderFailed
    }
  }
}
