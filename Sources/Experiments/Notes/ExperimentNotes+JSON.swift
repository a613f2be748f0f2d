public import Tables

extension ExperimentNotes {
  public var json: JSONValue {
    let members = document([
      ("format", .integer(documentFormat)), ("tags", .array(tags.map(\.json))), ("notes", .array(notes.map(\.json))),
      ("verdicts", .array(verdicts.map(\.json))),
    ])
    return members.adding(others)
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong, or the newer format.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "notes.json")
    func parts(_ key: String) throws -> [DocumentReader] { try json[key] == nil ? [] : reader.parts(key) }
    tags = try parts("tags").map(Tag.init(reader:))
    notes = try parts("notes").map(Note.init(reader:))
    verdicts = try parts("verdicts").map(Verdict.init(reader:))
    others = json.members(except: ["format", "tags", "notes", "verdicts"])
  }
}

extension ExperimentNotes.Tag {
  var json: JSONValue {
    document([("tag", .string(name)), ("version", version.map { .integer($0) })]).adding(others)
  }

  init(reader: DocumentReader) throws {
    if let name = reader.json.stringValue {
      self.init(name)
      return
    }
    self.init(try reader.string("tag"), version: reader.json["version"]?.integerValue)
    others = reader.json.members(except: ["tag", "version"])
  }
}

extension ExperimentNotes.Note {
  var json: JSONValue {
    document([
      ("time", .string(timestamp(time))), ("version", version.map { .integer($0) }), ("text", .string(text)),
    ]).adding(others)
  }

  init(reader: DocumentReader) throws {
    self.init(
      time: try reader.date("time"), version: reader.json["version"]?.integerValue, text: try reader.string("text"))
    others = reader.json.members(except: ["time", "version", "text"])
  }
}

extension ExperimentNotes.Verdict {
  var json: JSONValue {
    document([
      ("time", .string(timestamp(time))), ("version", .integer(version)), ("verdict", .string(verdict)),
      ("detail", detail.map { .string($0) }), ("build", build.map { .string($0) }),
    ]).adding(others)
  }

  init(reader: DocumentReader) throws {
    self.init(
      time: try reader.date("time"), version: try reader.integer("version"), verdict: try reader.string("verdict"),
      detail: reader.json["detail"]?.stringValue, build: reader.json["build"]?.stringValue)
    others = reader.json.members(except: ["time", "version", "verdict", "detail", "build"])
  }
}

extension JSONValue {
  fileprivate func adding(_ members: [JSONMember]) -> JSONValue { .object((objectMembers ?? []) + members) }

  fileprivate func members(except known: Set<String>) -> [JSONMember] {
    (objectMembers ?? []).filter { !known.contains($0.key) }
  }
}
