/// The lengths in tokens of all samples' parts.
public struct SampleLengths: Sendable {
  public private(set) var prompt: [Int32] = []
  public private(set) var answer: [Int32] = []

  /// Prompt side and answer together.
  public var joined: [Int32] { zip(prompt, answer).map { $0 + $1 } }

  mutating func append(prompt: Int, answer: Int) {
    self.prompt.append(Int32(clamping: prompt))
    self.answer.append(Int32(clamping: answer))
  }
}

/// The spread of some lengths in tokens; a percentile is the smallest length that so many rows do not exceed.
public struct TokenLengthSummary: Sendable, Hashable {
  public let minimum: Int
  public let median: Int
  public let percentile90: Int
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
    percentile99 = percentile(99)
    maximum = percentile(100)
    total = sorted.reduce(0) { $0 + Int($1) }
  }

  /// Lines of text such as `  16-31 ██████ 12`: a bar per range of lengths, the ranges equally wide.
  ///
  /// - Parameters:
  ///   - barWidth: characters of the longest bar.
  ///   - rangeCount: at most so many lines.
  public static func histogram(_ lengths: [Int32], barWidth: Int = 40, rangeCount: Int = 10) -> [String] {
    precondition(barWidth > 0 && rangeCount > 0, "a histogram of \(rangeCount) ranges, \(barWidth) wide")
    guard let longest = lengths.max().map(Int.init) else { return [] }
    let width = niceWidth(atLeast: (longest + rangeCount) / rangeCount)
    var counts = Array(repeating: 0, count: longest / width + 1)
    for length in lengths { counts[Int(length) / width] += 1 }
    let most = counts.max() ?? 1
    let labels = counts.indices.map { "\($0 * width)-\($0 * width + width - 1)" }
    let labelWidth = labels.last?.count ?? 0
    return zip(labels, counts).map { label, count in
      // A range with any row shows at least a sliver.
      let eighths = count == 0 ? 0 : max(1, count * barWidth * 8 / most)
      let bar =
        String(repeating: "█", count: eighths / 8) + (eighths % 8 == 0 ? "" : slivers[eighths % 8 - 1])
      let padding = String(repeating: " ", count: labelWidth - label.count)
      return "\(padding)\(label) \(bar)\(bar.isEmpty ? "" : " ")\(count)"
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
