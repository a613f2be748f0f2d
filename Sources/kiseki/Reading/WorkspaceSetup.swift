import Experiments
import Foundation

/// What `init` puts into a workspace beside the record itself: a configuration to start from, and what it names.
struct WorkspaceSetup {
  /// One file to put in place.
  private struct Item {
    /// Absolute.
    let source: String
    /// Relative to the workspace.
    let destination: String
    /// Changes the text on the way.
    var edit: ((String) -> String)?
  }

  static let configuration = "experiments/demo.yaml"
  /// What the sample is useless without.
  private static let required = [
    "model/config.json", "model/model.safetensors", "model/tokenizer.model", "data/train.csv",
    "data/validation.csv",
  ]

  private let items: [Item]
  /// Files put in place, and those left as they were; relative to the workspace.
  private(set) var written: [String] = []
  private(set) var kept: [String] = []

  /// Looks at the templates; nothing is written yet.
  ///
  /// - Throws: `CommandFailure` when a part of them is missing.
  init(_ resources: Resources) throws {
    let sample = resources.root + "/sample"
    for path in Self.required where !FileManager.default.fileExists(atPath: sample + "/" + path) {
      throw CommandFailure(
        "cannot make a workspace: the sample that comes with Kiseki lacks \(path) in \(sample). Restore it there from "
          + "the source of Kiseki, or install Kiseki again.")
    }
    let configurations = resources.root + "/configs"
    var items: [Item] = []
    func add(_ name: String, as destination: String) {
      items.append(
        Item(source: configurations + "/" + name, destination: destination, edit: { Self.placed($0, as: destination) }))
    }
    add("demo.yaml", as: Self.configuration)
    for name in try FileManager.default.contentsOfDirectory(atPath: configurations).sorted()
    where name.hasSuffix(".yaml") {
      add(name, as: "templates/" + name)
    }
    items.append(Item(source: resources.root + "/workspace.md", destination: "templates/README.md"))
    for folder in ["model", "data"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: sample + "/" + folder).sorted()
      where !name.hasPrefix(".") {
        items.append(Item(source: "\(sample)/\(folder)/\(name)", destination: "sample/\(folder)/\(name)"))
      }
    }
    items.append(Item(source: sample + "/NOTICE.md", destination: "sample/NOTICE.md"))
    self.items = items
  }

  /// Puts every file in place that is not there yet.
  ///
  /// - Throws: `CommandFailure` when one cannot be written; those before it stay, and a repetition goes on.
  mutating func apply(to workspace: Workspace) throws {
    for item in items {
      let path = workspace.root + "/" + item.destination
      if isTaken(path) {
        kept.append(item.destination)
      } else {
        try put(item, at: path)
        written.append(item.destination)
      }
    }
  }

  /// Written beside and renamed, so that no half file is ever taken for the sample.
  private func put(_ item: Item, at path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let temporary = folder + "/.kiseki-tmp-" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      var content = try Data(contentsOf: URL(fileURLWithPath: item.source))
      if let edit = item.edit { content = Data(edit(String(decoding: content, as: UTF8.self)).utf8) }
      try content.write(to: URL(fileURLWithPath: temporary))
      guard rename(temporary, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      unlink(temporary)
      throw CommandFailure(
        "cannot write \(path): \(error.localizedDescription) Check the space and rights there, then run 'kiseki init' "
          + "again.")
    }
  }

  /// Whether anything is there, be it a link that leads nowhere.
  private func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// A shipped configuration as it reads in a folder of the workspace, from where `sample/` is one folder up.
  private static func placed(_ text: String, as path: String) -> String {
    let name = URL(fileURLWithPath: path).lastPathComponent
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("#")
        ? line.replacingOccurrences(of: "kiseki run \(name)", with: "kiseki run \(path)")
          .replacingOccurrences(of: "=sample/", with: "=../sample/")
        : line.replacingOccurrences(of: ": sample/", with: ": ../sample/")
    }.joined(separator: "\n")
  }
}
