public import Foundation
public import Hashing
public import Tables

/// How a recorded run ended.
public enum RunStatus: String, Hashable, Sendable {
  case completed
  case failed
}

/// What the trainer says about a run that ended.
public struct RunOutcome: Hashable, Sendable {
  /// The values of one evaluation, by names such as `validation/bleu`.
  public struct Scores: Hashable, Sendable {
    public var step: Int
    public var epoch: Double?
    public var values: [JSONMember]

    public init(step: Int, epoch: Double? = nil, values: [JSONMember]) {
      self.step = step
      self.epoch = epoch
      self.values = values
    }

    public subscript(name: String) -> Double? { values.first { $0.key == name }?.value.doubleValue }
  }

  /// The evaluation with the best score of the run's own metric.
  public var best: Scores?
  /// The evaluation after the last step.
  public var last: Scores?
  /// The step after which the saved weights are: that of `best` or of `last`.
  public var savedStep: Int?
  /// Configuration keys and values for lists and filters, as `training.lora_r`.
  public var settings: [JSONMember]
  public var trainingSeconds: Double?
  public var tokensPerSecond: Double?
  public var peakBytes: Int?
  /// Why a run failed.
  public var reason: String?
  /// Anything else worth a line in `result.json`.
  public var others: [JSONMember]

  public init(
    best: Scores? = nil, last: Scores? = nil, savedStep: Int? = nil, settings: [JSONMember] = [],
    trainingSeconds: Double? = nil,
    tokensPerSecond: Double? = nil, peakBytes: Int? = nil, reason: String? = nil, others: [JSONMember] = []
  ) {
    self.best = best
    self.last = last
    self.savedStep = savedStep
    self.settings = settings
    self.trainingSeconds = trainingSeconds
    self.tokensPerSecond = tokensPerSecond
    self.peakBytes = peakBytes
    self.reason = reason
    self.others = others
  }

  /// The evaluation of the saved weights, the one that every list shows.
  public var saved: Scores? {
    guard let savedStep else {
      // Older records have a best one only where its weights were saved.
      return best ?? last
    }
    return [best, last].compactMap { $0 }.first { $0.step == savedStep }
  }
}

/// A file of an experiment, by its path relative to the directory, and its content's hash.
public struct FileHash: Hashable, Sendable {
  public let path: String
  public let sha256: SHA256Digest
}

/// `result.json`: how a run ended, and the hash of every file it left.
public struct ResultRecord: Hashable, Sendable {
  public var status: RunStatus
  public var startedAt: Date
  public var finishedAt: Date
  public var outcome: RunOutcome
  /// In the order of their paths, without `result.json` itself.
  public var files: [FileHash] = []

  public init(status: RunStatus, startedAt: Date, finishedAt: Date, outcome: RunOutcome) {
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.outcome = outcome
  }

  private static let ownKeys: Set<String> = [
    "format", "status", "reason", "started_at", "finished_at", "training_seconds", "tokens_per_second",
    "peak_bytes",
    "best", "last", "saved_step", "settings", "files",
  ]

  public var json: JSONValue {
    var members: [(String, JSONValue?)] = [
      ("format", .integer(documentFormat)),
      ("status", .string(status.rawValue)),
      ("reason", outcome.reason.map { .string($0) }),
      ("started_at", .string(timestamp(startedAt))),
      ("finished_at", .string(timestamp(finishedAt))),
      ("training_seconds", outcome.trainingSeconds.map { .number($0) }),
      ("tokens_per_second", outcome.tokensPerSecond.map { .number($0) }),
      ("peak_bytes", outcome.peakBytes.map { .integer($0) }),
      ("best", outcome.best?.json),
      ("last", outcome.last?.json),
      ("saved_step", outcome.savedStep.map { .integer($0) }),
      ("settings", .object(outcome.settings)),
    ]
    for other in outcome.others where !Self.ownKeys.contains(other.key) {
      members.append((other.key, other.value))
    }
    members.append(("files", .object(files.map { JSONMember($0.path, .string($0.sha256.hex)) })))
    return document(members)
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "result.json")
    guard let status = RunStatus(rawValue: try reader.string("status")) else {
      throw ExperimentsError(
        .invalidContent,
        "cannot read result.json: its status \(quoted(try reader.string("status"))) is unknown.")
    }
    self.init(
      status: status, startedAt: try reader.date("started_at"), finishedAt: try reader.date("finished_at"),
      outcome: RunOutcome(
        best: json["best"].flatMap(RunOutcome.Scores.init(json:)),
        last: json["last"].flatMap(RunOutcome.Scores.init(json:)),
        savedStep: json["saved_step"]?.integerValue,
        settings: json["settings"]?.objectMembers ?? [],
        trainingSeconds: json["training_seconds"]?.doubleValue,
        tokensPerSecond: json["tokens_per_second"]?.doubleValue, peakBytes: json["peak_bytes"]?.integerValue,
        reason: json["reason"]?.stringValue,
        others: (json.objectMembers ?? []).filter { !Self.ownKeys.contains($0.key) }))
    let hashes = DocumentReader(part: json["files"] ?? .null, of: "result.json, files")
    files = try (json["files"]?.objectMembers ?? []).map {
      FileHash(path: $0.key, sha256: try hashes.sha256($0.key))
    }
  }
}

extension RunOutcome.Scores {
  public var json: JSONValue {
    document([
      ("step", .integer(step)), ("epoch", epoch.map { .number($0) }), ("scores", .object(values)),
    ])
  }

  /// `nil` when it has no step.
  public init?(json: JSONValue) {
    guard let step = json["step"]?.integerValue else { return nil }
    self.init(step: step, epoch: json["epoch"]?.doubleValue, values: json["scores"]?.objectMembers ?? [])
  }
}
