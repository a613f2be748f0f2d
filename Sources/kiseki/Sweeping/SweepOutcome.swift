import CommandLine
import Configuration
import Experiments
import GitStore
import Launching
import Spelling
import Tables

/// How a sweep came out: its trials by the metric, and the best setting with its margin.
struct SweepOutcome {
  private let board: SweepBoard
  private let plan: SweepPlan
  private let commit: ObjectID
  private let metric: SweepMetric
  /// Completed ones by their score, best first; then the others, in the plan's order.
  let entries: [SweepBoard.Entry]

  init(_ board: SweepBoard, plan: SweepPlan, commit: ObjectID) {
    self.board = board
    self.plan = plan
    self.commit = commit
    let metric = SweepMetric(plan.metric)
    self.metric = metric
    let scored = board.entries.enumerated().map {
      (index: $0.offset, entry: $0.element, score: metric.value($0.element))
    }
    entries = scored.sorted { first, second in
      switch (first.score, second.score) {
      case (let one?, let two?) where one != two: metric.isBetter(one, two)
      case (_?, nil): true
      case (nil, _?): false
      default: first.index < second.index
      }
    }.map(\.entry)
  }

  /// The titles and texts of the scores of a trial, as in every list.
  static func scores(of state: SweepBoard.State) -> [(title: String, cell: String)] {
    guard case .ended(let record, _) = state else { return [] }
    let cells = MainScores(record.result).cells
    return zip(["loss", "perplexity", "bleu"], cells).map { ($0, $1) }
  }

  func show(_ console: Console) {
    let done = "What the trials came to is recorded, and '\(shellCommand("show", board.name.text))' shows it"
    if console.globals.wantsJSON {
      return console.write(String(decoding: json.document(), as: UTF8.self), done: done)
    }
    lines(console).forEach { console.print($0, done: done) }
    warnReasons(console)
  }

  func warnReasons(_ console: Console) {
    for entry in entries { entry.state.reason.map { console.warn("\(entry.name): \(withoutControls($0))") } }
  }

  /// What decides which trial is best, as a person calls it.
  var metricTitle: String { metric.title }

  func lines(_ console: Console) -> [String] {
    let hasTest = entries.contains { metric.testValue($0) != nil }
    var table = TextTable(
      columns: plan.keys.map { .init(ParameterTable.parameter($0)?.shortKey ?? $0, .right) } + [.init("status")]
        + MainScores.columns + (hasTest ? [.init("test \(metric.title)", .right)] : [])
        + [.init("seconds", .right), .init("experiment")])
    for entry in entries {
      let settings = plan.keys.map { key in entry.trial.overrides.first { $0.key == key }?.written ?? "" }
      let scores = Self.scores(of: entry.state).map(\.cell)
      let test =
        metric.testValue(entry).map { MainScores.text($0, of: metric.name, over: metric.testCoverage(entry)) } ?? ""
      let seconds = entry.record?.result.map { Format.decimal($0.finishedAt.timeIntervalSince($0.startedAt), 1) } ?? ""
      table.add(
        settings + [entry.state.word] + (scores.isEmpty ? MainScores.columns.map { _ in "" } : scores)
          + (hasTest ? [test] : []) + [seconds, entry.name.text],
        style: entry.state.isCompleted ? nil : entry.state.style)
    }
    return table.lines(width: console.width, palette: console.palette) + (winner.map { [sentence($0)] } ?? [])
      + (partialSentence.map { [$0] } ?? [])
  }

  // MARK: The best setting

  struct Winner {
    let setting: String
    let entries: [SweepBoard.Entry]
    /// The mean over the seeds it was run with.
    let value: Double
    let second: (setting: String, value: Double)?
  }

  /// `nil` when no trial was completed with a score.
  var winner: Winner? {
    var order: [String] = []
    var groups: [String: [SweepBoard.Entry]] = [:]
    for entry in entries where metric.value(entry) != nil {
      if groups[entry.trial.setting] == nil { order.append(entry.trial.setting) }
      groups[entry.trial.setting, default: []].append(entry)
    }
    let ranked = order.map { setting -> (setting: String, value: Double) in
      let values = (groups[setting] ?? []).compactMap(metric.value)
      return (setting, values.reduce(0, +) / Double(values.count))
    }.enumerated().sorted { first, second in
      first.element.value == second.element.value
        ? first.offset < second.offset : metric.isBetter(first.element.value, second.element.value)
    }.map(\.element)
    return ranked.first.map { best in
      Winner(
        setting: best.setting, entries: groups[best.setting] ?? [], value: best.value,
        second: ranked.dropFirst().first)
    }
  }

  private func sentence(_ winner: Winner) -> String {
    func text(_ value: Double) -> String { MainScores.text(value, of: metric.name) }
    let seeds = winner.entries.count
    let coverage = winner.entries.compactMap(metric.coverage).min { $0.scored < $1.scored }
    let value = MainScores.text(winner.value, of: metric.name, over: coverage)
    var line = "best: \(winner.setting) with \(metric.title) \(value)"
    if seeds > 1 { line += ", the mean of \(seeds) seeds" }
    if let second = winner.second {
      let margin = abs(winner.value - second.value)
      line +=
        margin == 0
        ? "; \(second.setting) is equal" : "; \(text(margin)) \(metric.comparison) than \(second.setting)"
    }
    let test = winner.entries.compactMap(metric.testValue)
    if !test.isEmpty {
      let fewest = winner.entries.compactMap(metric.testCoverage).min { $0.scored < $1.scored }
      let mean = test.reduce(0, +) / Double(test.count)
      line += "; on the test rows \(MainScores.text(mean, of: metric.name, over: fewest))"
    }
    return line
  }

  /// That a judge gave no score for some rows of some trials, whose means are then of different things.
  private var partialSentence: String? {
    let scored = entries.compactMap(metric.coverage)
    let partial = scored.count(where: \.isPartial)
    guard partial > 0 else { return nil }
    return
      "\(Format.count(partial)) of \(Format.count(scored.count)) \(metric.title)s are means over a part of the rows only; "
      + "'\(shellCommand("compare", board.name.text))' sets beside each other what can be"
  }

  // MARK: JSON

  var json: JSONValue {
    var members = [
      JSONMember("sweep", .string(board.name.text)), JSONMember("plan", .string(commit.hex)),
      JSONMember("metric", .string(metric.name)), JSONMember("trials", .array(entries.map(document))),
    ]
    if let winner {
      members.append(
        JSONMember(
          "winner",
          [
            "setting": .string(winner.setting), "value": .number(winner.value),
            "experiments": .array(winner.entries.map { .string($0.name.text) }),
            "second": winner.second.map { .string($0.setting) } ?? .null,
            "margin": winner.second.map { .number(abs(winner.value - $0.value)) } ?? .null,
          ]))
    }
    return .object(members)
  }

  private func document(_ entry: SweepBoard.Entry) -> JSONValue {
    let result = entry.record?.result
    return [
      "name": .string(entry.name.text), "status": .string(entry.state.word),
      "version": entry.record.flatMap { $0.version > 0 ? .integer($0.version) : nil } ?? .null,
      "commit": entry.record?.commit.map { .string($0.hex) } ?? .null,
      "settings": .object(entry.trial.overrides.map { JSONMember($0.key, $0.value) }),
      "scores": .object(MainScores(result).values),
      "test": result?.outcome.others.first { $0.key == "test" }?.value ?? .null,
      "seconds": result.map { .number($0.finishedAt.timeIntervalSince($0.startedAt)) } ?? .null,
      "reason": entry.state.reason.map { .string($0) } ?? .null,
    ]
  }
}

extension SweepBoard.Entry {
  var record: TrialRecord? { if case .ended(let record, _) = state { record } else { nil } }
}
