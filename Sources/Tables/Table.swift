/// A table of text cells with named columns, read from a file.
public struct Table: Sendable {
  public let path: String
  public let columns: [String]
  public let rowCount: Int
  /// The cells' text end to end, row by row, without quotes.
  private let text: [UInt8]
  /// Where each cell ends in `text`.
  private let ends: [Int]

  init(path: String, columns: [String], text: [UInt8], ends: [Int]) {
    self.path = path
    self.columns = columns
    self.text = text
    self.ends = ends
    rowCount = ends.count / columns.count
  }

  /// The text of a cell, rows and columns counted from 0; `nil` for an empty cell, quoted or not.
  ///
  /// Nothing else means "missing": `NA`, `null` and `NaN` are text.
  public subscript(row: Int, column: Int) -> String? {
    precondition(
      (0..<rowCount).contains(row) && columns.indices.contains(column),
      "cell (\(row), \(column)) is outside of \(rowCount) rows x \(columns.count) columns")
    let index = row * columns.count + column
    let start = index == 0 ? 0 : ends[index - 1]
    guard start < ends[index] else { return nil }
    return String(decoding: text[start..<ends[index]], as: UTF8.self)
  }

  /// The position of the column called exactly `name`.
  public func column(named name: String) -> Int? { columns.firstIndex(of: name) }

  /// Reads a table, taking the format from the file name: `.csv` (RFC 4180), `.tsv`, `.json` (an array of objects) or
  /// `.jsonl` (an object a line).
  ///
  /// UTF-8 with or without a byte order mark. In CSV and TSV, rows end with LF, CRLF or CR; the first row names the
  /// columns; blank lines between rows are skipped. In JSON the keys name the columns.
  ///
  /// - Throws: `TableError` naming file, line, row and column. Data rows are counted from 1, lines from the top of the
  ///   file.
  public static func read(path: String) throws(TableError) -> Table {
    let name = path.split(separator: "/").last ?? ""
    let suffix = name.contains(".") ? name.split(separator: ".").last.map { $0.lowercased() } ?? "" : ""
    switch suffix {
    case "csv": return try SeparatedText.read(path: path, separator: UInt8(ascii: ","))
    case "tsv": return try SeparatedText.read(path: path, separator: UInt8(ascii: "\t"))
    case "json": return try JSONRows.read(path: path, layout: .array)
    case "jsonl", "ndjson": return try JSONRows.read(path: path, layout: .lines)
    case "parquet", "pq":
      let target = path.dropLast(suffix.count) + "jsonl"
      // A name with quotes would need two kinds of escapes to stand in that line.
      let isPlain = !path.contains { "'\"\\".contains($0) }
      let (from, to) = isPlain ? (path, String(target)) : ("in.parquet", "out.jsonl")
      throw TableError(
        "cannot read \(path): Parquet is not read; convert it to JSON Lines, with pandas and pyarrow for example: "
          + "python3 -c 'import pandas; pandas.read_parquet(\"\(from)\").to_json(\"\(to)\", orient=\"records\", "
          + "lines=True, force_ascii=False)'")
    case "xls", "xlsx", "ods":
      throw TableError("cannot read \(path): spreadsheets are not read; save it as CSV in UTF-8")
    default:
      throw TableError(
        "cannot read \(path): its name ends in none of .csv, .tsv, .json and .jsonl; rename it, or convert it to CSV")
    }
  }
}
