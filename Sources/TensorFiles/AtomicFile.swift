import Glibc

/// A file that appears at its path whole, or not at all.
///
/// Bytes go to a temporary file in the same directory, which is renamed over the path once it is on the disk, and
/// removed when this object goes away without `commit()`.
package final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private let directory: String
  private var descriptor: Int32
  private var isCommitted = false

  package init(path: String) throws(TensorFileError) {
    self.path = path
    let slash = path.lastIndex(of: "/")
    directory = slash.map { String(path[...$0]) } ?? "."
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let suffix = ".\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36)).tmp"
    // A name may have 255 bytes, so a long one is shortened here.
    let shortName = String(decoding: name.utf8.prefix(100), as: UTF8.self)
    temporaryPath = (slash.map { String(path[...$0]) } ?? "") + "." + shortName + suffix
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let number = errno
      // Nothing was made, so there is nothing to remove.
      isCommitted = true
      throw TensorFileError("cannot write \(path): \(systemMessage(number)) in \(directory)")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(temporaryPath) }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(TensorFileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 28))
      let written = write(descriptor, part.baseAddress, part.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw failure("write")
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Puts the file at its path.
  package func commit() throws(TensorFileError) {
    guard fsync(descriptor) == 0 else { throw failure("write") }
    let isClosed = close(descriptor) == 0
    descriptor = -1
    guard isClosed else { throw failure("write") }
    guard rename(temporaryPath, path) == 0 else { throw failure("put the finished file at") }
    isCommitted = true
    // The rename itself must survive a power failure too. A directory that cannot be opened for reading, or a file
    // system that knows no such sync, cannot be helped: the file is there all the same.
    let handle = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if handle >= 0 {
      fsync(handle)
      close(handle)
    }
  }

  private func failure(_ operation: String) -> TensorFileError {
    switch errno {
    case ENOSPC, EDQUOT:
      TensorFileError("cannot \(operation) \(path): the disk is full; free some space and try again")
    case let number: TensorFileError("cannot \(operation) \(path): \(systemMessage(number))")
    }
  }
}
