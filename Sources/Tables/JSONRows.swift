/// Reads a table from JSON: an array of objects, or one object on every line.
///
/// The columns are the keys of all rows, in the order in which they first appear. A string is a cell's text as it is, a
/// number the text it is written with, `true` and `false` are words; `null` and an absent key are a missing value.
struct JSONRows {
  enum Layout { case array, lines }

  /// A table with more cells than this for every byte of its file is refused: rows that share no keys would take memory
  /// by the square of the file's size.
  private static let cellsPerByte = 8

  private let path: String
  private let bytes: UnsafeRawBufferPointer
  private var columns: [String] = []
  private var indices: [String: Int] = [:]
  /// By column, the last row that has it.
  private var lastRow: [Int] = []
  /// The cells' text in the order of the file.
  private var text: [UInt8] = []
  private var cells: [Cell] = []
  /// Where each row's cells end in `cells`.
  private var rowEnds: [Int] = []
  /// The row under way, from 1, and the column in it.
  private var row = 0
  private var column: String?

  private struct Cell {
    var column: Int
    /// Where its text ends in `text`; it starts where the one before ends.
    var end: Int
  }

  static func read(path: String, layout: Layout) throws(TableError) -> Table {
    let bytes = try readBytes(of: path)
    return try bytes.withUnsafeBytes { buffer in
      Result { () throws(TableError) in
        var rows = JSONRows(path: path, bytes: buffer)
        try rows.parse(layout)
        return try rows.table()
      }
    }.get()
  }

  private init(path: String, bytes: UnsafeRawBufferPointer) {
    self.path = path
    self.bytes = bytes
  }

  private mutating func parse(_ layout: Layout) throws(TableError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw TableError("cannot read \(path): it is in UTF-16; save it as UTF-8")
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var scanner = JSONScanner(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    guard let first = scanner.peek() else {
      throw TableError("cannot read \(path): the file is empty; it must hold rows")
    }
    switch layout {
    case .array:
      guard first == UInt8(ascii: "[") else {
        throw TableError(
          "cannot read \(path): it does not begin with '[', and a .json file holds one array of objects, a row each; "
            + "call it .jsonl if every line is an object of its own, or use 'kiseki data convert'")
      }
      try parseArray(&scanner, from: start)
    case .lines:
      guard first == UInt8(ascii: "{") else {
        let remedy = first == UInt8(ascii: "[") ? "; call it .json if it holds one array of objects" : ""
        throw TableError(
          "cannot read \(path): it does not begin with '{', and a .jsonl file holds one object a line\(remedy)")
      }
      try parseLines(from: start)
    }
    guard !rowEnds.isEmpty else { throw TableError("cannot read \(path): it holds no rows; add some") }
    guard !columns.isEmpty else { throw TableError("cannot read \(path): its rows have no keys; name the columns") }
  }

  private mutating func parseArray(_ scanner: inout JSONScanner, from start: Int) throws(TableError) {
    do throws(JSONScanner.Failure) {
      try scanner.expect(UInt8(ascii: "["))
      if !scanner.skip(UInt8(ascii: "]")) {
        repeat { try parseRow(&scanner) } while scanner.skip(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "]"))
      }
      try scanner.expectEnd()
    } catch {
      throw refusal(error, from: start)
    }
  }

  private mutating func parseLines(from start: Int) throws(TableError) {
    var start = start
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var scanner = JSONScanner(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      do throws(JSONScanner.Failure) {
        if scanner.peek() != nil {
          try parseRow(&scanner)
          try scanner.expectEnd()
        }
      } catch {
        throw refusal(error, from: start)
      }
      start = end + 1
    }
  }

  private mutating func parseRow(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) {
    row += 1
    guard scanner.peek() == UInt8(ascii: "{") else {
      throw scanner.failure("a row must be an object with a key for each column")
    }
    try scanner.readObject { (scanner, key) throws(JSONScanner.Failure) in
      column = key
      let index = indices[key] ?? columns.count
      if index == columns.count {
        indices[key] = index
        columns.append(key)
        lastRow.append(0)
      }
      guard lastRow[index] != row else { throw scanner.failure("the key appears twice in one object") }
      lastRow[index] = row
      try appendValue(&scanner)
      cells.append(Cell(column: index, end: text.count))
      column = nil
    }
    rowEnds.append(cells.count)
  }

  /// Reads one value and adds its text; none for `null`.
  private mutating func appendValue(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) {
    switch scanner.peek() {
    case UInt8(ascii: "\""):
      let value = try scanner.readString()
      guard !value.utf8.contains(0) else { throw scanner.failure("a text holds a NUL character; remove it") }
      text += value.utf8
    case UInt8(ascii: "n"): try scanner.skipWord("null")
    case UInt8(ascii: "t"):
      try scanner.skipWord("true")
      text += "true".utf8
    case UInt8(ascii: "f"):
      try scanner.skipWord("false")
      text += "false".utf8
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let found = scanner.peek() == UInt8(ascii: "{") ? "an object" : "a list"
      throw scanner.failure(
        "\(found) stands where a text or a number must; 'kiseki data convert' knows some nested layouts")
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: text += try scanner.readNumber().text.utf8
    default: throw scanner.failure("expected a value")
    }
  }

  /// - Parameter start: where the scanner's text begins in the file.
  private func refusal(_ failure: JSONScanner.Failure, from start: Int) -> TableError {
    let line = bytes[..<min(start + failure.offset, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    let place = row == 0 ? "line \(line)" : "row \(row) (line \(line))"
    return TableError("cannot read \(path): \(place)\(column.map { ", column \"\($0)\"" } ?? ""): \(failure.reason)")
  }

  /// The cells, row by row in the order of the columns.
  private func table() throws(TableError) -> Table {
    let (count, overflow) = columns.count.multipliedReportingOverflow(by: rowEnds.count)
    guard !overflow, count <= Self.cellsPerByte * bytes.count else {
      throw TableError(
        "cannot read \(path): its \(rowEnds.count) rows have \(columns.count) different keys, and most rows lack most "
          + "of them; give all rows the same keys")
    }
    var ordered: [UInt8] = []
    ordered.reserveCapacity(text.count)
    var ends: [Int] = []
    ends.reserveCapacity(count)
    var places = Array(repeating: 0..<0, count: columns.count)
    var (cell, start) = (0, 0)
    for rowEnd in rowEnds {
      for column in places.indices { places[column] = 0..<0 }
      while cell < rowEnd {
        places[cells[cell].column] = start..<cells[cell].end
        start = cells[cell].end
        cell += 1
      }
      for place in places {
        ordered += text[place]
        ends.append(ordered.count)
      }
    }
    return Table(path: path, columns: columns, text: ordered, ends: ends)
  }
}
