import Glibc

/// What each row of one system contributes to its score, so that the score of any choice of rows can be computed.
public struct ScoredRows: Sendable {
  private enum Content: Sendable {
    /// Per row, in the order of `BLEUStatistics.values`.
    case bleu([SIMD16<Int64>])
    /// Per row, in the order of `CHRFStatistics.values`.
    case chrf([SIMD32<Int64>], CHRF)
    /// Sum of the numerators over sum of the denominators.
    case ratio([SIMD2<Double>], isExponentiated: Bool)
  }

  private let content: Content

  /// Corpus BLEU.
  public static func bleu(_ rows: [BLEUStatistics]) -> ScoredRows {
    ScoredRows(
      content: .bleu(
        rows.map { row in
          var packed = SIMD16<Int64>.zero
          for (place, value) in row.values.enumerated() { packed[place] = Int64(value) }
          return packed
        }))
  }

  /// chrF or chrF++ of the whole set.
  public static func chrf(_ rows: [CHRFStatistics], _ variant: CHRF) -> ScoredRows {
    ScoredRows(
      content: .chrf(
        rows.map { row in
          var packed = SIMD32<Int64>.zero
          for (place, value) in row.values.enumerated() { packed[place] = Int64(value) }
          return packed
        }, variant))
  }

  /// The sum of the parts over the sum of the wholes, such as right tokens over all tokens.
  public static func share(_ rows: [(part: Int, whole: Int)]) -> ScoredRows {
    ScoredRows(content: .ratio(rows.map { SIMD2(Double($0.part), Double($0.whole)) }, isExponentiated: false))
  }

  /// The mean negative log-likelihood of all labelled tokens, in nats.
  public static func loss(_ rows: [RowLikelihood]) -> ScoredRows {
    ScoredRows(content: .ratio(rows.map(Self.pair), isExponentiated: false))
  }

  /// exp of the mean negative log-likelihood of all labelled tokens.
  public static func perplexity(_ rows: [RowLikelihood]) -> ScoredRows {
    ScoredRows(content: .ratio(rows.map(Self.pair), isExponentiated: true))
  }

  /// The mean of the rows' own scores.
  public static func mean(_ values: [Double]) -> ScoredRows {
    ScoredRows(content: .ratio(values.map { SIMD2($0, 1) }, isExponentiated: false))
  }

  /// The mean of the rows' own perplexities, over rows with labelled tokens.
  public static func meanRowPerplexity(_ rows: [RowLikelihood]) -> ScoredRows {
    ScoredRows(
      content: .ratio(
        rows.map { row in
          row.labelledTokens > 0 ? SIMD2(exp(row.negativeLogLikelihood / Double(row.labelledTokens)), 1) : .zero
        }, isExponentiated: false))
  }

  private static func pair(_ row: RowLikelihood) -> SIMD2<Double> {
    SIMD2(row.negativeLogLikelihood, Double(row.labelledTokens))
  }

  public var count: Int {
    switch content {
    case .bleu(let rows): rows.count
    case .chrf(let rows, _): rows.count
    case .ratio(let rows, _): rows.count
    }
  }

  /// The score of all rows, each once; NaN when there is nothing to divide by.
  public var score: Double { score(of: Array(0..<Int32(count))) }

  /// The score of the chosen rows; a row may be chosen several times.
  ///
  /// Integers are summed for BLEU and chrF, so that their order cannot matter.
  func score(of chosen: [Int32]) -> Double {
    switch content {
    case .bleu(let rows):
      var sum = SIMD16<Int64>.zero
      for index in chosen { sum &+= rows[Int(index)] }
      return BLEUScore.Parts(
        hypothesisLength: Int(sum[0]), referenceLength: Int(sum[1]),
        correct: SIMD4(Int(sum[2]), Int(sum[3]), Int(sum[4]), Int(sum[5])),
        total: SIMD4(Int(sum[6]), Int(sum[7]), Int(sum[8]), Int(sum[9])), effectiveOrder: false
      ).score
    case .chrf(let rows, let variant):
      var sum = SIMD32<Int64>.zero
      for index in chosen { sum &+= rows[Int(index)] }
      return variant.score { Int(sum[$0]) }
    case .ratio(let rows, let isExponentiated):
      var sum = SIMD2<Double>.zero
      for index in chosen { sum += rows[Int(index)] }
      let ratio = sum[0] / sum[1]
      return isExponentiated ? exp(ratio) : ratio
    }
  }
}
