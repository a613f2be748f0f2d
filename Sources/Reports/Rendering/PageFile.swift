public import Foundation
internal import Glibc

/// Writes pages, and knows those it wrote before.
public enum PageFile {
  /// A page's mark stands within its first bytes.
  private static let headBytes = 1_024

  /// Puts a page in place whole or not at all: written beside, fsynced, renamed.
  ///
  /// - Throws: `ReportError` when something else is at `path`, or it cannot be written; what was there stays then.
  public static func write(_ document: Data, to path: String) throws(ReportError) {
    try checkReplaceable(path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    let temporary = "\(folder).kiseki-tmp-\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path, folder, errno) }
    var isInPlace = false
    defer {
      close(descriptor)
      if !isInPlace { unlink(temporary) }
    }
    let code = document.withUnsafeBytes { writeAll($0, to: descriptor) }
    guard code == 0 else { throw failure(path, folder, code) }
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure(path, folder, errno) }
    isInPlace = true
  }

  /// Whether `path` is free, or holds a page of ours.
  ///
  /// - Throws: `ReportError` otherwise.
  public static func checkReplaceable(_ path: String) throws(ReportError) {
    var status = stat()
    // A link is followed: what it leads to decides.
    guard stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ReportError(
        "cannot write the report to \(path): there is a directory or device there. Give a file's name with -o.")
    }
    let head = FileHandle(forReadingAtPath: path)?.readData(ofLength: headBytes) ?? Data()
    guard String(decoding: head, as: UTF8.self).contains(Page.mark) else {
      throw ReportError(
        "cannot write the report to \(path): the file there is no report of Kiseki and would be lost. Move it away, or "
          + "give another name with -o.")
    }
  }

  /// - Returns: 0, or the number of the error.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let count = Glibc.write(descriptor, base, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : EIO }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return 0
  }

  private static func failure(_ path: String, _ folder: String, _ code: Int32) -> ReportError {
    let advice =
      switch code {
      case ENOENT, ENOTDIR: "Make the folder \(folder) first, or give another place with -o."
      case ENOSPC, EDQUOT: "Free some space and try again; nothing was written."
      case EACCES, EPERM, EROFS: "Make the place writable for you, or give another one with -o."
      default: "Give another place with -o."
      }
    return ReportError("cannot write the report to \(path): \(String(cString: strerror(code))). \(advice)")
  }
}
