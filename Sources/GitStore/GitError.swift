internal import CGit2
internal import Glibc

/// Why a git operation failed: one sentence with the place and what to do about it.
public struct GitError: Error, CustomStringConvertible, Sendable {
  public enum Kind: Sendable, Hashable {
    case noRepository
    /// A reference, object or path that is not there.
    case notFound
    /// SHA-256 objects, a bare repository, or an extension libgit2 does not know.
    case unsupportedRepository
    case otherOwner
    case readOnly
    /// A reference no longer has the value the writer expected.
    case conflict
    /// Another process kept a lock for too long.
    case locked
    case noSpace
    case corrupt
    case invalidInput
    case other
  }

  public let kind: Kind
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// A failed system call, to be made before anything else touches `errno`.
  static func system(_ operation: String, _ code: Int32 = errno) -> GitError {
    let reason = String(cString: strerror(code))
    switch code {
    case ENOSPC, EDQUOT:
      return GitError(.noSpace, "cannot \(operation): \(reason). Free some space and try again.")
    case EROFS, EACCES, EPERM:
      return GitError(
        .readOnly, "cannot \(operation): \(reason). Make the directory writable for you and try again.")
    case ENOENT: return GitError(.notFound, "cannot \(operation): \(reason).")
    default: return GitError(.other, "cannot \(operation): \(reason).")
    }
  }
}

/// Turns a libgit2 return code into an error, reading what library and system say before any other call can replace it.
@discardableResult
func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(GitError) -> Int32 {
  if code >= 0 { return code }
  let system = errno
  // libgit2 1.5 fails without a word when the disk fills up under its buffer; what the system said is still there.
  if code == GIT_ERROR.rawValue, [ENOSPC, EDQUOT, EIO].contains(system) { throw .system(operation(), system) }
  let last = git_error_last()
  let reason = last.flatMap { $0.pointee.message.map { String(cString: $0) } } ?? "no reason given"
  throw gitError(
    code, operation(), reason, objectError: last?.pointee.klass == Int32(GIT_ERROR_ZLIB.rawValue))
}

private func gitError(_ code: Int32, _ operation: String, _ reason: String, objectError: Bool) -> GitError {
  let sentence = "cannot \(operation): \(reason)."
  if reason.contains("No space left") || reason.contains("Disk quota") {
    return GitError(.noSpace, sentence + " Free some space and try again.")
  }
  if reason.contains("Read-only file system") || reason.contains("Permission denied") {
    let remedy = reason.contains("failed open") ? "the file readable" : "the repository writable"
    return GitError(.readOnly, sentence + " Make \(remedy) for you and try again.")
  }
  switch code {
  case GIT_ENOTFOUND.rawValue: return GitError(.notFound, sentence)
  case GIT_EMODIFIED.rawValue, GIT_EEXISTS.rawValue: return GitError(.conflict, sentence)
  case GIT_ELOCKED.rawValue: return GitError(.locked, sentence)
  case GIT_EOWNER.rawValue: return GitError(.otherOwner, sentence)
  case GIT_EINVALIDSPEC.rawValue: return GitError(.invalidInput, sentence)
  case GIT_EMISMATCH.rawValue:
    return GitError(.corrupt, sentence + " Run 'git fsck' and fetch the object again from a copy.")
  default:
    guard objectError || reason.contains("corrupt") else { return GitError(.other, sentence) }
    return GitError(.corrupt, sentence + " Run 'git fsck' and fetch the object again from a copy.")
  }
}
