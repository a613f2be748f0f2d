internal import Foundation
public import Hashing

/// Where this machine has what is too large for git; absolute paths, which are never committed.
public enum LocalContent: String, Sendable {
  /// A model's directory, by the hash of its weights.
  case backbones
  /// A data file, by its hash.
  case datasets
  /// An `output_directory`, by what records call it.
  case outputs
}

extension Workspace {
  /// Writes down where something was seen last.
  ///
  /// - Throws: `ExperimentsError` or `GitError` when that cannot be written.
  public func remember(_ path: String, as kind: LocalContent, _ sha256: SHA256Digest) throws {
    guard rememberedPath(kind, sha256) != path else { return }
    let note = try repository.ownDirectory(kind.rawValue) + "/" + sha256.hex
    try writeDurably(Data((path + "\n").utf8), to: note)
  }

  /// Where something was seen last; it may have changed or gone since.
  public func rememberedPath(_ kind: LocalContent, _ sha256: SHA256Digest) -> String? {
    let note = "\(repository.commonDirectory)/kiseki/\(kind.rawValue)/\(sha256.hex)"
    // A note that cannot be read is one that is not there.
    do {
      let text = String(decoding: try readFile(note, limit: 1 << 16), as: UTF8.self)
      return text.hasPrefix("/") ? String(text.prefix { $0 != "\n" }) : nil
    } catch {
      return nil
    }
  }
}

extension BackboneRecord {
  /// What the place of a model is remembered by: the hash of its weights, or of their hashes where they are several.
  public var weightsSHA256: SHA256Digest? {
    let weights = files.filter { $0.path.hasSuffix(".safetensors") || $0.path.hasSuffix(".bin") }.map(\.sha256)
    if weights.count <= 1 { return weights.first }
    return SHA256.hash(Data(weights.map(\.hex).joined(separator: "\n").utf8))
  }
}
