internal import Foundation
internal import Glibc

/// Whole files that are put in place together: written beside, all of them on the disk, then renamed in their order.
///
/// A file system's journal takes milliseconds for a file that is synchronised alone, and hardly more for several that
/// it was told of before. What is not put in place when this object goes away is removed.
final class DurableFiles {
  private struct Waiting {
    let descriptor: Int32
    let temporary: String
    let path: String
  }

  private var waiting: [Waiting] = []

  deinit { waiting.forEach(Self.discard) }

  private static func discard(_ file: Waiting) {
    close(file.descriptor)
    unlink(file.temporary)
  }

  /// Whether a file is to be put at a path.
  func contains(_ path: String) -> Bool { waiting.contains { $0.path == path } }

  /// Writes a file beside its place.
  ///
  /// - Throws: `ExperimentsError` when it cannot be written; nothing of it is left then.
  func add(_ data: Data, to path: String) throws {
    let name = temporaryPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(parentDirectory(path))/\(name)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ExperimentsError.system("write \(path)") }
    let file = Waiting(descriptor: descriptor, temporary: temporary, path: path)
    do {
      try writeAll(data, to: descriptor, path: path)
    } catch {
      Self.discard(file)
      throw error
    }
    waiting.append(file)
  }

  /// - Throws: `ExperimentsError` when one of them cannot be; those before it may be in place then.
  func putInPlace() throws {
    beginWriting(waiting.map(\.descriptor))
    for file in waiting where fsync(file.descriptor) != 0 { throw ExperimentsError.system("write \(file.path)") }
    var folders: [String] = []
    while let file = waiting.first {
      guard rename(file.temporary, file.path) == 0 else { throw ExperimentsError.system("write \(file.path)") }
      close(file.descriptor)
      waiting.removeFirst()
      let folder = parentDirectory(file.path)
      if !folders.contains(folder) { folders.append(folder) }
    }
    for folder in folders { try synchronizeDirectory(folder) }
  }
}

/// Has the system begin to write what several files hold, so that synchronising them one after another waits once.
func beginWriting(_ descriptors: [Int32]) {
  guard descriptors.count > 1 else { return }
  // What will not be needed is written out at once. Of a failure nothing follows: synchronising says what is wrong.
  for descriptor in descriptors { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
}
