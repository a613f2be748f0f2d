/// How often the state of a training is to be saved; either rule alone is enough.
public struct CheckpointCadence: Sendable, Hashable {
  /// Every so many optimizer steps; 0 = not by this rule.
  public var steps: Int
  /// Every so many seconds, evaluations included; 0 = not by this rule.
  public var seconds: Int

  public init(steps: Int = 0, seconds: Int = 0) {
    self.steps = steps
    self.seconds = seconds
  }
}

/// Knows when the next checkpoint is due.
struct CheckpointClock {
  private let cadence: CheckpointCadence
  private var last = ContinuousClock.now

  init(_ cadence: CheckpointCadence) { self.cadence = cadence }

  /// After a step, by either rule; after an evaluation, which is no step, by time alone.
  mutating func isDue(after step: Int?) -> Bool {
    let isByStep = step.map { cadence.steps > 0 && $0.isMultiple(of: cadence.steps) } ?? false
    let isByTime = cadence.seconds > 0 && ContinuousClock.now - last >= .seconds(cadence.seconds)
    guard isByStep || isByTime else { return false }
    last = .now
    return true
  }
}
