import Experiments
import Foundation
import Tensors

extension Workspace {
  private func checkpoints(ofRunNamed name: ExperimentName) -> CheckpointFolder {
    CheckpointFolder(runDirectory: directory(of: name))
  }

  /// Whether an interrupted run has something to go on from.
  func hasCheckpoint(ofRunNamed name: ExperimentName) -> Bool { !checkpoints(ofRunNamed: name).numbers.isEmpty }

  /// The step an unfinished run would go on from.
  func checkpointStep(ofRunNamed name: ExperimentName) -> Int? { newestCheckpoint(ofRunNamed: name)?.position.step }

  /// The newest one that can be read; what is wrong with others is said when the run goes on.
  private func newestCheckpoint(ofRunNamed name: ExperimentName) -> CheckpointDocument? {
    let folder = checkpoints(ofRunNamed: name)
    return folder.numbers.lazy.compactMap { try? folder.read($0) }.first
  }

  /// The instruction set an interrupted run must go on with to have the bytes of one that was not: that of its
  /// checkpoint, where this machine has it and nobody asks for another.
  func instructionSet(ofRunNamed name: ExperimentName) -> InstructionSet? {
    let recorded = newestCheckpoint(ofRunNamed: name)?.instructionSet
    guard let set = recorded.flatMap(InstructionSet.init(rawValue:)),
      ProcessInfo.processInfo.environment["KISEKI_INSTRUCTION_SET"] == nil,
      let place = InstructionSet.allCases.firstIndex(of: set),
      let best = InstructionSet.allCases.firstIndex(of: .detected), place <= best
    else { return nil }
    return set
  }
}
