/// chrF and chrF++ against one reference, equal to sacreBLEU's.
///
/// score = 100 (1 + 4) P R / (4 P + R), P and R the means of the n-gram precisions and recalls over the orders that both
/// sides are long enough for. Sources: Popović, WMT 2015 (characters, n to 6) and WMT 2017 (words too, n to 2).
public enum CHRF: String, Sendable, Hashable, CaseIterable {
  /// N-grams of characters, white space left out.
  case characters = "chrf"
  /// N-grams of characters and of words.
  case charactersAndWords = "chrf++"

  static let characterOrder = 6
  static let wordOrder = 2

  public static func statistics(prediction: String, reference: String) -> CHRFStatistics {
    CHRFStatistics(hypothesis: CHRFLine(prediction), reference: CHRFLine(reference))
  }

  /// From 0 to 100, of a row or of the sum of a set's rows.
  public func score(of statistics: CHRFStatistics) -> Double { score { statistics.values[$0] } }

  /// - Parameter value: by its place in `CHRFStatistics.values`.
  func score(_ value: (Int) -> Int) -> Double {
    let orders = Self.characterOrder + (self == .charactersAndWords ? Self.wordOrder : 0)
    var (precision, recall, count) = (0.0, 0.0, 0)
    for order in 0..<orders {
      let (hypothesis, reference, matches) = (value(3 * order), value(3 * order + 1), value(3 * order + 2))
      guard hypothesis > 0, reference > 0 else { continue }
      precision += Double(matches) / Double(hypothesis)
      recall += Double(matches) / Double(reference)
      count += 1
    }
    guard count > 0, precision + recall > 0 else { return 0 }
    precision /= Double(count)
    recall /= Double(count)
    return 100 * ((1 + 4) * precision * recall / (4 * precision + recall))
  }

  /// The signature that sacreBLEU prints beside the same score.
  public var signature: String {
    "nrefs:1|case:mixed|eff:yes|nc:\(Self.characterOrder)|nw:\(self == .charactersAndWords ? Self.wordOrder : 0)"
      + "|space:no|version:\(BLEU.conformanceVersion)"
  }
}

/// What chrF and chrF++ have to know of a row or a set of rows.
public struct CHRFStatistics: Sendable, Hashable {
  /// For characters n = 1 to 6 and then words n = 1 to 2: the prediction's n-grams (0 where the reference has none), the
  /// reference's, and those they have in common; the order sacreBLEU keeps them in.
  public private(set) var values: [Int]

  static let count = 3 * (CHRF.characterOrder + CHRF.wordOrder)

  public static let zero = CHRFStatistics(values: [Int](repeating: 0, count: count), isChecked: true)

  private init(values: [Int], isChecked: Bool) { self.values = values }

  init(hypothesis: CHRFLine, reference: CHRFLine) {
    values = []
    values.reserveCapacity(Self.count)
    add(hypothesis.characters, reference.characters, maximumOrder: CHRF.characterOrder)
    let words = CutLine.numbers(hypothesis.words, reference.words)
    add(words.first, words.second, maximumOrder: CHRF.wordOrder)
  }

  private mutating func add(_ hypothesis: [Int32], _ reference: [Int32], maximumOrder: Int) {
    let matches = NgramOverlap.matches(hypothesis, reference, maximumOrder: maximumOrder)
    for order in 1...maximumOrder {
      let inReference = max(0, reference.count - order + 1)
      values.append(inReference > 0 ? max(0, hypothesis.count - order + 1) : 0)
      values.append(inReference)
      values.append(matches[order - 1])
    }
  }

  /// Statistics from what `values` gave, `nil` when these are not so many counts.
  public init?(values: [Int]) {
    guard values.count == Self.count, values.allSatisfy({ $0 >= 0 }) else { return nil }
    self.values = values
  }

  public static func += (left: inout CHRFStatistics, right: CHRFStatistics) {
    for place in left.values.indices { left.values[place] += right.values[place] }
  }
}

extension Sequence<CHRFStatistics> {
  /// The statistics of all rows together.
  public func sum() -> CHRFStatistics { reduce(into: .zero) { $0 += $1 } }
}

/// A line as chrF sees it.
struct CHRFLine {
  /// Without white space.
  let characters: [Int32]
  let words: CutLine

  init(_ line: String) {
    let scalars = Array(line.unicodeScalars)
    characters = scalars.compactMap { $0.isWhitespaceForBLEU ? nil : Int32($0.value) }
    words = CutLine(separated: scalars).partingPunctuation()
  }
}

extension CutLine {
  /// Words of more than one character with their last one apart if it is a punctuation mark, else their first one.
  fileprivate func partingPunctuation() -> CutLine {
    var result = self
    result.words = []
    for word in words {
      if word.count > 1, scalars[word.upperBound - 1].isASCIIPunctuation {
        result.words += [word.lowerBound..<word.upperBound - 1, word.upperBound - 1..<word.upperBound]
      } else if word.count > 1, scalars[word.lowerBound].isASCIIPunctuation {
        result.words += [word.lowerBound..<word.lowerBound + 1, word.lowerBound + 1..<word.upperBound]
      } else {
        result.words.append(word)
      }
    }
    return result
  }
}

extension UnicodeScalar {
  fileprivate var isASCIIPunctuation: Bool {
    switch self {
    case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
    default: false
    }
  }
}
