import Configuration
import Experiments
import Foundation
import Hub
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
    // Other programs keep parts of a model there, too.
    for name in ["config.json", "model.safetensors"]
    where !FileManager.default.fileExists(atPath: snapshot.directory + "/" + name) {
      throw RunError.usage(
        "cannot load the model \(id): of \(revision), at \(snapshot.commit.prefix(12)), the cache has no \(name). "
          + "'\(fetch)' downloads what is missing.")
    }
    return snapshot
  }
}

extension HubCache {
  /// The one that the environment names.
  static var usual: HubCache { HubCache(environment: ProcessInfo.processInfo.environment) }
}
