import FineTuning
import Testing

@Suite struct TokenLengthSummaryTests {
  @Test func `percentiles are lengths that occur`() throws {
    let hundred = try #require(TokenLengthSummary((1...100).reversed().map { Int32($0) }))
    #expect((hundred.minimum, hundred.median, hundred.percentile90) == (1, 50, 90))
    #expect((hundred.percentile99, hundred.maximum, hundred.total) == (99, 100, 5050))
    let one = try #require(TokenLengthSummary([7]))
    #expect((one.minimum, one.median, one.percentile90, one.percentile99, one.maximum) == (7, 7, 7, 7, 7))
    #expect(TokenLengthSummary([]) == nil)
  }

  @Test func `the histogram counts every length once`() {
    let lengths: [Int32] = [0, 1, 3, 4, 4, 9, 19, 39]
    let lines = TokenLengthSummary.histogram(lengths, barWidth: 4)
    #expect(
      lines == [
        "  0-3 ████ 3", "  4-7 ██▋ 2", " 8-11 █▎ 1", "12-15 0", "16-19 █▎ 1", "20-23 0", "24-27 0", "28-31 0",
        "32-35 0", "36-39 █▎ 1",
      ])
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 255, 256, 4095, 1_000_003])
  func `ranges are round and few`(_ longest: Int) {
    let lines = TokenLengthSummary.histogram([0, Int32(longest)])
    #expect(lines.count <= 10 && !lines.isEmpty)
    #expect(TokenLengthSummary.histogram([]).isEmpty)
  }
}
