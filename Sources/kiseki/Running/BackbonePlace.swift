import Configuration
import Experiments
import Foundation
import Hashing
import Hub
import LanguageModels
import Spelling
import Tables

/// Where a backbone is on this machine, and what records call it.
struct BackbonePlace {
  /// A model of the hub at one commit.
  struct Origin: Hashable {
    let id: String
    let commit: String
    /// What the configuration asked for.
    let branch: String
  }

  /// Absolute.
  let directory: String
  /// `nil` for a directory that the configuration names.
  let origin: Origin?
  /// Where the configuration says it is, absolute.
  private let configuredDirectory: String

  /// - Parameters:
  ///   - located: where the model is, when it is not to be looked for where the configuration says.
  ///   - revision: the commit that a record says it was; `nil` when the record names a directory.
  /// - Throws: `RunError` when there is no such model on this machine.
  init(_ configuration: ExperimentConfiguration, located: String?, revision: String?) throws {
    let name = configuration.llmBackbone
    let branch = configuration.environment.huggingfaceBranch
    configuredDirectory = configuration.absolutePath(of: name)
    if let located {
      directory = located
      origin = revision.map { Origin(id: name, commit: $0, branch: branch) }
    } else if case .hub(let id) = configuration.backboneLocation {
      let snapshot = try Self.snapshot(id, branch: branch, besideConfiguration: configuredDirectory)
      directory = snapshot.directory
      origin = Origin(id: id, commit: snapshot.commit, branch: branch)
    } else {
      directory = configuredDirectory
      origin = nil
    }
    try requirePermission(toRead: directory)
    guard FileManager.default.fileExists(atPath: directory) else {
      throw RunError.usage(
        "cannot load the model \(directory): there is no such directory. Give llm_backbone a folder that holds "
          + "config.json, model.safetensors and a tokenizer, or the id of a model on the hub.")
    }
  }

  /// What records call it: a hub id, or a path from the workspace.
  func name(in workspace: Workspace) -> String { origin?.id ?? workspace.portablePath(configuredDirectory) }

  /// What messages call it.
  var spokenName: String { origin?.id ?? configuredDirectory }

  /// What `backbone.json` says of it.
  func record(in workspace: Workspace) throws -> BackboneRecord {
    var record = try BackboneRecord(
      id: name(in: workspace), revision: origin?.commit, directory: directory, hashes: workspace.fileHashes)
    record.branch = origin?.branch
    if let origin { try requireSound(record, origin) }
    return record
  }

  private static func snapshot(
    _ text: String, branch: String, besideConfiguration path: String
  ) throws -> HubSnapshot {
    let revision: HubRevision
    do {
      revision = try HubRevision(branch)
    } catch {
      throw RunError.usage("cannot use environment.huggingface_branch: \(error).")
    }
    let id: HubModelID
    do {
      id = try HubModelID(text)
    } catch {
      throw RunError.usage("cannot load llm_backbone: there is no directory \(path), and \(error).")
    }
    let cache = HubCache.usual
    let fetch = ModelFetch.command(id, revision)
    guard let snapshot = cache.snapshot(of: id, revision) else {
      let others = cache.revisions(of: id)
      let known = others.isEmpty ? "" : ", which has it at \(others.joined(separator: ", "))"
      throw RunError.usage(
        "cannot load the model \(id): there is no directory \(path), and \(revision) of it is not in the cache "
          + "\(cache.directory)\(known). '\(fetch)' downloads it; or give llm_backbone a folder in Hugging Face layout."
      )
    }
    if let name = missingFile(in: snapshot.directory) {
      throw RunError.usage(
        "cannot load the model \(id): of \(revision), at \(snapshot.commit.prefix(12)), the cache has no \(name). "
          + "'\(fetch)' downloads what is missing.")
    }
    return snapshot
  }

  /// What a run needs and a folder lacks: other programs keep parts of a model in the cache, too.
  static func missingFile(in directory: String) -> String? {
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: directory + "/" + name) }
    if let name = ["config.json", "model.safetensors"].first(where: { !isThere($0) }) { return name }
    return ModelFiles.sentencePieceNames.contains(where: isThere) ? nil : "SentencePiece tokenizer"
  }

  /// - Throws: `RunError` when a file of the cache is not what the hub gave: its name there is its hash.
  private func requireSound(_ record: BackboneRecord, _ origin: Origin) throws {
    for file in record.files {
      let path = URL(fileURLWithPath: directory + "/" + file.path).resolvingSymlinksInPath().path
      guard path.contains("/blobs/"), let expected = SHA256Digest(hex: NSString(string: path).lastPathComponent),
        expected != file.sha256
      else { continue }
      let id = try HubModelID(origin.id)
      throw RunError.failure(
        "cannot use the model \(id): \(file.path) in the cache is damaged, its SHA-256 is \(file.sha256.hex.prefix(12))… and "
          + "should be \(expected.hex.prefix(12))…. '\(ModelFetch.command(id, try HubRevision(origin.branch)))' downloads it "
          + "anew.")
    }
  }
}

extension HubCache {
  /// The one that the environment names.
  static var usual: HubCache { HubCache(environment: ProcessInfo.processInfo.environment) }
}
