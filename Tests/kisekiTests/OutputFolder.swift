import Foundation
import Glibc
import Tables
import Testing

/// A folder outside of every workspace for directories of runs; removed with the value.
final class OutputFolder {
  let path: String

  init() throws {
    path =
      URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
      + "/kiseki-output-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    let url = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
  func names(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
  }
}

extension RunWorkspace {
  /// Where the link of an experiment leads, `nil` when there is none.
  func link(_ name: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path + "/experiments/" + name)
  }

  func status(_ name: String) throws -> String? {
    let list = try JSONValue(parsing: Data(kiseki("ls", "--json").output.utf8)).arrayValue ?? []
    return list.first { $0["name"]?.stringValue == name }?["status"]?.stringValue
  }

  /// Nothing of the output folder is in git, and git lists nothing that the user did not make.
  func requireClean(_ output: OutputFolder, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try git("status", "--porcelain", "-uall") == "", sourceLocation: sourceLocation)
    let found = try shell(
      "for ref in $(git for-each-ref --format='%(refname)' refs/experiments refs/kiseki); do "
        + "git grep -lF '\(output.path)' $ref; done")
    #expect(found.output == "", "\(found.output)\(found.errors)", sourceLocation: sourceLocation)
  }
}
