internal import Experiments
internal import Foundation
internal import Hashing
internal import Tables

/// The numbers of a site for other programs.
extension Site {
  static let experimentsJSON = "data/experiments.json"
  static let experimentsCSV = "data/experiments.csv"
  static let comparisonJSON = "data/comparison.json"

  func dataFiles() -> [(path: String, data: Data)] {
    [
      (Self.experimentsJSON, experimentsDocument.document()), (Self.experimentsCSV, Data(experimentsTable.utf8)),
      (Self.comparisonJSON, comparisonDocument.document()),
    ]
  }

  /// The experiments as the leaderboard has them, the best first.
  private var ranked: [(rank: Int, run: ReportedRun, experiment: PublishedExperiment)] {
    let byLabel = Dictionary(experiments.map { ($0.label, $0) }, uniquingKeysWith: { first, _ in first })
    return content.candidates.enumerated().flatMap { index, candidate in
      candidate.runs.compactMap { place in
        byLabel[content.runs[place].origin.label].map { (index + 1, content.runs[place], $0) }
      }
    }
  }

  private var experimentsDocument: JSONValue {
    [
      "format": 1, "title": .string(content.title), "metric": .string(content.metric.name),
      "higher_is_better": .bool(content.metric.isHigherBetter),
      "experiments": .array(ranked.map { json($0.run, rank: $0.rank, $0.experiment) }),
    ]
  }

  private func json(_ run: ReportedRun, rank: Int, _ experiment: PublishedExperiment) -> JSONValue {
    let interval = scores[run.origin.label]?.interval
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      JSONMember("name", .string(run.origin.name)), JSONMember("version", .integer(experiment.version.number)),
      JSONMember("versions", .integer(experiment.version.count)), JSONMember("commit", text(run.origin.commit)),
      JSONMember("status", .string(run.status.rawValue)), JSONMember("problem", text(run.problem)),
      JSONMember("time", text(run.time.map(documentTime))), JSONMember("rank", .integer(rank)),
      JSONMember("page", .string(SitePath.url(experiment.page))), JSONMember("note", text(run.note)),
      JSONMember("tags", .array(run.tags.map { .string($0) })), JSONMember("settings", .object(run.settings)),
      JSONMember("scores", .object(run.scores)), JSONMember("before_training", .object(run.beforeTraining)),
      JSONMember("interval", interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null),
      JSONMember("training_seconds", number(run.trainingSeconds)),
      JSONMember("tokens_per_second", number(run.tokensPerSecond)),
      JSONMember("peak_bytes", run.peakBytes.map { .integer($0) } ?? .null),
      JSONMember("data", run.dataset.map(Self.summary) ?? .null),
      JSONMember("backbone", run.backbone?.json ?? .null), JSONMember("environment", run.environment?.json ?? .null),
      JSONMember("files", .array(experiment.files.map { json($0) })),
    ])
  }

  private func json(_ file: PublishedExperiment.File) -> JSONValue {
    .object([
      JSONMember("path", .string(file.path)), JSONMember("bytes", .integer(file.bytes)),
      JSONMember("sha256", file.sha256.map { .string($0.hex) } ?? .null),
      JSONMember("url", file.published.map { .string(SitePath.url($0.path)) } ?? .null),
    ])
  }

  /// Without the indices of the split, which are as many as the rows.
  private static func summary(_ dataset: DatasetRecord) -> JSONValue {
    let files = dataset.json["files"] ?? .null
    return [
      "files": files, "train_rows": .integer(dataset.trainIndices.count),
      "validation_rows": .integer(dataset.validationIndices.count),
      "trains_on_validation": .bool(dataset.trainsOnValidation),
      "truncation": .object(dataset.truncation),
    ]
  }

  private var experimentsTable: String {
    let rows = ranked
    func keys(_ members: (ReportedRun) -> [JSONMember]) -> [String] {
      var seen: Set<String> = []
      return rows.flatMap { members($0.run).map(\.key) }.filter { seen.insert($0).inserted }
    }
    let scoreKeys = keys(\.scores)
    let settingKeys = keys(\.settings)
    let columns =
      ["rank", "name", "version", "commit", "status", "time"] + scoreKeys + ["interval_lower", "interval_upper"]
      + settingKeys + ["training_seconds", "tokens_per_second", "peak_bytes", "note", "tags", "page"]
    return Table.csvText(
      columns: columns,
      rows: rows.map { rank, run, experiment in
        let interval = scores[run.origin.label]?.interval
        let head: [String] = [
          String(rank), run.origin.name, String(experiment.version.number), run.origin.commit ?? "",
          run.status.rawValue, run.time.map(documentTime) ?? "",
        ]
        let numbers = scoreKeys.map { key in Self.cell(run.scores.first { $0.key == key }?.value) }
        let bounds = [interval?.lower, interval?.upper].map { Self.cell($0.map { .number($0) }) }
        let settings = settingKeys.map { Self.cell(run.setting($0)) }
        let times = [run.trainingSeconds, run.tokensPerSecond].map { Self.cell($0.map { .number($0) }) }
        let tail: [String] = [
          run.peakBytes.map(String.init) ?? "", run.note ?? "", run.tags.joined(separator: " "),
          SitePath.url(experiment.page),
        ]
        return head + numbers + bounds + settings + times + tail
      })
  }

  /// Text as it is, everything else as JSON.
  private static func cell(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: ""
    case .string(let text): text
    case .some(let value): value.line()
    }
  }

  private func documentTime(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
