internal import Foundation
internal import GitStore
internal import Tables

/// What lists and filters need of an experiment's newest version.
struct IndexedVersion {
  /// How many versions there are.
  let count: Int
  /// The note of the commit.
  let note: String?
  /// Without the hashes of the files.
  let result: ResultRecord

  /// Reads it from git.
  ///
  /// - Parameter index: may know the parent's count already.
  init(_ id: ObjectID, in repository: Repository, index: ExperimentIndex) throws {
    let commit = try repository.commit(id)
    let before = commit.parents.first.flatMap { index[$0] }.flatMap(IndexedVersion.init(json:))?.count
    count = try before.map { $0 + 1 } ?? repository.history(of: id).count
    note = commit.note
    var result = try ResultRecord(json: JSONValue(parsing: commit.file("result.json", in: repository)))
    result.files = []
    self.result = result
  }

  var json: JSONValue {
    let outcome = result.outcome
    return document([
      ("count", .integer(count)),
      ("note", note.map { .string($0) }),
      ("status", .string(result.status.rawValue)),
      ("started", .number(result.startedAt.timeIntervalSinceReferenceDate)),
      ("finished", .number(result.finishedAt.timeIntervalSinceReferenceDate)), ("best", outcome.best?.json),
      ("last", outcome.last?.json), ("saved", outcome.savedStep.map { .integer($0) }),
      ("settings", .object(outcome.settings)),
      ("seconds", outcome.trainingSeconds.map { .number($0) }), ("rate", outcome.tokensPerSecond.map { .number($0) }),
      ("peak", outcome.peakBytes.map { .integer($0) }), ("reason", outcome.reason.map { .string($0) }),
      ("others", .object(outcome.others)),
    ])
  }

  init?(json: JSONValue) {
    func date(_ key: String) -> Date? { json[key]?.doubleValue.map { Date(timeIntervalSinceReferenceDate: $0) } }
    guard let count = json["count"]?.integerValue, let started = date("started"),
      let finished = date("finished"), let status = json["status"]?.stringValue.flatMap(RunStatus.init)
    else { return nil }
    self.count = count
    note = json["note"]?.stringValue
    result = ResultRecord(
      status: status, startedAt: started, finishedAt: finished,
      outcome: RunOutcome(
        best: json["best"].flatMap(RunOutcome.Scores.init(json:)),
        last: json["last"].flatMap(RunOutcome.Scores.init(json:)), savedStep: json["saved"]?.integerValue,
        settings: json["settings"]?.objectMembers ?? [],
        trainingSeconds: json["seconds"]?.doubleValue, tokensPerSecond: json["rate"]?.doubleValue,
        peakBytes: json["peak"]?.integerValue, reason: json["reason"]?.stringValue,
        others: json["others"]?.objectMembers ?? []))
  }
}
