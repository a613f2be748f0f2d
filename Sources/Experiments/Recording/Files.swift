package import Foundation
internal import Glibc

/// The beginning of names of files that are not finished yet.
package let temporaryPrefix = ".kiseki-tmp-"
/// Says of a directory outside of `experiments/` that it was made there; no version holds it.
package let placeMark = ".kiseki-place"
/// The directory of resume state, which no version holds.
let checkpointDirectory = "checkpoint"

extension ExperimentsError {
  /// A failed system call, to be made before anything else touches `errno`.
  static func system(_ operation: String, _ code: Int32 = errno) -> ExperimentsError {
    let reason = String(cString: strerror(code))
    switch code {
    case ENOSPC, EDQUOT:
      return ExperimentsError(.noSpace, "cannot \(operation): \(reason). Free some space and try again.")
    case EACCES, EPERM, EROFS:
      return ExperimentsError(
        .other, "cannot \(operation): \(reason). Make the place writable for you and try again.")
    default: return ExperimentsError(.other, "cannot \(operation): \(reason).")
    }
  }
}

/// Puts a whole file in place durably: written beside, fsynced, renamed. On failure nothing is left.
package func writeDurably(_ data: Data, to path: String) throws {
  let files = DurableFiles()
  try files.add(data, to: path)
  try files.putInPlace()
}

/// Writes every byte at the descriptor's position.
func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
  try data.withUnsafeBytes { bytes in
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let count = write(descriptor, base, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ExperimentsError.system("write \(path)", count < 0 ? errno : EIO) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// Makes a new or renamed entry of a directory survive a power cut.
func synchronizeDirectory(_ path: String) throws {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw ExperimentsError.system("synchronize \(path)") }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw ExperimentsError.system("synchronize \(path)") }
}

/// Makes a directory and those above it; one that exists is fine.
package func makeDirectories(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw ExperimentsError.system("make the directory \(path)")
  }
}

/// The content of a file of ours, which must not be larger than `limit` bytes.
package func readFile(_ path: String, limit: Int = 256 << 20) throws -> Data {
  guard let status = fileStatus(path) else { throw ExperimentsError.system("read \(path)") }
  guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
    throw ExperimentsError(.invalidContent, "cannot read \(path): it is no file of at most \(limit) bytes.")
  }
  do {
    return try Data(contentsOf: URL(fileURLWithPath: path))
  } catch {
    throw ExperimentsError(.other, "cannot read \(path): \(error.localizedDescription)")
  }
}

/// `nil` when there is nothing at `path`; links are not followed.
package func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return lstat(path, &status) == 0 ? status : nil
}

package func isDirectory(_ path: String) -> Bool { fileStatus(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

package func parentDirectory(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The names in a directory, sorted; none when it does not exist.
package func namesInDirectory(_ path: String) throws -> [String] {
  guard isDirectory(path) else { return [] }
  do {
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  } catch {
    throw ExperimentsError(.other, "cannot list \(path): \(error.localizedDescription)")
  }
}

/// Every file below a directory by its relative path, sorted, without what no version holds.
func recordedFiles(below directory: String) throws -> [String] {
  var found: [String] = []
  func visit(_ prefix: String) throws {
    for name in try namesInDirectory(directory + "/" + prefix) {
      let path = prefix + name
      if isLeftOut(path) { continue }
      if isDirectory(directory + "/" + path) { try visit(path + "/") } else { found.append(path) }
    }
  }
  try visit("")
  return found.sorted()
}

/// Whether a path inside an experiment's directory stays out of its versions.
func isLeftOut(_ path: String) -> Bool {
  path == checkpointDirectory || path.hasPrefix(checkpointDirectory + "/")
    || lastComponent(path).hasPrefix(temporaryPrefix) || path == placeMark
}

/// Removes a file or directory with all below it; one that is gone already is fine.
func removeTree(_ path: String) throws {
  guard fileStatus(path) != nil else { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw ExperimentsError(.other, "cannot remove \(path): \(error.localizedDescription)")
  }
}
