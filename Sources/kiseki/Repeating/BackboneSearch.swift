import CommandLine
import Experiments
import Foundation
import Hashing
import Hub

/// Looks on this machine for the model a recorded run began with; another one is never taken for it.
struct BackboneSearch {
  /// For every command that needs the model a run began with.
  static let option = ValueOption(
    "backbone", placeholder: "DIR", help: "where the recorded model is now; its hashes are checked")

  private let record: BackboneRecord
  private let label: String
  private let workspace: Workspace
  /// The files of the model that must be the recorded ones, by the ends of their names; `nil` for all.
  private let endings: [String]?

  /// - Parameter label: the experiment, as in `demo@2`.
  init(_ record: BackboneRecord, label: String, in workspace: Workspace, endings: [String]? = nil) {
    self.record = record
    self.label = label
    self.workspace = workspace
    self.endings = endings
  }

  /// - Parameters:
  ///   - given: where the user says it is, absolute; then nowhere else is looked.
  ///   - configured: where the configuration says it is, absolute.
  /// - Throws: `MissingInput` with both hashes when what is there is another model.
  func directory(given: String?, configured: String) throws -> String {
    var mismatch: BackboneMismatch?
    let remembered = record.weightsSHA256.flatMap { workspace.rememberedPath(.backbones, $0) }
    for directory in given.map({ [$0] }) ?? [snapshot?.directory ?? configured, remembered].compactMap({ $0 })
    where FileManager.default.fileExists(atPath: directory) {
      guard let found = try BackboneMismatch.first(record, in: directory, workspace.fileHashes, endings: endings) else {
        return directory
      }
      mismatch = mismatch ?? found
    }
    if let mismatch {
      throw MissingInput(
        label: label, kind: .otherBackbone,
        reason: "\(mismatch). Name the directory of the recorded model with --backbone DIR\(orFetch)")
    }
    if given == nil, record.revision != nil {
      throw MissingInput(
        label: label, kind: .noBackbone,
        reason: "its backbone \(record.id) is not in the cache \(HubCache.usual.directory) as it was then. Name the "
          + "directory where it is with --backbone DIR\(orFetch)")
    }
    throw MissingInput(
      label: label, kind: .noBackbone,
      reason: "its backbone \(given ?? record.id) is not there. Put the model back, or name its directory with "
        + "--backbone DIR")
  }
}

extension BackboneSearch {
  /// The recorded commit of a model of the hub; `nil` for others.
  private var origin: (id: HubModelID, commit: HubRevision)? {
    guard let revision = record.revision else { return nil }
    do {
      return (try HubModelID(record.id), try HubRevision(revision))
    } catch {
      // A record may say what it likes; a folder is made of it only when it can be a name.
      return nil
    }
  }

  /// In the cache, whatever its branch means now.
  private var snapshot: HubSnapshot? { origin.flatMap { HubCache.usual.snapshot(of: $0.id, $0.commit) } }

  /// What else may help, behind another advice.
  private var orFetch: String {
    origin.map { ", or fetch it with '\(ModelFetch.command($0.id, $0.commit))'" } ?? ""
  }
}

/// A file of a model that is not the one a run began with.
struct BackboneMismatch: CustomStringConvertible {
  /// Absolute.
  let path: String
  let recorded: SHA256Digest
  /// `nil` when there is no such file.
  let found: SHA256Digest?

  /// - Parameter endings: only files whose names end so are looked at; `nil` for all.
  static func first(
    _ record: BackboneRecord, in directory: String, _ hashes: FileHashCache, endings: [String]? = nil
  ) throws -> BackboneMismatch? {
    for file in record.files where endings?.contains(where: file.path.hasSuffix) ?? true {
      let path = directory + "/" + file.path
      guard FileManager.default.fileExists(atPath: path) else {
        return BackboneMismatch(path: path, recorded: file.sha256, found: nil)
      }
      let found = try hashes.sha256(ofFileAt: path)
      if found != file.sha256 { return BackboneMismatch(path: path, recorded: file.sha256, found: found) }
    }
    return nil
  }

  var description: String {
    guard let found else { return "the backbone's file \(path) is not there; its SHA-256 was \(recorded.hex)" }
    return "\(path) has the SHA-256 \(found.hex), but the run began with \(recorded.hex)"
  }
}
