public import Tables

/// `initial/source.json`: the adapter whose values a run began with, and where it came from. Its files lie beside it.
public struct InitialAdapterRecord: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// A version of an experiment of this workspace, with its commit.
    case experiment(ExperimentReference, commit: String)
    /// Relative to the workspace, or the last component of a path outside it.
    case directory(String)
  }

  public var source: Source
  public var files: [BackboneRecord.File]

  public init(source: Source, files: [BackboneRecord.File]) {
    self.source = source
    self.files = files
  }

  /// Where it came from, for `result.json`.
  public var sourceJSON: JSONValue {
    switch source {
    case .directory(let path): document([("path", .string(path))])
    case .experiment(let reference, let commit):
      document([
        ("name", .string(reference.name.text)), ("version", reference.version.map { .integer($0) }),
        ("commit", .string(commit)),
      ])
    }
  }

  public var json: JSONValue {
    document([
      ("format", .integer(documentFormat)), ("source", sourceJSON),
      ("files", .array(files.map(\.json))),
    ])
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "initial/source.json")
    let origin = DocumentReader(part: json["source"] ?? .null, of: "initial/source.json, source")
    if let path = origin.json["path"]?.stringValue {
      source = .directory(path)
    } else {
      let reference = ExperimentReference(
        name: try ExperimentName(origin.string("name")), version: try origin.integer("version"))
      source = .experiment(reference, commit: try origin.string("commit"))
    }
    files = try reader.parts("files").map(BackboneRecord.File.init(reader:))
  }
}
