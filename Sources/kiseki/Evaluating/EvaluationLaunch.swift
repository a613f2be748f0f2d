import CommandLine
import Experiments
import Foundation
import Spelling
import Tables

/// What `evaluate` was asked to do.
struct EvaluationLaunch {
  let wishes: EvaluationRequest.Wishes
  /// Computes although the same is recorded already.
  let isAgain: Bool

  func start(_ console: Console) throws -> ExitCode {
    StopSignal.install()
    let workspace = try Workspace.find(from: console.directory)
    return try workspace.withAsideFolder { folder in
      let request = try EvaluationRequest(wishes, folder: folder, in: workspace)
      for warning in request.warnings { console.warn(warning) }
      if let remark = request.part.remark { console.note(remark) }
      if !isAgain, let code = try showKept(request, in: workspace, console) { return code }
      if request.judge != nil {
        console.note("the judge is asked about \(Format.count(request.part.rows.count, "row"))")
      }
      let work = EvaluationWork(request: request, workspace: workspace, backbone: wishes.backbone, console: console)
      guard let result = try work.carryOut() else {
        console.note(
          "interrupted by \(StopSignal.received ?? "a signal"); nothing was recorded, and nothing is left of it")
        return .interrupted
      }
      if let judge = result.evaluation.judge {
        console.note(judge.sentence)
        if let warning = judge.warning { console.warn(warning) }
        if judge.meanScore == nil {
          throw CommandFailure(
            "cannot evaluate by the judge: it scored none of the \(Format.count(judge.judgements.count, "row")); nothing was "
              + "recorded. Mend what the reasons above name, and evaluate again.")
        }
      }
      return try record(result, request, in: workspace, console)
    }
  }

  /// Shows what is recorded already for this request.
  ///
  /// - Returns: `nil` when nothing is.
  private func showKept(_ request: EvaluationRequest, in workspace: Workspace, _ console: Console) throws -> ExitCode? {
    let again = "the same is not computed twice; --again does"
    if let own = try request.own() {
      let place = "recorded with \(request.label) itself, as evaluations/\(own.name); \(again)"
      EvaluationSummary(request: request, scores: own.scores, id: nil, isNew: false).show(place, console)
      return .success
    }
    guard let kept = try workspace.laterEvaluation(answering: request.identity) else { return nil }
    let place =
      "already recorded as \(kept.id) on \(kept.time.localText), by build \(kept.program.build) on "
      + "\(kept.program.instructionSet); \(again)"
    EvaluationSummary(request: request, scores: kept.scores, id: kept.id, isNew: false).show(place, console)
    return .success
  }

  private func record(
    _ result: EvaluationWork.Result, _ request: EvaluationRequest, in workspace: Workspace, _ console: Console
  ) throws -> ExitCode {
    var summary = EvaluationSummary(request: request, scores: result.record.scores, id: nil, isNew: false)
    if let own = try request.own(),
      try request.version.data("evaluations/\(own.name)/predictions.jsonl") == result.predictions
    {
      summary.show(
        "the same to the last byte as evaluations/\(own.name) of \(request.label); nothing new to record", console)
      return .success
    }
    let (kept, isNew) = try workspace.record(
      result.record, predictions: result.predictions, dataFile: request.part.file)
    if let file = request.part.file, isNew, kept.request.data.storedAs == nil {
      let data = kept.request.data
      if data.bytes > RunRecording.largestKeptDataFile { try workspace.remember(file, as: .datasets, data.sha256) }
      console.warn(
        data.bytes > RunRecording.largestKeptDataFile
          ? "\(request.part.source), \(Format.bytes(data.bytes)), is too large to be kept with the evaluation; "
            + "its hash is"
          : "\(request.part.source) was changed while it was evaluated on, so it is not kept with the evaluation")
    }
    (summary.id, summary.isNew) = (kept.id, isNew)
    let others = isNew && kept.id != request.identity.id
    summary.show(
      isNew
        ? "recorded as \(kept.id) with \(request.label)"
          + (others ? "; the same request gave other scores before, which are kept too" : "")
        : "the same scores as on \(kept.time.localText), recorded as \(kept.id); nothing new to record", console)
    return .success
  }
}

/// What an evaluation came to, as it is shown.
struct EvaluationSummary {
  let request: EvaluationRequest
  /// `scores.json`
  let scores: JSONValue
  /// `nil` for what the version itself holds.
  var id: String?
  /// Whether it was recorded just now.
  var isNew: Bool

  /// - Parameter place: where it is kept, as a sentence.
  func show(_ place: String, _ console: Console) {
    if console.globals.wantsJSON { return console.print(json) }
    console.print(headline, done: isNew ? "\(id ?? "the evaluation") is recorded" : nil)
    let names = (RecordedEvaluation.mainScores + RecordedEvaluation.otherScores).filter { value($0) != nil }
    var table = TextTable(columns: names.map { .init($0.replacing("_", with: " "), .right) })
    table.add(names.map { name in value(name).map { MainScores.text($0, of: name) } ?? "" })
    table.lines(width: console.width, palette: console.palette).forEach { console.print($0) }
    console.note(place)
    let show = shellCommand("show", request.label) + (id.map { " --evaluation \($0)" } ?? "")
    let data = request.part.record
    let other = shellCommand("compare", request.version.name.text) + " OTHER --data "
    console.hint(
      "next: " + show
        + (data.role == "data" ? "   or   " + other + shellWord(request.part.keptWith ?? data.path) : ""))
  }

  private func value(_ name: String) -> Double? { scores["scores"]?[name]?.doubleValue }

  private var headline: String {
    let rows = scores["rows"]?.integerValue ?? request.part.rows.count
    let measure = request.measure
    let score = value(measure.rawValue).map { MainScores.text($0, of: measure.rawValue) } ?? "none"
    let missing = measure == .judge ? scores["judge"]?["missing"]?.integerValue ?? 0 : 0
    let share = missing > 0 ? " over the \(rows - missing) rows that have one" : ""
    return
      "\(request.subject) on \(request.part.source) (\(Format.count(rows, "row"))): \(measure.title) \(score)\(share)"
  }

  private var json: JSONValue {
    .object(
      [
        JSONMember("experiment", .string(request.version.name.text)),
        JSONMember("version", .integer(request.version.number)), JSONMember("id", id.map { .string($0) } ?? .null),
        JSONMember("new", .bool(isNew)), JSONMember("metric", .string(request.measure.rawValue)),
        JSONMember("model", .string(request.identity.isBase ? "base" : "tuned")),
        JSONMember("settings", .object(request.identity.settings)),
      ] + (scores.objectMembers ?? []).filter { $0.key != "format" })
  }
}
