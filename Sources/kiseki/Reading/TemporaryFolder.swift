import Foundation

/// A folder for this process alone.
enum TemporaryFolder {
  /// Hands a new, empty folder to `body` and removes it with all that was put there.
  ///
  /// - Throws: `CommandFailure` when none can be made; what `body` throws.
  static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
    var template = Array((FileManager.default.temporaryDirectory.path + "/kiseki-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      let reason = String(cString: strerror(errno))
      throw CommandFailure(
        "cannot make a folder in \(FileManager.default.temporaryDirectory.path): \(reason). Make room there, or set "
          + "TMPDIR.")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let result = Result { try body(path) }
    try FileManager.default.removeItem(atPath: path)
    return try result.get()
  }
}
