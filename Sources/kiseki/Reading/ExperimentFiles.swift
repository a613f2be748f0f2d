import Experiments
import Foundation
import Tables

/// The files of one experiment: of a version in git, or of a run's directory that became no version.
enum ExperimentFiles {
  case version(ExperimentVersion)
  /// An absolute path.
  case directory(String)

  struct File {
    let path: String
    let bytes: Int
  }

  /// Every file, in the order of the paths.
  func all() throws -> [File] {
    switch self {
    case .version(let version):
      return try version.files().map { File(path: $0.path, bytes: $0.bytes) }.sorted { $0.path < $1.path }
    case .directory(let directory):
      // A run that goes on may remove what was just listed.
      return (FileManager.default.subpaths(atPath: directory) ?? []).sorted().compactMap { path in
        var status = stat()
        guard lstat(directory + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
          !path.hasPrefix("checkpoint/"), path != placeMark
        else { return nil }
        return File(path: path, bytes: Int(status.st_size))
      }
    }
  }

  /// The content of a file, `nil` when there is none of that name.
  func data(_ path: String) throws -> Data? {
    switch self {
    case .version(let version): return try version.hasFile(path) ? version.data(path) : nil
    case .directory(let directory):
      let full = directory + "/" + path
      guard FileManager.default.fileExists(atPath: full) else { return nil }
      return try Data(contentsOf: URL(fileURLWithPath: full))
    }
  }

  /// A JSON document, `nil` when there is none of that name.
  ///
  /// - Throws: `CommandFailure` when it is no JSON.
  func json(_ path: String) throws -> JSONValue? {
    guard let data = try data(path) else { return nil }
    do {
      return try JSONValue(parsing: data)
    } catch {
      throw CommandFailure(
        "cannot read \(path), which is no JSON: \(error). Was it changed by hand, or is it still being written?")
    }
  }

  /// The first `limit` lines of a file of JSON lines, none when there is no such file.
  func lines(_ path: String, limit: Int = .max) throws -> [JSONValue] {
    guard let data = try data(path) else { return [] }
    var end = data.startIndex
    var count = 0
    while count < limit, let newline = data[end...].firstIndex(of: UInt8(ascii: "\n")) {
      end = data.index(after: newline)
      count += 1
    }
    return try MetricLog.lines(Data(data[..<end]), name: path)
  }
}
