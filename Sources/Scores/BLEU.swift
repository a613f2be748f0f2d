import Glibc

/// BLEU against one reference, equal to sacreBLEU's.
///
/// score = BP exp(sum over n of log p_n / 4), p_n the clipped n-gram precisions, BP = exp(1 - reference length /
/// hypothesis length) for short hypotheses. Where no n-gram of an order matches, p_n is 1 / (2^k total_n), k counting
/// such orders ("exp" smoothing). Sources: Papineni et al., ACL 2002; Post, WMT 2018.
public struct BLEU: Sendable {
  /// The release of sacreBLEU that the tests hold these scores against, the version that signatures name.
  public static let conformanceVersion = "2.6.0"

  private let cutter: LineCutter

  /// - Throws: `ScoreError` when the tokenizer needs MeCab and it is not installed.
  public init(tokenizer: BLEUTokenizer) throws(ScoreError) { cutter = try LineCutter(tokenizer) }

  /// The words that `line` is scored as.
  public func words(of line: String) -> [String] { cutter.cut(line).texts }

  public func statistics(prediction: String, reference: String) -> BLEUStatistics {
    let words = CutLine.numbers(cutter.cut(prediction), cutter.cut(reference))
    return BLEUStatistics(hypothesis: words.first, reference: words.second)
  }

  /// The score of a whole set of rows, from the sum of their statistics.
  public static func corpusScore(of statistics: BLEUStatistics) -> BLEUScore {
    BLEUScore(statistics, effectiveOrder: false)
  }

  /// The score of one row: only n-gram orders that the prediction is long enough for count ("effective order").
  public static func sentenceScore(of statistics: BLEUStatistics) -> BLEUScore {
    BLEUScore(statistics, effectiveOrder: true)
  }

  /// The mean of the rows' own scores, `nil` without rows.
  public static func meanSentenceScore(of rows: [BLEUStatistics]) -> Double? {
    rows.isEmpty ? nil : rows.reduce(0) { $0 + sentenceScore(of: $1).score } / Double(rows.count)
  }

  /// The signature that sacreBLEU prints beside the same score.
  ///
  /// - Parameter effectiveOrder: false for corpus scores, true for sentence scores.
  /// - Parameter short: with abbreviated keys.
  public func signature(effectiveOrder: Bool = false, short: Bool = false) -> String {
    let keys =
      short ? ["#", "c", "e", "tok", "s", "v"] : ["nrefs", "case", "eff", "tok", "smooth", "version"]
    let values = [
      "1", "mixed", effectiveOrder ? "yes" : "no", cutter.signature, "exp", Self.conformanceVersion,
    ]
    return zip(keys, values).map { "\($0):\($1)" }.joined(separator: "|")
  }
}

/// A BLEU score with the numbers it is made of.
public struct BLEUScore: Sendable, Hashable {
  /// From 0 to 100.
  public let score: Double
  /// For n = 1 to 4, in percent, smoothed.
  public let precisions: [Double]
  public let brevityPenalty: Double
  public let statistics: BLEUStatistics

  public var hypothesisLength: Int { statistics.hypothesisLength }
  public var referenceLength: Int { statistics.referenceLength }

  init(_ statistics: BLEUStatistics, effectiveOrder: Bool) {
    let (correct, total) = (statistics.correct, statistics.total)
    let parts = Parts(
      hypothesisLength: statistics.hypothesisLength, referenceLength: statistics.referenceLength,
      correct: SIMD4(correct[0], correct[1], correct[2], correct[3]),
      total: SIMD4(total[0], total[1], total[2], total[3]), effectiveOrder: effectiveOrder)
    self.statistics = statistics
    score = parts.score
    precisions = (0..<BLEUStatistics.maximumOrder).map { parts.precisions[$0] }
    brevityPenalty = parts.brevityPenalty
  }

  /// The formula itself, without a list: resampling computes it thousands of times.
  struct Parts {
    private(set) var score = 0.0
    private(set) var precisions = SIMD4<Double>.zero
    let brevityPenalty: Double

    init(hypothesisLength: Int, referenceLength: Int, correct: SIMD4<Int>, total: SIMD4<Int>, effectiveOrder: Bool) {
      let (length, referenceLength) = (Double(hypothesisLength), Double(referenceLength))
      brevityPenalty = length >= referenceLength ? 1 : length > 0 ? exp(1 - referenceLength / length) : 0
      guard correct.max() > 0 else { return }
      var smoothing = 1.0
      var orders = BLEUStatistics.maximumOrder
      for index in 0..<BLEUStatistics.maximumOrder where total[index] > 0 {
        if effectiveOrder { orders = index + 1 }
        if correct[index] == 0 {
          smoothing *= 2
          precisions[index] = 100 / (smoothing * Double(total[index]))
        } else {
          precisions[index] = 100 * Double(correct[index]) / Double(total[index])
        }
      }
      // An order without any n-gram has precision 0 and makes the score 0, unless the effective order leaves it out.
      var logarithms = 0.0
      for index in 0..<orders { logarithms += log(precisions[index]) }
      score = brevityPenalty * exp(logarithms / Double(orders))
    }
  }
}
