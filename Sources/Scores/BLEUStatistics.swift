/// What BLEU has to know of a row or a set of rows; the sum of the rows' statistics gives the score of the set.
public struct BLEUStatistics: Sendable, Hashable {
  public static let maximumOrder = 4

  /// Words in the predictions.
  public private(set) var hypothesisLength = 0
  /// Words in the references.
  public private(set) var referenceLength = 0
  /// For n = 1 to 4, the predictions' n-grams that the reference holds too, each at most as often as there.
  public private(set) var correct = [0, 0, 0, 0]
  /// For n = 1 to 4, the predictions' n-grams.
  public private(set) var total = [0, 0, 0, 0]

  public static let zero = BLEUStatistics()

  private init() {}

  /// - Parameters:
  ///   - hypothesis, reference: words as numbers; see `CutLine.numbers`.
  init(hypothesis: [Int32], reference: [Int32]) {
    hypothesisLength = hypothesis.count
    referenceLength = reference.count
    for order in 1...Self.maximumOrder { total[order - 1] = max(0, hypothesis.count - order + 1) }
    correct = NgramOverlap.matches(hypothesis, reference, maximumOrder: Self.maximumOrder)
  }

  /// Hypothesis length, reference length, correct 1- to 4-grams, total 1- to 4-grams: the order sacreBLEU keeps them in.
  public var values: [Int] { [hypothesisLength, referenceLength] + correct + total }

  /// Statistics from what `values` gave, `nil` when these are not ten counts.
  public init?(values: [Int]) {
    guard values.count == 10, values.allSatisfy({ $0 >= 0 }) else { return nil }
    hypothesisLength = values[0]
    referenceLength = values[1]
    correct = Array(values[2..<6])
    total = Array(values[6..<10])
  }

  public static func + (left: BLEUStatistics, right: BLEUStatistics) -> BLEUStatistics {
    var sum = left
    sum += right
    return sum
  }

  public static func += (left: inout BLEUStatistics, right: BLEUStatistics) {
    left.hypothesisLength += right.hypothesisLength
    left.referenceLength += right.referenceLength
    for order in 0..<maximumOrder {
      left.correct[order] += right.correct[order]
      left.total[order] += right.total[order]
    }
  }
}

extension Sequence<BLEUStatistics> {
  /// The statistics of all rows together.
  public func sum() -> BLEUStatistics { reduce(into: .zero) { $0 += $1 } }
}
