/// The lengths in tokens of all turns and samples.
public struct SampleLengths: Sendable {
  /// By turn; those of the samples' own rows come first.
  public private(set) var prompt: [Int32] = []
  /// By turn.
  public private(set) var answer: [Int32] = []
  /// By sample: all its turns and its system text together.
  public private(set) var joined: [Int32] = []

  mutating func append(prompt: Int, answer: Int) {
    self.prompt.append(Int32(clamping: prompt))
    self.answer.append(Int32(clamping: answer))
  }

  mutating func append(joined: Int) { self.joined.append(Int32(clamping: joined)) }

  mutating func append(_ other: SampleLengths) {
    prompt += other.prompt
    answer += other.answer
    joined += other.joined
  }

  func turn(_ turn: Int) -> Int { Int(prompt[turn]) + Int(answer[turn]) }
}

/// The spread of some lengths in tokens; a percentile is the smallest length that so many rows do not exceed.
public struct TokenLengthSummary: Sendable, Hashable {
  public let minimum: Int
  public let median: Int
  public let percentile90: Int
  public let percentile95: Int
  public let percentile99: Int
  public let maximum: Int
  public let total: Int

  /// `nil` for no lengths.
  public init?(_ lengths: [Int32]) {
    guard !lengths.isEmpty else { return nil }
    let sorted = lengths.sorted()
    func percentile(_ percent: Int) -> Int {
      Int(sorted[max(0, (sorted.count * percent + 99) / 100 - 1)])
    }
    minimum = percentile(0)
    median = percentile(50)
    percentile90 = percentile(90)
    percentile95 = percentile(95)
    percentile99 = percentile(99)
    maximum = percentile(100)
    total = sorted.reduce(0) { $0 + Int($1) }
  }

  /// Lines of text such as `  16-31 ██████ 12`: a bar per range of lengths, the ranges equally wide.
  ///
  /// - Parameters:
  ///   - barWidth: characters of the longest bar.
  ///   - rangeCount: at most so many lines.
  ///   - limit: the range that holds this length is marked.
  public static func histogram(
    _ lengths: [Int32], barWidth: Int = 40, rangeCount: Int = 10, limit: Int? = nil
  ) -> [String] {
    precondition(barWidth > 0 && rangeCount > 0, "a histogram of \(rangeCount) ranges, \(barWidth) wide")
    guard let longest = lengths.max().map(Int.init) else { return [] }
    let width = niceWidth(atLeast: (longest + rangeCount) / rangeCount)
    var counts = Array(repeating: 0, count: longest / width + 1)
    for length in lengths { counts[Int(length) / width] += 1 }
    let most = counts.max() ?? 1
    let labels = counts.indices.map { "\($0 * width)-\($0 * width + width - 1)" }
    let labelWidth = labels.last?.count ?? 0
    return zip(labels, counts).enumerated().map { range, element in
      let (label, count) = element
      // A range with any row shows at least a sliver.
      let eighths = count == 0 ? 0 : max(1, count * barWidth * 8 / most)
      let bar =
        String(repeating: "█", count: eighths / 8) + (eighths % 8 == 0 ? "" : slivers[eighths % 8 - 1])
      let padding = String(repeating: " ", count: labelWidth - label.count)
      let mark = limit.map { $0 / width == range ? " ◀ limit \($0)" : "" } ?? ""
      return "\(padding)\(label) \(bar)\(bar.isEmpty ? "" : " ")\(count)\(mark)"
    }
  }

  private static let slivers = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// 1, 2, 4, 5 or 8 times a power of ten.
  private static func niceWidth(atLeast width: Int) -> Int {
    var power = 1
    while power * 10 < width { power *= 10 }
    return [1, 2, 4, 5, 8, 10].map { $0 * power }.first { $0 >= width } ?? width
  }
}
