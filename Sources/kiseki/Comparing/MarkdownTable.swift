import CommandLine

/// A table as GitHub and most editors read it.
enum MarkdownTable {
  static func lines(columns: [(title: String, alignment: TextTable.Alignment)], rows: [[String]]) -> [String] {
    [
      line(columns.map { escaped($0.title) }),
      line(columns.map { $0.alignment == .right ? "---:" : "---" }),
    ] + rows.map { line($0.map(escaped)) }
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// Text that says itself: nothing in it is markup, and nothing ends the line.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in withoutControls(text) {
      if "\\|*_`<>[]#~&".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
