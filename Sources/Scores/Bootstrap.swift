/// How often and from which seed rows are drawn anew.
///
/// Every draw is a function of the seed, the resample, the place in it and the number of rows alone: the same on every
/// machine, and the same for every system that is scored on as many rows, which is what makes comparisons paired.
public struct Resampling: Sendable, Hashable {
  public var count: Int
  public var seed: UInt64

  public init(count: Int = 1_000, seed: UInt64 = 12_345) {
    precondition(count > 0, "\(count) resamples")
    self.count = count
    self.seed = seed
  }

  /// The rows of one resample, from 0, drawn with replacement.
  public func rows(ofResample resample: Int, rowCount: Int) -> [Int] {
    var rows = [Int32](repeating: 0, count: rowCount)
    draw(resample, into: &rows)
    return rows.map(Int.init)
  }

  func draw(_ resample: Int, into rows: inout [Int32]) {
    let count = UInt64(rows.count)
    var counter = UInt64(resample) &* count
    for place in rows.indices {
      rows[place] = Int32(truncatingIfNeeded: Self.mixed(seed, counter).multipliedFullWidth(by: count).high)
      counter &+= 1
    }
  }

  /// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), as a function of its position in the sequence.
  private static func mixed(_ seed: UInt64, _ counter: UInt64) -> UInt64 {
    var z = seed &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Scores of resampled rows (Efron 1979; for BLEU Koehn, EMNLP 2004).
public enum Bootstrap {
  /// Fewer rows than this give no interval at all.
  public static let fewestRows = 2
  /// Fewer rows than this give an interval that is rough.
  public static let fewestRowsForConfidence = 10

  /// The score of every system on every resample; all systems are scored on the same draws.
  ///
  /// - Parameter systems: all of them with the same rows in the same order.
  public static func scores(of systems: [ScoredRows], resampling: Resampling) -> [[Double]] {
    guard let rowCount = systems.first?.count, rowCount > 0 else {
      return systems.map { _ in [] }
    }
    var rows = [Int32](repeating: 0, count: rowCount)
    return scores(of: systems, resamples: resampling.count) { resample in
      resampling.draw(resample, into: &rows)
      return rows
    }
  }

  /// The score of every system on rows somebody else drew.
  public static func scores(of systems: [ScoredRows], drawn: [[Int]]) -> [[Double]] {
    scores(of: systems, resamples: drawn.count) { drawn[$0].map { Int32($0) } }
  }

  private static func scores(
    of systems: [ScoredRows], resamples: Int, rows: (Int) -> [Int32]
  ) -> [[Double]] {
    precondition(
      systems.allSatisfy { $0.count == systems[0].count }, "systems with \(systems.map(\.count)) rows in one resampling"
    )
    var scores = systems.map { _ in [Double](repeating: 0, count: resamples) }
    for resample in 0..<resamples {
      let rows = rows(resample)
      for (system, scored) in systems.enumerated() { scores[system][resample] = scored.score(of: rows) }
    }
    return scores
  }
}
