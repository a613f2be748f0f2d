internal import Foundation

/// A model as it is in the cache at one commit.
public struct HubSnapshot: Sendable, Hashable {
  public let id: HubModelID
  /// The whole name of the commit.
  public let commit: String
  /// Absolute; its files are links to what may be shared with other commits.
  public let directory: String
}

/// The cache that programs of Hugging Face keep models in, as they lay it out: for each model a folder
/// `models--owner--name` with `refs/<branch>`, which holds the name of a commit, `snapshots/<commit>/<file>`, which links
/// to a file, and `blobs/<hash>`, the files.
public struct HubCache: Sendable, Hashable {
  /// Absolute; need not exist.
  public let directory: String

  /// The folder that the environment names: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else in the user's caches.
  public init(environment: [String: String]) {
    func folder(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : Self.expanded($0, environment) }
    }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    let caches = folder("XDG_CACHE_HOME") ?? home + "/.cache"
    let chosen =
      folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE") ?? (folder("HF_HOME") ?? caches + "/huggingface")
      + "/hub"
    let path = chosen.hasPrefix("/") ? chosen : FileManager.default.currentDirectoryPath + "/" + chosen
    directory = NSString(string: path).standardizingPath
  }

  public init(directory: String) { self.directory = directory }

  /// A path with `~` at its beginning, `$NAME` and `${NAME}` replaced, as Hugging Face's own programs do; a variable that is
  /// not set stays as it is.
  static func expanded(_ path: String, _ environment: [String: String]) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty {
      path = home + path.dropFirst()
    }
    return path.replacing(#/\$(?:\{([^}]*)\}|([A-Za-z0-9_]+))/#) { match in
      let name = match.output.1 ?? match.output.2 ?? ""
      return environment[String(name)] ?? String(match.output.0)
    }
  }

  /// The model at a revision as far as it is here: a commit by its folder, anything else by what it last was.
  public func snapshot(of id: HubModelID, _ revision: HubRevision) -> HubSnapshot? {
    let commit: String
    if revision.isCommit {
      commit = revision.text
    } else if let found = self.commit(of: id, revision) {
      commit = found
    } else {
      return nil
    }
    let folder = snapshotFolder(id, commit)
    return FileManager.default.fileExists(atPath: folder) ? HubSnapshot(id: id, commit: commit, directory: folder) : nil
  }

  /// The revisions with a name that are here, in order.
  public func revisions(of id: HubModelID) -> [String] {
    let refs = modelFolder(id) + "/refs"
    let names = FileManager.default.enumerator(atPath: refs)?.compactMap { $0 as? String } ?? []
    return names.filter { name in HubRevision(checking: name).map { snapshot(of: id, $0) != nil } ?? false }.sorted()
  }

  /// What a branch or a tag was when it was last fetched.
  func commit(of id: HubModelID, _ revision: HubRevision) -> String? {
    // A note that cannot be read is one that is not there; one that is a pipe is not waited for.
    let descriptor = open(refFile(id, revision), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return HubRevision(checking: text).flatMap { $0.isCommit ? $0.text : nil }
  }

  func modelFolder(_ id: HubModelID) -> String { directory + "/" + id.folder }
  func refFile(_ id: HubModelID, _ revision: HubRevision) -> String { modelFolder(id) + "/refs/" + revision.text }
  func snapshotFolder(_ id: HubModelID, _ commit: String) -> String { modelFolder(id) + "/snapshots/" + commit }
  func blobFolder(_ id: HubModelID) -> String { modelFolder(id) + "/blobs" }
  /// Where the programs that share the cache keep others from fetching the same file.
  func lockFile(_ id: HubModelID, _ blob: String) -> String { "\(directory)/.locks/\(id.folder)/\(blob).lock" }
}
