import Experiments
import FineTuning
import Foundation
import Hashing
import Tables

/// Writes a run's resume state now and then, and finds it again.
///
/// The newest two checkpoints are kept, of two different steps: should the newest be damaged, the one before serves.
final class RunCheckpoints {
  private struct Standing {
    let number: Int
    let step: Int
  }

  private let run: PreparedRun
  private let recording: RunRecording
  private let inputs: CheckpointInputs
  private let folder: CheckpointFolder
  private let build: String
  /// Newest first.
  private var standing: [Standing] = []
  private var hasWarned = false
  private(set) var count = 0
  private(set) var seconds = 0.0

  init(_ run: PreparedRun, _ recording: RunRecording, inputs: CheckpointInputs, build: String) {
    self.run = run
    self.recording = recording
    self.inputs = inputs
    self.build = build
    folder = CheckpointFolder(runDirectory: recording.directory)
  }

  /// The step `resume` would go on from.
  var step: Int? { standing.first?.step }

  // MARK: Writing

  /// Writes where the run stands; what is in its logs is on the disk before that.
  ///
  /// - Returns: a warning when the checkpoint could not be written, once; the run can go on without it.
  /// - Throws: `ExperimentsError` when the logs cannot be written, without which there is no record.
  func write(_ evaluations: [RunOutcome.Scores]) throws -> String? {
    let position = run.trainer.position
    // A training about to fail must not replace what it could go on from.
    guard position != TrainingPosition(), run.trainer.hasFiniteWeights else { return nil }
    let start = ContinuousClock.now
    try recording.synchronize()
    do {
      try writePair(position, evaluations)
      hasWarned = false
    } catch {
      defer { hasWarned = true }
      let place = step.map { "from the checkpoint after step \($0)" } ?? "from step 0"
      return hasWarned
        ? nil
        : "cannot write a checkpoint after step \(position.step): \(RunError.withoutEnd(error)). The run goes on; if it "
          + "is interrupted, 'kiseki resume' begins \(place)"
    }
    count += 1
    seconds += (ContinuousClock.now - start) / .seconds(1)
    return nil
  }

  private func writePair(_ position: TrainingPosition, _ evaluations: [RunOutcome.Scores]) throws {
    let number = (standing.first?.number ?? 0) + 1
    let before = standing.first { $0.step < position.step }
    // The newest stays until the new one stands; any other makes room.
    standing = standing.filter { $0.number == standing.first?.number || $0.number == before?.number }
    try folder.removeAll(but: standing.map(\.number))
    do {
      try makeDirectories(recording.directory + "/" + CheckpointFolder.name)
      try run.trainer.writeState(to: folder.tensors(number))
      let document = CheckpointDocument(
        position: position,
        logs: [.metrics: try recording.byteCount(of: .metrics), .timings: try recording.byteCount(of: .timings)],
        evaluations: evaluations, inputs: inputs.json, build: build,
        instructionSet: run.model.engine.instructionSet.rawValue,
        mixedPrecision: run.model.engine.mixedPrecision.name,
        tensors: try SHA256.hash(fileAt: folder.tensors(number)))
      try recording.write("\(CheckpointFolder.name)/\(number).json", document.json)
    } catch {
      // What is half there takes room that the record may need.
      try RunError.after(error, "what was written of it could not be removed") {
        try folder.removeAll(but: standing.map(\.number))
      }
      throw error
    }
    standing = [Standing(number: number, step: position.step)] + [before].compactMap { $0 }
    try folder.removeAll(but: standing.map(\.number))
  }

  // MARK: Going on

  /// Gives the trainer the newest state that can be used; torn and damaged ones are removed.
  ///
  /// - Returns: `nil` when there is none, with the reasons in `remarks`.
  /// - Throws: `RunError` for a checkpoint of another configuration, whose files are left as they are.
  func restore(_ remarks: inout [String]) throws -> CheckpointDocument? {
    let numbers = folder.numbers
    for (place, number) in numbers.enumerated() {
      do {
        let document = try usable(number)
        try run.trainer.readState(from: folder.tensors(number), position: document.position)
        standing = [Standing(number: number, step: document.position.step)]
        for older in numbers[(place + 1)...] {
          // One that cannot be read is none; that does not matter as long as a newer one can.
          guard let step = try? folder.read(older).position.step else { continue }
          standing.append(Standing(number: older, step: step))
        }
        try folder.removeAll(but: standing.map(\.number))
        if document.build != build {
          remarks.append("another build of kiseki wrote the checkpoint: its bytes need not be those of this one's run")
        }
        let set = run.model.engine.instructionSet.rawValue
        if document.instructionSet != set {
          remarks.append(
            "the run began with the instruction set \(document.instructionSet) and goes on with \(set): its bytes need "
              + "not be those of a run on one of them")
        }
        let precision = run.model.engine.mixedPrecision.name
        if document.mixedPrecision != precision {
          remarks.append(
            "the run began with mixed precision '\(document.mixedPrecision)' and goes on with '\(precision)': its bytes "
              + "need not be those of a run with one of them")
        }
        return document
      } catch let error as RunError {
        throw error
      } catch {
        let then = place + 1 < numbers.count ? "the one before is taken" : "the run begins from step 0"
        remarks.append("the checkpoint cannot be used, because \(RunError.withoutEnd(error)); \(then)")
      }
    }
    try folder.removeAll(but: [])
    return nil
  }

  private func usable(_ number: Int) throws -> CheckpointDocument {
    let document = try folder.read(number)
    if let difference = inputs.difference(from: document.inputs) {
      throw RunError.failure(
        "cannot resume '\(run.name)': its checkpoint was written with \(difference). Put that back, or remove "
          + "experiments/\(run.name)/\(CheckpointFolder.name) to begin from step 0.")
    }
    try folder.requireIntactTensors(number, document)
    guard try recording.canGoBack(cutting: document.logs) else {
      throw UnusableCheckpoint(reason: "the logs lack lines that were there when it was written")
    }
    for name in document.evaluationFolders {
      for file in ["predictions.jsonl", "scores.json"] {
        let path = "evaluations/\(name)/\(file)"
        guard FileManager.default.fileExists(atPath: recording.directory + "/" + path) else {
          throw UnusableCheckpoint(reason: "\(path) is gone")
        }
      }
    }
    return document
  }

  // MARK: After a failure

  /// Keeps what a training that failed can go on from: the weights of the last checkpoint from which a step still worked.
  ///
  /// - Returns: its step and the folder of its weights in the run's directory; `nil` when there is none.
  func keepLastGood(_ workspace: Workspace) throws -> (step: Int, folder: String)? {
    let failedAt = run.trainer.position.step
    standing.removeAll { $0.step >= failedAt }
    try folder.removeAll(but: standing.map(\.number))
    guard let last = standing.first else { return nil }
    let document = try folder.read(last.number)
    try folder.requireIntactTensors(last.number, document)
    try run.trainer.readState(from: folder.tensors(last.number), position: document.position)
    try run.writeWeights(into: recording.directory + "/checkpoint", workspace: workspace)
    return (last.step, "checkpoint/" + (run.model.adapterSettings == nil ? "model" : "adapter"))
  }
}
