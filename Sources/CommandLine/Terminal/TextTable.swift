/// A table for a terminal: columns line up whatever the script, and the whole fits the width.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  private static let gap = "  "
  /// A column is not cut below this, so that something of it can be read.
  private static let narrowest = 6

  let columns: [Column]
  private var rows: [[String]] = []
  private var styles: [Palette.Style?] = []

  public init(columns: [Column]) { self.columns = columns }

  /// Adds a row with one text per column; control characters in it are made visible.
  public mutating func add(_ row: [String], style: Palette.Style? = nil) {
    precondition(row.count == columns.count, "a row of \(row.count) in a table of \(columns.count) columns")
    rows.append(row.map(withoutControls))
    styles.append(style)
  }

  /// The lines of the table, the titles first.
  ///
  /// - Parameter width: columns of the terminal; `nil` cuts nothing.
  public func lines(width: Int? = nil, palette: Palette = Palette(isEnabled: false)) -> [String] {
    let widths = columnWidths(limit: width)
    let titles = palette(.bold, line(columns.map(\.title), widths))
    return [titles]
      + zip(rows, styles).map { row, style in
        let text = line(row, widths)
        return style.map { palette($0, text) } ?? text
      }
  }

  private func columnWidths(limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(displayWidth(of: columns[index].title)) { max($0, displayWidth(of: $1[index])) }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1) - limit
    // The widest column gives way first, one column of the terminal at a time.
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.narrowest
    {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let cut = truncated(cell, to: widths[index])
      let isLast = index == cells.count - 1
      if index > 0 { text += Self.gap }
      switch columns[index].alignment {
      case .right: text += paddedLeft(cut, to: widths[index])
      case .left: text += isLast ? cut : padded(cut, to: widths[index])
      }
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
