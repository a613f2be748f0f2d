public import Foundation
public import Tables

/// Holds a repetition against a recorded version, line by line while it runs and file by file.
public struct RepetitionComparison {
  /// What decides whether two runs are byte-identical; times, logs and the machine's description are not among it.
  public static func isCompared(_ path: String) -> Bool {
    path == metrics || path.hasPrefix("adapter/") || path.hasPrefix("model/")
      || (path.hasPrefix("evaluations/") && (path.hasSuffix("/predictions.jsonl") || path.hasSuffix("/scores.json")))
  }

  private static let metrics = RunRecording.Log.metrics.rawValue

  /// At most one of every file, in the order in which they were met.
  public private(set) var differences: [RepetitionDifference] = []
  /// Lines of the metrics that are equal, and files.
  public private(set) var equalLines = 0
  public private(set) var equalFiles = 0
  private let recordedLines: [Data]
  private var repeatedLineCount = 0
  private var pending: Set<String>
  private let files: RecordedFiles

  /// - Throws: `ExperimentsError` when the recorded metrics cannot be read.
  public init(_ files: RecordedFiles) throws {
    self.files = files
    let content = files.file(Self.metrics) == nil ? Data() : try files.content(Self.metrics)
    recordedLines = content.split(separator: UInt8(ascii: "\n")).map { Data($0) }
    pending = Set(files.files.map(\.path).filter(Self.isCompared)).subtracting([Self.metrics])
  }

  /// Compares the next line of the metrics.
  ///
  /// - Returns: whether it is what was recorded.
  public mutating func takeMetrics(_ value: JSONValue) -> Bool {
    defer { repeatedLineCount += 1 }
    let number = repeatedLineCount
    guard number < recordedLines.count else {
      add(
        RepetitionDifference(
          file: Self.metrics, step: value["step"]?.integerValue, line: number + 1,
          remark: "the recorded run ended before it"))
      return false
    }
    let text = Data(value.line().utf8)
    if recordedLines[number] == text {
      equalLines += 1
      return true
    }
    add(Self.line(recordedLines[number], text, number: number + 1, file: Self.metrics))
    return false
  }

  /// Compares a whole file.
  ///
  /// - Parameter explain: says what differs between two contents of a kind only the caller can read.
  /// - Returns: whether it is what was recorded.
  /// - Throws: `ExperimentsError` when the recorded one cannot be read.
  public mutating func take(
    _ path: String, _ content: Data, explain: (_ recorded: Data, _ repeated: Data) throws -> String? = { _, _ in nil }
  ) throws -> Bool {
    guard files.file(path) != nil else {
      add(RepetitionDifference(file: path, remark: "the recorded run has no such file"))
      return false
    }
    pending.remove(path)
    let recorded = try files.content(path)
    if recorded == content {
      equalFiles += 1
      return true
    }
    if let remark = try explain(recorded, content) {
      add(RepetitionDifference(file: path, remark: remark))
    } else if path.hasSuffix(".jsonl") {
      add(Self.lines(recorded, content, file: path))
    } else {
      add(Self.line(recorded, content, number: nil, file: path))
    }
    return false
  }

  /// Ends the comparison: what was recorded and has not come by now is missing.
  public mutating func finish() {
    if repeatedLineCount < recordedLines.count, !differences.contains(where: { $0.file == Self.metrics }) {
      let step = Self.parsed(recordedLines[repeatedLineCount])?["step"]?.integerValue
      add(
        RepetitionDifference(
          file: Self.metrics, step: step, line: repeatedLineCount + 1, remark: "the repetition ended before it"))
    }
    for path in pending.sorted() { add(RepetitionDifference(file: path, remark: "the repetition has no such file")) }
    if !recordedLines.isEmpty, !differences.contains(where: { $0.file == Self.metrics }) { equalFiles += 1 }
  }

  /// Notes a difference found elsewhere; only the first of a file counts.
  public mutating func add(_ difference: RepetitionDifference) {
    if !differences.contains(where: { $0.file == difference.file }) { differences.append(difference) }
  }

  private static func parsed(_ line: Data) -> JSONValue? {
    // What is no JSON differs as bytes, which is all there is to say.
    do { return try JSONValue(parsing: line) } catch { return nil }
  }

  private static func line(_ recorded: Data, _ repeated: Data, number: Int?, file: String) -> RepetitionDifference {
    let (old, new) = (parsed(recorded), parsed(repeated))
    let value = old.flatMap { old in new.flatMap { ValueDifference.first(old, $0) } }
    return RepetitionDifference(
      file: file, step: file == metrics ? new?["step"]?.integerValue : nil, line: number, value: value)
  }

  private static func lines(_ recorded: Data, _ repeated: Data, file: String) -> RepetitionDifference {
    let old = recorded.split(separator: UInt8(ascii: "\n"))
    let new = repeated.split(separator: UInt8(ascii: "\n"))
    for (index, (first, second)) in zip(old, new).enumerated() where first != second {
      return line(Data(first), Data(second), number: index + 1, file: file)
    }
    return RepetitionDifference(
      file: file, line: min(old.count, new.count) + 1,
      remark: "\(old.count) \(old.count == 1 ? "line" : "lines") vs \(new.count)")
  }
}
