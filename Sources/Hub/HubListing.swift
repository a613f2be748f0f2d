public import Hashing
internal import Tables

/// A file of a model on the hub.
public struct HubFile: Sendable, Hashable {
  /// What its content is known by.
  public enum Content: Sendable, Hashable {
    /// Of large files.
    case sha256(SHA256Digest)
    /// The name git has for it.
    case git(SHA1Digest)
  }

  /// From the model's top; as the server says, and not yet fit to be a path here.
  public let name: String
  public let bytes: Int
  public let content: Content

  /// The name of its content in a cache.
  var blob: String {
    switch content {
    case .sha256(let digest): digest.hex
    case .git(let digest): digest.hex
    }
  }
}

/// What a model on the hub consists of at one commit.
public struct HubListing: Sendable, Hashable {
  public let id: HubModelID
  public let revision: HubRevision
  /// The whole name of the commit.
  public let commit: String
  /// Those whose size and hash the server tells.
  public let files: [HubFile]

  /// 16 TiB
  private static let largestFile = 1 << 44

  public func file(named name: String) -> HubFile? { files.first { $0.name == name } }

  /// Reads the answer to `/api/models/<id>/revision/<revision>?blobs=true`.
  ///
  /// - Throws: `HubError` for an answer that is none.
  init(_ json: JSONValue, id: HubModelID, revision: HubRevision) throws(HubError) {
    guard let text = json["sha"]?.stringValue, let commit = HubRevision(checking: text), commit.isCommit,
      let siblings = json["siblings"]?.arrayValue
    else {
      throw HubError(
        "cannot fetch \(id): the server's answer lists no commit and no files. Check that HF_ENDPOINT names a hub.")
    }
    guard !revision.isCommit || revision == commit else {
      throw HubError(
        "cannot fetch \(id) at \(revision): the server answers with another commit, \(commit). Use another HF_ENDPOINT."
      )
    }
    self.id = id
    self.revision = revision
    self.commit = commit.text
    files = siblings.compactMap { HubFile($0) }
    // No file is as large, and sums of such sizes are no numbers any more.
    if let absurd = files.first(where: { $0.bytes > Self.largestFile }) {
      throw HubError(
        "cannot fetch \(id): the server says that a file of it has \(absurd.bytes) bytes. Use another HF_ENDPOINT.")
    }
    guard !files.isEmpty || siblings.isEmpty else {
      throw HubError(
        "cannot fetch \(id): the server tells neither sizes nor hashes of its files, so nothing of it could be checked. "
          + "Use another HF_ENDPOINT.")
    }
  }
}

extension HubFile {
  init?(_ json: JSONValue) {
    guard let name = json["rfilename"]?.stringValue, let bytes = json["size"]?.integerValue, bytes >= 0 else {
      return nil
    }
    self.name = name
    self.bytes = bytes
    if let digest = json["lfs"]?["sha256"]?.stringValue.flatMap({ SHA256Digest(hex: $0) }) {
      content = .sha256(digest)
    } else if let digest = json["blobId"]?.stringValue.flatMap({ SHA1Digest(hex: $0) }) {
      content = .git(digest)
    } else {
      return nil
    }
  }
}
