import Foundation
import Reports
import Testing

/// A directory for a site, removed with the value.
final class SiteDirectory {
  let path: String

  init() { path = NSTemporaryDirectory() + "kiseki-site-\(UUID().uuidString)" }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func publish(_ files: [String: String]) throws -> SiteWriter.Changes {
    try SiteWriter(directory: path).write(files.sorted { $0.key < $1.key }.map { SiteFile($0.key, $0.value) })
  }

  /// The sentence a publication is refused with.
  func refusal(_ files: [String: String]) -> String {
    do {
      try publish(files)
      return "published"
    } catch {
      return "\(error)"
    }
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

  /// Every file and its content, the manifest left out.
  func contents() throws -> [String: String] {
    var found: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
      if isDirectory.boolValue {
        if try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).isEmpty {
          found[name] = "empty folder"
        }
      } else if name != ".kiseki-site.json" {
        found[name] = try text(name)
      }
    }
    return found
  }

  /// Inode and time of a file's last change.
  func identity(_ name: String) throws -> [Int] {
    var status = stat()
    try #require(lstat(path + "/" + name, &status) == 0)
    return [Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }
}
