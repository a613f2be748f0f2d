import CommandLine
import FineTuning
import Foundation
import Tables

/// How a worker tells its parent how far it is: a line of JSON on stdout, at most ten a second.
struct WorkerProgress: RunProgress {
  private static let interval = Duration.milliseconds(100)
  private let stepCount: Int
  private let start = ContinuousClock.now
  private var sentAt: ContinuousClock.Instant?

  init(stepCount: Int) { self.stepCount = stepCount }

  mutating func show(_ report: StepReport) {
    var state = ProgressState("training", step: report.step, total: stepCount, elapsedSeconds: seconds)
    state.loss = report.loss
    state.learningRate = report.learningRate
    state.tokensPerSecond = report.seconds > 0 ? Double(report.tokens) / report.seconds : nil
    send(state)
  }

  func evaluationStarted() {}

  mutating func showEvaluation(done: Int, total: Int) {
    send(ProgressState("evaluating", step: done, total: total, elapsedSeconds: seconds))
  }

  func say(_ message: String) {}
  func finish() {}

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private mutating func send(_ state: ProgressState) {
    let now = ContinuousClock.now
    if let sentAt, now - sentAt < Self.interval, state.step < state.total { return }
    sentAt = now
    TextOutput.results.write(state.message.line() + "\n")
  }
}

extension ProgressState {
  fileprivate var message: JSONValue {
    .object(
      [
        JSONMember("label", .string(label)), JSONMember("step", .integer(step)), JSONMember("total", .integer(total)),
        JSONMember("seconds", .number(elapsedSeconds)),
      ]
        + [("loss", loss), ("rate", learningRate), ("tokens_per_second", tokensPerSecond)].compactMap { key, value in
          value.map { JSONMember(key, .number($0)) }
        })
  }

  /// What a worker's line says; `nil` for a line that is no message.
  init?(message line: String) {
    guard let json = try? JSONValue(parsing: Data(line.utf8)), let label = json["label"]?.stringValue,
      let step = json["step"]?.integerValue, let total = json["total"]?.integerValue
    else { return nil }
    self.init(
      label, step: step, total: total, loss: json["loss"]?.doubleValue, learningRate: json["rate"]?.doubleValue,
      tokensPerSecond: json["tokens_per_second"]?.doubleValue, elapsedSeconds: json["seconds"]?.doubleValue ?? 0)
  }
}
