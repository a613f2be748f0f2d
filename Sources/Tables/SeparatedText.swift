/// Reads CSV and TSV in one pass.
///
/// Cells are moved together inside the buffer the file was read into: unquoting only shortens, so that writing never
/// overtakes reading and no second copy of the text is needed.
struct SeparatedText {
  private let path: String
  private let separator: UInt8
  private let bytes: UnsafeMutableRawBufferPointer
  /// The first byte that is NUL or no UTF-8; the cell that reaches it is refused.
  private let flaw: Int

  private var position: Int
  private var line = 1
  /// The end of the text that has been kept so far.
  private var kept = 0
  private var columns: [String] = []
  private var ends: [Int] = []
  /// The row under way: 0 is the header.
  private var row = 0

  static func read(path: String, separator: UInt8) throws(TableError) -> Table {
    var bytes = try readBytes(of: path)
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(TableError) in
        var parser = try SeparatedText(path: path, separator: separator, bytes: buffer)
        try parser.parse()
        return (columns: parser.columns, ends: parser.ends, kept: parser.kept)
      }
    }
    let (columns, ends, kept) = try result.get()
    bytes.removeLast(bytes.count - kept)
    return Table(path: path, columns: columns, text: bytes, ends: ends)
  }

  private init(
    path: String, separator: UInt8, bytes: UnsafeMutableRawBufferPointer
  ) throws(TableError) {
    self.path = path
    self.separator = separator
    self.bytes = bytes
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw TableError("cannot read \(path): it is in UTF-16; save it as UTF-8")
    }
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    flaw = firstFlaw(in: UnsafeRawBufferPointer(bytes)) ?? .max
  }

  private mutating func parse() throws(TableError) {
    try parseRow()
    guard !ends.isEmpty else {
      throw TableError("cannot read \(path): the file is empty; its first row must name the columns")
    }
    try takeHeader()
    while position < bytes.count { try parseRow() }
    guard !ends.isEmpty else {
      throw TableError("cannot read \(path): it has no data rows after the row that names the columns; add some")
    }
  }

  /// Turns the cells read so far into the columns' names.
  private mutating func takeHeader() throws(TableError) {
    var start = 0
    var known: Set<String> = []
    for end in ends {
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      guard known.insert(name).inserted else {
        throw TableError(
          "cannot read \(path): two columns are called \"\(name)\"; rename one in its first row")
      }
      columns.append(name)
      start = end
    }
    ends = []
    kept = 0
    row = 1
  }

  /// Reads one row with the line end behind it, or skips one blank line.
  private mutating func parseRow() throws(TableError) {
    while row == 0, position < bytes.count, isLineEnd(bytes[position]) { skipLineEnd() }
    guard position < bytes.count else { return }
    if isLineEnd(bytes[position]) { return skipLineEnd() }
    let startLine = line
    var count = 0
    while true {
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        try parseQuotedCell(column: count)
      } else {
        try parsePlainCell(column: count)
      }
      ends.append(kept)
      count += 1
      guard position < bytes.count else { break }
      if bytes[position] == separator {
        position += 1
      } else {
        skipLineEnd()
        break
      }
    }
    guard row > 0 else { return }
    guard count == columns.count else {
      throw TableError(
        "cannot read \(path): row \(row) (line \(startLine)) has \(count) \(count == 1 ? "cell" : "cells") where the "
          + "first row names \(columns.count) columns; cells with \(separatorName) or line breaks need quotes"
      )
    }
    row += 1
  }

  private mutating func parsePlainCell(column: Int) throws(TableError) {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      // Every byte that can end or spoil a plain cell is below 0x30.
      if byte >= 0x30 {
        position += 1
        continue
      }
      if byte == separator || isLineEnd(byte) { break }
      // TSV knows no quotes, so there one inside a cell is text.
      if byte == UInt8(ascii: "\""), separator != UInt8(ascii: "\t") {
        throw failure(
          column, "has a quote inside an unquoted cell; quote the whole cell and double the quote")
      }
      position += 1
    }
    try keep(start, column)
  }

  private mutating func parseQuotedCell(column: Int) throws(TableError) {
    let startLine = line
    position += 1
    var start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") {
          // Of two quotes the first is text.
          position += 1
          try keep(start, column)
          position += 1
          start = position
        } else {
          try keep(start, column)
          position += 1
          guard position == bytes.count || bytes[position] == separator || isLineEnd(bytes[position]) else {
            throw failure(column, "goes on after its closing quote; double a quote that belongs to the text")
          }
          return
        }
      case UInt8(ascii: "\n"):
        line += 1
        position += 1
      case UInt8(ascii: "\r"):
        if position + 1 == bytes.count || bytes[position + 1] != UInt8(ascii: "\n") { line += 1 }
        position += 1
      default: position += 1
      }
    }
    try keep(start, column)
    throw TableError(
      "cannot read \(path): \(place(column, line: startLine)) opens a quote that is never closed")
  }

  /// Adds the bytes from `start` to the current position to the kept text.
  private mutating func keep(_ start: Int, _ column: Int) throws(TableError) {
    guard position <= flaw else {
      if bytes[flaw] == 0 {
        throw failure(column, "holds a NUL byte; the file may be damaged, or no text")
      }
      let found = String(bytes[flaw], radix: 16, uppercase: true)
      throw failure(
        column,
        "is not valid UTF-8 (byte 0x\(found)); save the file as UTF-8, from Shift JIS for example with iconv -f CP932 -t UTF-8"
      )
    }
    let count = position - start
    if count > 0, start > kept {
      let base = bytes.baseAddress!
      (base + kept).copyMemory(from: base + start, byteCount: count)
    }
    kept += count
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private mutating func skipLineEnd() {
    if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
    position += 1
    line += 1
  }

  private var separatorName: String { separator == UInt8(ascii: ",") ? "commas" : "tabs" }

  private func failure(_ column: Int, _ what: String) -> TableError {
    TableError("cannot read \(path): \(place(column, line: line)) \(what)")
  }

  private func place(_ column: Int, line: Int) -> String {
    guard row > 0 else { return "the name of column \(column + 1) (line \(line))" }
    let name = columns.indices.contains(column) ? "\"\(columns[column])\"" : "\(column + 1)"
    return "row \(row) (line \(line)), column \(name),"
  }
}
