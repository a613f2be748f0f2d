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

  init(hypothesis: [ArraySlice<UnicodeScalar>], reference: [ArraySlice<UnicodeScalar>]) {
    hypothesisLength = hypothesis.count
    referenceLength = reference.count
    var numbers: [ArraySlice<UnicodeScalar>: Int32] = [:]
    func number(_ word: ArraySlice<UnicodeScalar>) -> Int32 {
      if let known = numbers[word] { return known }
      let new = Int32(numbers.count)
      numbers[word] = new
      return new
    }
    let reference = reference.map(number)
    let hypothesis = hypothesis.map(number)
    for order in 1...Self.maximumOrder where hypothesis.count >= order {
      total[order - 1] = hypothesis.count - order + 1
      var unmatched: [SIMD4<Int32>: Int] = [:]
      for start in 0..<max(0, reference.count - order + 1) {
        unmatched[Self.ngram(reference, start, order), default: 0] += 1
      }
      for start in 0...hypothesis.count - order {
        let ngram = Self.ngram(hypothesis, start, order)
        guard let left = unmatched[ngram], left > 0 else { continue }
        unmatched[ngram] = left - 1
        correct[order - 1] += 1
      }
    }
  }

  /// The n-gram at `start`, filled up with a number that no word has.
  private static func ngram(_ words: [Int32], _ start: Int, _ order: Int) -> SIMD4<Int32> {
    var ngram = SIMD4<Int32>(repeating: -1)
    for place in 0..<order { ngram[place] = words[start + place] }
    return ngram
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
