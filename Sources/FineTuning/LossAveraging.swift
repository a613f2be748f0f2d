/// What the cross-entropy of an optimizer step is an average over; its micro-batches count as one batch.
public enum LossAveraging: Sendable, Hashable {
  /// The labelled tokens.
  case tokens
  /// The rows, each with the mean over its labelled tokens.
  case samples

  /// The weighting for a step with so many targets in so many rows.
  func weighting(targets: Int, rows: Int) -> LossWeighting {
    switch self {
    case .tokens: .perToken(targetsInStep: targets)
    case .samples: .perSample(samplesInStep: rows)
    }
  }
}

extension LossWeighting {
  /// What the sums of a step's batches together are divided by.
  var divisor: Double {
    switch self {
    case .perToken(let count), .perSample(let count): Double(count)
    }
  }

  /// The batch's share of a step, not yet divided: in double, while the gradient's weights are float32.
  func sum(_ losses: UnsafePointer<Float>, of batch: PackedBatch) -> Double {
    func sum(_ targets: Range<Int>) -> Double { targets.reduce(0) { $0 + Double(losses[$1]) } }
    switch self {
    case .perToken: return sum(0..<batch.targetCount)
    case .perSample:
      return (0..<batch.rowCount).reduce(0.0) { total, row in
        let targets = Int(batch.targetOffsets[row])..<Int(batch.targetOffsets[row + 1])
        return targets.isEmpty ? total : total + sum(targets) / Double(targets.count)
      }
    }
  }
}
