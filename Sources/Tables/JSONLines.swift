/// The values of a JSON Lines file, one JSON value on every line.
public struct JSONLines: Sendable {
  public let values: [JSONValue]
  /// Whether the file ends in the beginning of a line, as a killed writer leaves it; that part is not in `values`.
  public let tornTail: Bool
  /// The size of the file without a torn tail: cut it here before appending to it.
  public let intactByteCount: Int

  /// Reads the file at `path`; blank lines are skipped.
  ///
  /// A last line without line end counts when it is a complete object or array, and as torn otherwise: of a number, no
  /// one can tell whether digits are missing.
  ///
  /// - Throws: `TableError` with file and line when the file cannot be read, or a line that is followed by a line end
  ///   is not JSON in UTF-8.
  public static func read(path: String) throws(TableError) -> JSONLines {
    let bytes = try readBytes(of: path)
    return try bytes.withUnsafeBytes { buffer in
      Result { () throws(TableError) in try JSONLines(buffer, path: path) }
    }.get()
  }

  private init(_ bytes: UnsafeRawBufferPointer, path: String) throws(TableError) {
    var values: [JSONValue] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    var tornTail = false
    while start < bytes.count {
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let text = UnsafeRawBufferPointer(rebasing: bytes[start..<(newline ?? bytes.count)])
      do throws(JSONScanner.Failure) {
        if let value = try Self.value(of: text) {
          switch value {
          case .object, .array: break
          default: if newline == nil { throw JSONScanner(text).failure("not closed") }
          }
          values.append(value)
        }
      } catch {
        guard newline == nil else {
          throw TableError("cannot read \(path): line \(line), byte \(error.offset + 1): \(error.reason)")
        }
        tornTail = true
        break
      }
      start = newline.map { $0 + 1 } ?? bytes.count
      line += 1
    }
    self.values = values
    self.tornTail = tornTail
    intactByteCount = start
  }

  private static func value(of line: UnsafeRawBufferPointer) throws(JSONScanner.Failure) -> JSONValue? {
    var scanner = JSONScanner(line)
    // `nil` alone would be read as the JSON value null.
    guard scanner.peek() != nil else { return .none }
    return try JSONValue(parsing: line)
  }
}
