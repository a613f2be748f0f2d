import Foundation
import Testing

/// Versions no run would make, put together with git itself.
extension RunWorkspace {
  /// Writes a tree object as it is given, without the checks of `git mktree`.
  func makeTree(_ entries: [(mode: String, kind: String, id: String, name: String)]) throws -> String {
    var content = Data()
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      content += Data("\(entry.mode.drop { $0 == "0" }) \(entry.name)\0".utf8)
      let digits = Array(entry.id)
      content += Data(
        try stride(from: 0, to: 40, by: 2).map { try #require(UInt8(String(digits[$0..<$0 + 2]), radix: 16)) })
    }
    let file = "tree-\(UUID().uuidString)"
    try write(content, to: file)
    defer { try? FileManager.default.removeItem(atPath: path + "/" + file) }
    return String(try git("hash-object", "-t", "tree", "-w", "--literally", file).prefix(40))
  }

  /// Makes a new version of an experiment in which one file has other bytes.
  func tamper(_ name: String, _ file: String, to content: Data) throws {
    let scratch = path + "/scratch-\(UUID().uuidString)"
    try git("worktree", "add", "-q", "--detach", scratch, "refs/experiments/\(name)")
    try content.write(to: URL(filePath: scratch + "/" + file))
    try git("add", "-A", "-f", in: scratch)
    try git("commit", "-qm", "changed by hand", in: scratch)
    try git("update-ref", "refs/experiments/\(name)", try String(git("rev-parse", "HEAD", in: scratch).prefix(40)))
    try git("worktree", "remove", "--force", scratch)
  }
}
