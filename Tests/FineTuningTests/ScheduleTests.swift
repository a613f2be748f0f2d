import FineTuning
import Testing

@Suite struct `Learning rates` {
  private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(abs(a), abs(b)) }

  @Test func `cosine falls from the base rate to almost zero`() {
    let schedule = LearningRateSchedule(.cosine, baseRate: 1.5e-4, stepCount: 100)
    #expect(schedule[0] == 1.5e-4)
    #expect(isClose(schedule[50], 7.5e-5))
    #expect(abs(schedule[99] - 3.7e-8) < 0.05e-8)
    #expect((1..<100).allSatisfy { schedule[$0] < schedule[$0 - 1] })
  }

  @Test func `linear and constant`() {
    let linear = LearningRateSchedule(.linear, baseRate: 2e-3, stepCount: 8)
    #expect((0..<8).allSatisfy { isClose(linear[$0], 2e-3 * Double(8 - $0) / 8) })
    let constant = LearningRateSchedule(.constant, baseRate: 2e-3, stepCount: 8)
    #expect((0..<8).allSatisfy { constant[$0] == 2e-3 })
  }

  @Test(arguments: [LearningRateSchedule.Shape.constant, .linear, .cosine])
  func `warm-up rises from zero and the shape follows`(shape: LearningRateSchedule.Shape) {
    let schedule = LearningRateSchedule(shape, baseRate: 1, stepCount: 30, warmupStepCount: 10)
    #expect((0...10).allSatisfy { isClose(schedule[$0], Double($0) / 10) })
    let after = LearningRateSchedule(shape, baseRate: 1, stepCount: 20)
    #expect((0..<20).allSatisfy { isClose(schedule[10 + $0], after[$0]) })
  }

  @Test(arguments: [LearningRateSchedule.Shape.constant, .linear, .cosine])
  func `the rate is never under its least share, from the first step of warm-up`(shape: LearningRateSchedule.Shape) {
    let schedule = LearningRateSchedule(
      shape, baseRate: 0.5, stepCount: 40, warmupStepCount: 4, minimumRatio: 0.25)
    #expect(schedule[0] == 0.125 && schedule[1] == 0.125 && schedule[3] == 0.375 && schedule[4] == 0.5)
    #expect((0..<60).allSatisfy { schedule[$0] >= 0.125 })
    if shape != .constant { #expect(schedule[39] == 0.125) }
  }

  @Test(arguments: [LearningRateSchedule.Shape.constant, .linear, .cosine])
  func `short runs and warm-up beyond the end stay finite`(shape: LearningRateSchedule.Shape) {
    for (steps, warmup) in [(0, 0), (1, 0), (1, 1), (1, 0.3), (3, 3), (3, 9)] as [(Int, Double)] {
      let schedule = LearningRateSchedule(shape, baseRate: 1, stepCount: steps, warmupStepCount: warmup)
      #expect((0..<12).allSatisfy { (0...1).contains(schedule[$0]) }, "\(steps) steps, \(warmup) of warm-up")
    }
  }
}
