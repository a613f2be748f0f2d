import Glibc

/// How likely the model found one row's labelled tokens.
public struct RowLikelihood: Sendable, Hashable {
  /// Summed over the row's labelled tokens, in nats.
  public let negativeLogLikelihood: Double
  public let labelledTokens: Int

  public init(negativeLogLikelihood: Double, labelledTokens: Int) {
    self.negativeLogLikelihood = negativeLogLikelihood
    self.labelledTokens = labelledTokens
  }
}

/// Perplexity of a set of rows; infinite where the mean passes about 709 nats, NaN where a likelihood is.
public enum Perplexity {
  /// exp of the mean negative log-likelihood over all labelled tokens, `nil` when there are none.
  public static func corpus(_ rows: some Sequence<RowLikelihood>) -> Double? {
    var (sum, tokens) = (0.0, 0)
    for row in rows {
      sum += row.negativeLogLikelihood
      tokens += row.labelledTokens
    }
    return tokens > 0 ? exp(sum / Double(tokens)) : nil
  }

  /// The mean of the rows' own perplexities, over rows with labelled tokens; `nil` when there are none.
  public static func meanOfRows(_ rows: some Sequence<RowLikelihood>) -> Double? {
    var (sum, count) = (0.0, 0)
    for row in rows where row.labelledTokens > 0 {
      sum += exp(row.negativeLogLikelihood / Double(row.labelledTokens))
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
