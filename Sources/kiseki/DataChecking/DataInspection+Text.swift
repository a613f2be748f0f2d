import CommandLine
import FineTuning

extension DataInspection {
  /// Columns of the terminal an example or a character list takes at most.
  private static let exampleWidth = 40

  /// Rows, columns and token lengths as they are read on a terminal.
  ///
  /// - Parameter drawsAll: a histogram for every side, not for the rows to train on alone.
  func statisticsLines(_ console: Console, drawsAll: Bool) -> [String] {
    let palette = console.palette
    var lines: [String] = []
    for (source, summaries) in columns {
      lines.append(
        palette(.bold, source.name) + "  \(source.role), \(Format.count(source.table.rowCount, "row")), "
          + "\(Format.count(summaries.count, "column")), \(Format.bytes(source.byteCount))")
      lines += Self.table(summaries, console)
    }
    let counts = parts.map { "\(Format.count($0.rows.count)) \(Self.purpose($0.role))" }.joined(separator: ", ")
    lines += ["", "rows used: \(counts)"]
    for part in tokens { lines += tokenLines(part, palette, draws: drawsAll || part.role == "train") }
    return lines
  }

  private static func purpose(_ role: String) -> String {
    switch role {
    case "train": "to train on"
    case "validation": "to validate"
    default: "to test"
    }
  }

  private static func table(_ summaries: [ColumnSummary], _ console: Console) -> [String] {
    var table = TextTable(columns: [
      .init("column"), .init("filled", .right), .init("different", .right), .init("characters, median", .right),
      .init("90 %", .right), .init("most", .right), .init("first value"),
    ])
    for column in summaries {
      let lengths = column.lengths.map { [$0.median, $0.percentile90, $0.maximum] } ?? []
      table.add(
        [column.name, Format.count(column.filledCount), Format.count(column.distinctCount)]
          + (lengths.isEmpty ? ["", "", ""] : lengths.map(Format.count))
          + [truncated(column.example ?? "", to: exampleWidth)])
    }
    return table.lines(width: console.width.map { $0 - 2 }, palette: console.palette).map { "  " + $0 }
  }

  private func tokenLines(_ part: Tokens, _ palette: Palette, draws: Bool) -> [String] {
    var lines: [String] = []
    for (label, lengths, limit, key, cut) in Self.lengths(part, subject.configuration) {
      guard let summary = TokenLengthSummary(lengths) else { continue }
      lines += [
        "", palette(.bold, "tokens, \(part.role), \(label)"),
        "  median \(summary.median), 90 % within \(summary.percentile90), 95 % \(summary.percentile95), 99 % "
          + "\(summary.percentile99), most \(summary.maximum); \(Format.count(summary.total)) in all",
        "  tokenizer.\(key) \(limit) "
          + (cut.rows == 0
            ? "cuts nothing" + (key == "max_length" ? " beyond that" : "")
            : "cuts \(Self.count(cut.tokens, "token")) off \(Self.count(cut.rows, "row"))"),
      ]
      if draws { lines += TokenLengthSummary.histogram(lengths, barWidth: 30, limit: limit).map { "  " + $0 } }
    }
    return lines + characterLines(part, palette)
  }

  private func characterLines(_ part: Tokens, _ palette: Palette) -> [String] {
    let texts: [(InexpressibleCharacters.Fate, String)] = [
      (.unknown, "unknown to the tokenizer"), (.bytes, "spelled in bytes"), (.changed, "read as others"),
    ]
    let lines = texts.compactMap { fate, text -> String? in
      let found = part.characters.characters.filter { $0.fate == fate }
      guard !found.isEmpty else { return nil }
      let examples = found.prefix(8).map { "\(Self.name($0.character)) ×\($0.count) (row \($0.firstRow + 1))" }
      return "  \(text): \(Self.count(part.characters.count(fate), "character")), \(found.count) different: "
        + examples.joined(separator: ", ") + (found.count > 8 ? ", ..." : "")
    }
    guard !lines.isEmpty else { return [] }
    return ["", palette(.bold, "characters, \(part.role)")] + lines
  }

  /// The character itself where it can be seen, its number otherwise.
  static func name(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .nonspacingMark, .enclosingMark:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return "'\(scalar)'"
    }
  }
}
