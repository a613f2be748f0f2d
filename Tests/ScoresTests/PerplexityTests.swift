import Foundation
import Scores
import Testing

@Suite struct PerplexityTests {
  private let rows = [
    RowLikelihood(negativeLogLikelihood: 2 * log(8), labelledTokens: 2),
    RowLikelihood(negativeLogLikelihood: 0, labelledTokens: 0),
    RowLikelihood(negativeLogLikelihood: 4 * log(2), labelledTokens: 4),
  ]

  @Test func `the corpus figure weighs every token alike`() throws {
    // Six tokens, 2 log 8 + 4 log 2 = 10 log 2 nats.
    #expect(abs(try #require(Perplexity.corpus(rows)) - pow(2, 10.0 / 6)) < 1e-12)
  }

  @Test func `the mean of rows weighs every row with labels alike`() throws {
    #expect(abs(try #require(Perplexity.meanOfRows(rows)) - 5) < 1e-12)
  }

  @Test func `without labelled tokens there is no perplexity`() {
    #expect(Perplexity.corpus([RowLikelihood]()) == nil)
    #expect(Perplexity.meanOfRows([rows[1]]) == nil)
  }

  @Test func `what is not a number stays visible`() {
    let broken = [RowLikelihood(negativeLogLikelihood: .nan, labelledTokens: 1)]
    #expect(Perplexity.corpus(broken)?.isNaN == true)
    #expect(
      Perplexity.meanOfRows([RowLikelihood(negativeLogLikelihood: 1e4, labelledTokens: 1)]) == .infinity)
  }
}
