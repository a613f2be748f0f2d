extension Table {
  /// CSV (RFC 4180) of a header and rows, each line ended by LF; only cells that need quotes have them.
  ///
  /// `Table.read` gives the same cells back.
  public static func csvText(columns: [String], rows: [[String]]) -> String {
    var text = ""
    append(columns, to: &text)
    for row in rows {
      precondition(row.count == columns.count, "a row of \(row.count) cells for \(columns.count) columns")
      append(row, to: &text)
    }
    return text
  }

  /// One row of CSV with its line end.
  public static func csvLine(_ cells: [String]) -> String {
    var text = ""
    append(cells, to: &text)
    return text
  }

  private static func append(_ cells: [String], to text: inout String) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += "," }
      // The only cell of a row needs quotes when empty, because a blank line is no row. A byte order mark at the start
      // of a file would be taken for one.
      let isBare = cell.utf8.allSatisfy { $0 != 0x22 && $0 != 0x2C && $0 != 0x0A && $0 != 0x0D }
      if isBare, !(cell.isEmpty && cells.count == 1), cell.unicodeScalars.first != "\u{FEFF}" {
        text += cell
      } else {
        text += "\""
        for scalar in cell.unicodeScalars {
          if scalar == "\"" { text += "\"" }
          text.unicodeScalars.append(scalar)
        }
        text += "\""
      }
    }
    text += "\n"
  }
}
