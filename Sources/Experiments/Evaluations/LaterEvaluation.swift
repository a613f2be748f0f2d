public import Foundation
internal import GitStore
internal import Hashing
public import Tables

/// An evaluation of a version made after it was recorded: on other rows, by other settings, or of the untouched model.
///
/// Versions never change, so it lies in the tree of the experiment's notes: `evaluations/<version>/<id>/` with
/// `evaluation.json`, `scores.json` and `predictions.jsonl`, and the data as `data/<sha256>.<ext>` beside them all, once.
public struct LaterEvaluation: Hashable, Sendable {
  /// What was asked for: everything that decides the scores but the program and the machine.
  public struct Request: Hashable, Sendable {
    public var name: ExperimentName
    public var version: Int
    /// The untouched backbone instead of the tuned model.
    public var isBase: Bool
    /// The file with the rows; its role is `validation`, `test`, or `data` for a file that the run did not know.
    public var data: DatasetRecord.File
    /// Those that are not the version's own, by full keys.
    public var settings: [JSONMember]

    public init(
      _ name: ExperimentName, version: Int, isBase: Bool, data: DatasetRecord.File, settings: [JSONMember]
    ) {
      self.name = name
      self.version = version
      self.isBase = isBase
      self.data = data
      self.settings = settings
    }

    /// The same for the same request, wherever the file lies and whatever it is called.
    public var id: String {
      let text = JSONValue.object([
        JSONMember("version", .integer(version)), JSONMember("base", .bool(isBase)),
        JSONMember("role", .string(data.role)), JSONMember("data", .string(data.sha256.hex)),
        JSONMember("settings", .object(settings.sorted { $0.key < $1.key })),
      ]).line()
      return String(SHA256.hash(Data(text.utf8)).hex.prefix(10))
    }
  }

  public var request: Request
  /// The request's, with `-2` and so on behind it where the same request gave other scores another time.
  public internal(set) var id: String
  public var time: Date
  /// The score that was asked for, as `scores.json` calls it.
  public var metric: String
  public var program: EnvironmentRecord.Program
  public var seconds: Double
  /// `scores.json`
  public var scores: JSONValue

  public init(
    _ request: Request, time: Date = Date(), metric: String, program: EnvironmentRecord.Program, seconds: Double,
    scores: JSONValue
  ) {
    self.request = request
    id = request.id
    self.time = time
    self.metric = metric
    self.program = program
    self.seconds = seconds
    self.scores = scores
  }

  public func score(_ name: String) -> Double? { scores["scores"]?[name]?.doubleValue }

  /// Of a score that may leave rows out.
  public func coverage(of name: String) -> ScoreCoverage? { ScoreCoverage(of: name, inDocument: scores) }

  /// Rows that were scored.
  public var rowCount: Int? { scores["rows"]?.integerValue }

  /// `evaluation.json`
  var document: JSONValue {
    Experiments.document([
      ("format", .integer(documentFormat)), ("version", .integer(request.version)),
      ("time", .string(timestamp(time))), ("metric", .string(metric)),
      ("model", .string(request.isBase ? "base" : "tuned")), ("data", request.data.json),
      ("settings", .object(request.settings)), ("program", program.json), ("seconds", .number(seconds)),
    ])
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  init(name: ExperimentName, id: String, document: JSONValue, scores: JSONValue, path: String) throws {
    let reader = try DocumentReader(document, name: path)
    let data = try DatasetRecord.File(
      reader: DocumentReader(part: document["data"] ?? .null, of: "\(path), data"))
    self.init(
      Request(
        name, version: try reader.integer("version"), isBase: document["model"]?.stringValue == "base", data: data,
        settings: document["settings"]?.objectMembers ?? []),
      time: try reader.date("time"), metric: try reader.string("metric"),
      program: try EnvironmentRecord.Program(
        reader: DocumentReader(part: document["program"] ?? .null, of: "\(path), program")),
      seconds: document["seconds"]?.doubleValue ?? 0, scores: scores)
    self.id = id
  }

  /// For other programs: what was asked for and what came out.
  public var json: JSONValue {
    .object(
      [JSONMember("id", .string(id))] + (document.objectMembers ?? []).filter { $0.key != "format" }
        + (scores.objectMembers ?? []).filter { $0.key != "format" && $0.key != "dataset" })
  }
}
