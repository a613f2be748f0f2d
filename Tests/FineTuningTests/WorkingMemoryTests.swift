import FineTuning
import Foundation
import LanguageModels
import Tensors
import Testing

@Suite struct `Memory that training and evaluations share` {
  /// Everything a training leaves that has bits.
  private struct Trace: Equatable {
    var losses: [Double] = []
    var answers: [String?] = []
    var values: [UInt32] = []
  }

  private func trace(beams: Int, _ change: (inout TrainingOptions) -> Void, in shared: WorkingMemory?) throws -> Trace {
    let subject = try TrainerSubject()
    let model = try subject.model(threads: 2)
    let evaluator = try subject.evaluator(model, generating: true, beams: beams, in: shared)
    let options = TrainerSubject.options { options in
      options.epochs = 3
      options.evaluatesBeforeTraining = true
      change(&options)
    }
    let trainer = try Trainer(model, data: subject.data, options: options, evaluator: evaluator, in: shared)
    var trace = Trace()
    _ = try trainer.run { event in
      switch event {
      case .step(let report): trace.losses.append(report.loss)
      case .evaluated(_, _, _, let evaluation):
        trace.losses.append(evaluation.loss)
        trace.answers += evaluation.rows.map(\.prediction)
      default: break
      }
      return .continue
    }
    trace.values = UnsafeBufferPointer(start: model.parameters.values, count: model.parameters.count)
      .map(\.bitPattern)
    return trace
  }

  /// Memory in which every float is no number.
  private func spoilt() throws -> WorkingMemory {
    let shared = WorkingMemory()
    var plan = ArenaPlan()
    let all = plan.reserve(4 << 20)
    try Arena(plan, in: shared)[all].update(repeating: .nan, count: all.count)
    return shared
  }

  @Test(arguments: [1, 3], [false, true])
  func `changes no bit, whatever another left in it`(beams: Int, recomputes: Bool) throws {
    func change(_ options: inout TrainingOptions) {
      options.gradientCheckpointing = recomputes
      options.adapterDropout = 0.2
      options.hiddenDropout = 0.1
      options.gradientAccumulation = 2
    }
    let apart = try trace(beams: beams, change, in: nil)
    #expect(apart.answers.count == 4 * 8 && apart.losses.allSatisfy(\.isFinite))
    #expect(try trace(beams: beams, change, in: spoilt()) == apart)
  }

  @Test func `is as large as the largest turn needs`() throws {
    let shared = WorkingMemory()
    #expect(shared.byteCount == 0)
    for count in [3 << 20, 1000, 5 << 20, 1 << 20] {
      var plan = ArenaPlan()
      _ = plan.reserve(count)
      _ = try Arena(plan, in: shared)
    }
    #expect(shared.byteCount == Storage.byteCount(5 << 20))
    var plan = ArenaPlan()
    let region = plan.reserve(1 << 20)
    let first = try Arena(plan, in: shared)
    let second = try Arena(plan, in: shared, from: first.end)
    #expect(second[region] == first[region] + region.count && second.end == 2 << 20)
  }
}
