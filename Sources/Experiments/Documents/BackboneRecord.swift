internal import Foundation
public import Hashing
public import Tables

/// `backbone.json`: the untouched model a run began with.
public struct BackboneRecord: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    /// Relative to the model's directory.
    public var path: String
    public var bytes: Int
    public var sha256: SHA256Digest

    public init(path: String, bytes: Int, sha256: SHA256Digest) {
      self.path = path
      self.bytes = bytes
      self.sha256 = sha256
    }

    /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
    init(reader: DocumentReader) throws {
      let path = try reader.string("path")
      // A record that came from somewhere must not make anything else be read.
      guard !path.isEmpty, !path.contains("/"), !path.hasPrefix(".") else {
        throw ExperimentsError(
          .invalidContent, "cannot read \(reader.name): 'path' is \(quoted(path)), and must be the name of a file.")
      }
      self.init(
        path: path, bytes: try reader.integer("bytes"), sha256: try reader.sha256("sha256"))
    }

    var json: JSONValue {
      document([("path", .string(path)), ("bytes", .integer(bytes)), ("sha256", .string(sha256.hex))])
    }
  }

  /// A hub id, or a directory relative to the workspace.
  public var id: String
  /// The whole name of a commit on the hub; `nil` for a directory.
  public var revision: String?
  /// The branch or tag of the hub that meant this commit; `nil` for a directory.
  public var branch: String?
  public var files: [File]

  public init(id: String, revision: String?, files: [File]) {
    self.id = id
    self.revision = revision
    self.files = files
  }

  /// Hashes the model's own files: weights, tokenizer and configuration at the top of `directory`.
  ///
  /// - Parameter hashes: remembers the hash of a file of gigabytes.
  /// - Throws: `HashingError` or `ExperimentsError` when a file cannot be read.
  public init(
    id: String, revision: String?, directory: String, hashes: FileHashCache = FileHashCache(directory: nil)
  ) throws {
    let endings = [".json", ".safetensors", ".bin", ".model", ".txt", ".vocab"]
    let files = try namesInDirectory(directory).filter { name in endings.contains { name.hasSuffix($0) } }
    self.init(
      id: id, revision: revision,
      files: try files.map { name in
        let path = directory + "/" + name
        // Files of the hub's cache are links.
        let attributes = try FileManager.default.attributesOfItem(
          atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        return File(
          path: name, bytes: (attributes[.size] as? Int) ?? 0, sha256: try hashes.sha256(ofFileAt: path))
      })
  }

  public var json: JSONValue {
    document([
      ("format", .integer(documentFormat)), ("id", .string(id)), ("revision", revision.map { .string($0) }),
      ("branch", branch.map { .string($0) }), ("files", .array(files.map(\.json))),
    ])
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "backbone.json")
    self.init(
      id: try reader.string("id"), revision: json["revision"]?.stringValue,
      files: try reader.parts("files").map(File.init(reader:)))
    branch = json["branch"]?.stringValue
  }
}
