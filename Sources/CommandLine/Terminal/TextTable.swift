/// A table for a terminal: columns line up whatever the script, and the whole fits the width.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    let title: String
    let alignment: Alignment
    /// The column with the lowest number is left out first where not all fit; one without stays.
    let leavingOrder: Int?

    public init(_ title: String, _ alignment: Alignment = .left, leavingOrder: Int? = nil) {
      self.title = title
      self.alignment = alignment
      self.leavingOrder = leavingOrder
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

  /// The table without the columns that must leave for it to fit, and their titles.
  public func leavingOut(toFit width: Int?) -> (table: TextTable, titles: [String]) {
    guard let width else { return (self, []) }
    var kept = Array(columns.indices)
    let widths = naturalWidths
    let leaving = columns.indices.filter { columns[$0].leavingOrder != nil }
      .sorted { columns[$0].leavingOrder ?? 0 < columns[$1].leavingOrder ?? 0 }
    for index in leaving where Self.lineWidth(kept.map { widths[$0] }) > width { kept.removeAll { $0 == index } }
    var table = TextTable(columns: kept.map { columns[$0] })
    table.rows = rows.map { row in kept.map { row[$0] } }
    table.styles = styles
    return (table, columns.indices.filter { !kept.contains($0) }.map { columns[$0].title })
  }

  private var naturalWidths: [Int] {
    columns.indices.map { index in
      rows.reduce(displayWidth(of: columns[index].title)) { max($0, displayWidth(of: $1[index])) }
    }
  }

  private static func lineWidth(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + gap.count * max(0, widths.count - 1)
  }

  private func columnWidths(limit: Int?) -> [Int] {
    var widths = naturalWidths
    guard let limit else { return widths }
    var excess = Self.lineWidth(widths) - limit
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
