import CommandLine
import Experiments
import Foundation
import Hashing
import Spelling

/// The later evaluations that `--data` chooses among: those on a file, by its content, or one by its id.
struct DataChoice {
  static let option = ValueOption(
    "data", placeholder: "FILE",
    help:
      "by the scores of 'kiseki evaluate' on this file, or on the data of the evaluation with this id, instead of the "
      + "runs' own rows")

  /// As it was typed.
  let name: String
  private let sha256: SHA256Digest?
  private let path: String

  init(_ name: String, _ console: Console, in workspace: Workspace) throws {
    self.name = name
    let full = console.path(name)
    path = workspace.portablePath(full)
    sha256 =
      FileManager.default.fileExists(atPath: full) && !isDirectory(full) ? try SHA256.hash(fileAt: full) : nil
  }

  /// The content whose evaluations are compared: the file's own, or that of the evaluation whose id was typed. Where the
  /// file has gone, the newest that all runs evaluated on a file of that name have in common.
  ///
  /// - Returns: `nil` where nothing is called so.
  /// - Throws: `CommandFailure` when they were evaluated on different contents of a file that has gone.
  private func content(_ candidates: [Candidates], _ remarks: inout [String]) throws -> DataContent? {
    if let sha256 { return DataContent(sha256: sha256) }
    if let named = candidates.flatMap(\.all).first(where: { KeptData.isID(name, of: $0) }) {
      return DataContent(of: named)
    }
    func isCalledSo(_ evaluation: LaterEvaluation) -> Bool {
      [path, name].contains(evaluation.request.data.path) && !DataContent(of: evaluation).isSplit
    }
    let called = candidates.flatMap(\.usable).filter(isCalledSo).sorted { $0.time < $1.time }
    let contents = Set(called.map(DataContent.init(of:)))
    let ofRuns = candidates.map { contents.intersection($0.usable.map(DataContent.init(of:))) }.filter { !$0.isEmpty }
    let common = ofRuns.reduce(contents) { $0.intersection($1) }
    guard !contents.isEmpty else { return nil }
    guard let newest = called.map(DataContent.init(of:)).last(where: common.contains) else {
      let evaluations = candidates.compactMap { $0.usable.last(where: isCalledSo) }
      let list = evaluations.map { "\($0.request.name)@\($0.request.version) by \($0.id)" }.joined(separator: ", ")
      throw CommandFailure(
        "cannot compare on \(name): there is no such file now, and these experiments were evaluated on different contents "
          + "of it: \(list). Use 'kiseki evaluate' with --data and one of these ids for the others, then compare by that id."
      )
    }
    remarks.append(
      "there is no file \(name) now; compared are the evaluations on what it held with the SHA-256 "
        + newest.sha256.hex.prefix(10))
    return newest
  }

  /// Runs with an evaluation of each on these data that has the score asked for: those made by equal settings, the newest
  /// where there are several, and where there are none the newest of each.
  ///
  /// - Parameter metric: that of the first run unless given.
  /// - Returns: with sentences about what a reader of the comparison has to know.
  /// - Throws: `CommandFailure` when none of them has one.
  func runs(
    _ versions: [ExperimentVersion], by metric: ComparisonMetric?, in workspace: Workspace
  ) throws -> (runs: [ComparedRun], remarks: [String]) {
    var remarks: [String] = []
    let all = try versions.map { version in
      let found = try workspace.laterEvaluations(of: version.name, version: version.number)
      remarks += found.problems
      return found.evaluations
    }
    var candidates = zip(versions, all).map { Candidates(run: ComparedRun($0), all: $1) }
    let content = try content(candidates, &remarks)
    let model = candidates.first { $0.run.problem == nil } ?? candidates.first
    let metric = metric ?? ComparisonMetric(ofSettings: model?.run.settings ?? []).on(.data)
    for index in candidates.indices { candidates[index].keep(metric, on: content) }
    let evaluated = candidates.filter { !$0.evaluations.isEmpty }
    guard !evaluated.isEmpty else {
      let example = versions.first.map { " --data \(shellWord(name)) for \($0.reference)" } ?? ""
      throw CommandFailure(
        "cannot compare on \(name): none of these experiments was evaluated on it\(sha256 == nil ? "" : " as it is now"). "
          + "Use 'kiseki evaluate' with\(example) first.")
    }
    let common = Self.commonSettings(evaluated)
    let runs = try candidates.map { candidate in
      var run = candidate.run
      guard let newest = candidate.evaluations.last else {
        run.lack(
          "evaluation on \(name); '\(shellCommand("evaluate", run.reference)) --data \(shellWord(name))' makes one")
        return run
      }
      let chosen = candidate.evaluations.last { $0.settings == common } ?? newest
      try run.take(
        chosen.evaluation, predictions: workspace.predictions(of: chosen.evaluation), madeBy: chosen.settings.members)
      if chosen.evaluation.id != newest.evaluation.id {
        let others = EvaluationSettings.differing([chosen.settings, newest.settings]).joined(separator: ", ")
        remarks.append(
          "\(run.reference): its evaluation \(chosen.evaluation.id) is compared, made by the settings of the others; the "
            + "newer \(newest.evaluation.id) has another \(others)")
      }
      return run
    }
    if common == nil {
      let settings = EvaluationSettings.differing(evaluated.compactMap(\.evaluations.last?.settings))
      remarks.append(
        "the newest evaluations on \(name) were made by different settings (\(settings.joined(separator: ", "))), and none "
          + "by equal ones; scores differ for that reason too")
    }
    return (runs, remarks)
  }

  /// The settings that an evaluation of every run was made by; of several those of the newest evaluation.
  private static func commonSettings(_ evaluated: [Candidates]) -> EvaluationSettings? {
    let shared = evaluated.map { Set($0.evaluations.map(\.settings)) }
      .reduce(nil as Set<EvaluationSettings>?) { $0?.intersection($1) ?? $1 }
    return evaluated.flatMap(\.evaluations).filter { shared?.contains($0.settings) == true }
      .max { $0.evaluation.time < $1.evaluation.time }?.settings
  }

  /// A run with its evaluations to choose among, oldest first.
  private struct Candidates {
    let run: ComparedRun
    let all: [LaterEvaluation]
    private(set) var evaluations: [(evaluation: LaterEvaluation, settings: EvaluationSettings)] = []

    init(run: ComparedRun, all: [LaterEvaluation]) {
      self.run = run
      self.all = all
    }

    /// Those of the tuned model.
    var usable: [LaterEvaluation] { all.filter { !$0.request.isBase } }

    /// Takes those on this content that have the score, or all on it where none has.
    mutating func keep(_ metric: ComparisonMetric, on content: DataContent?) {
      let all = usable.filter { DataContent(of: $0) == content }
      let scored = all.filter { $0.score(metric.measure.rawValue) != nil }
      evaluations = (scored.isEmpty ? all : scored).map { ($0, EvaluationSettings($0, of: run, for: metric)) }
    }
  }
}
