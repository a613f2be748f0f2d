public import Tables

/// Where a repetition first differs from what was recorded, and by how much.
public struct RepetitionDifference: Hashable, Sendable, CustomStringConvertible {
  /// Relative to the experiment's directory.
  public let file: String
  /// The optimizer step of a line of the metrics.
  public var step: Int?
  /// Counted from 1, in a file of lines.
  public var line: Int?
  /// `nil` where the bytes differ and the values do not, or where there are no values to compare.
  public var value: ValueDifference?
  /// In words, where no single value says it.
  public var remark: String?

  public init(
    file: String, step: Int? = nil, line: Int? = nil, value: ValueDifference? = nil, remark: String? = nil
  ) {
    self.file = file
    self.step = step
    self.line = line
    self.value = value
    self.remark = remark
  }

  /// As it goes on after "first difference".
  public var description: String {
    let place =
      step.map { "at step \($0)" } ?? "in \(file)" + (line.map { ", line \($0)" } ?? "")
    return "\(place): \(value?.description ?? remark ?? "other bytes")"
  }

  public var json: JSONValue {
    document([
      ("file", .string(file)), ("step", step.map { .integer($0) }), ("line", line.map { .integer($0) }),
      ("value", value.map { .string($0.name) }), ("recorded", value?.recorded), ("repeated", value?.repeated),
      ("ulp", value?.ulps.flatMap { Int(exactly: $0) }.map { .integer($0) }),
      ("relative", value?.relative.map { .number($0) }), ("remark", remark.map { .string($0) }),
    ])
  }
}
