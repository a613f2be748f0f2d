import CommandLine

/// Two answers to one prompt, in columns where the terminal is wide enough, below each other elsewhere.
struct AnswersBesideEachOther {
  /// Narrower columns would hold a few words each.
  static let narrowest = 78
  private static let gap = "  │  "

  let titles: [String]
  let texts: [String]
  let palette: Palette

  /// - Parameter width: columns of the terminal; `nil` elsewhere.
  func lines(width: Int?) -> [String] {
    guard let width, Self.isWide(width) else {
      return zip(titles, texts).flatMap { title, text in [palette(.bold, title + ":"), text.withoutCommands] }
    }
    // A character in the last column would make some terminals wrap.
    let column = (width - 1 - Self.gap.count) / 2
    let columns = texts.map { Self.folded($0.withoutCommands, to: column) }
    var lines = [palette(.bold, padded(titles[0], to: column)) + Self.gap + palette(.bold, titles[1])]
    for row in 0..<max(columns[0].count, columns[1].count) {
      let cells = columns.map { row < $0.count ? $0[row] : "" }
      lines.append(padded(cells[0], to: column) + Self.gap + cells[1])
    }
    return lines
  }

  static func isWide(_ width: Int?) -> Bool { width.map { $0 >= narrowest } ?? false }

  /// Lines of at most `width` columns; a word that is wider is cut.
  static func folded(_ text: String, to width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      wrapped(String(line).replacing("\t", with: " "), to: width).flatMap { cut($0, to: width) }
    }
  }

  private static func cut(_ line: String, to width: Int) -> [String] {
    guard displayWidth(of: line) > width else { return [line] }
    var lines = [""]
    var used = 0
    for character in line {
      let wide = displayWidth(of: String(character))
      if used + wide > width {
        lines.append("")
        used = 0
      }
      lines[lines.count - 1].append(character)
      used += wide
    }
    return lines
  }
}
