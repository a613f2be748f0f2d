import CommandLine
import Glibc

/// The lines of stdin as they are: a byte that is no text is refused rather than replaced, which would be another prompt.
struct PromptLines {
  private let stream = fdopen(STDIN_FILENO, "r")
  private var number = 0
  /// The last line did not come because of a signal; the next one may.
  private(set) var wasInterrupted = false

  /// The next line without its end, `nil` behind the last.
  ///
  /// - Throws: `RunError` naming a line that is no text.
  mutating func next() throws -> String? {
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(buffer) }
    guard let stream else { return nil }
    errno = 0
    let count = getline(&buffer, &capacity, stream)
    wasInterrupted = count <= 0 && errno == EINTR
    if wasInterrupted { clearerr(stream) }
    guard count > 0, let buffer else { return nil }
    number += 1
    var bytes = UnsafeBufferPointer(start: buffer, count: count)[...]
    for end in "\n\r".utf8 where bytes.last == CChar(bitPattern: end) { bytes = bytes.dropLast() }
    if bytes.contains(0) { throw refusal("it holds a NUL character; remove it") }
    guard let line = String(validating: bytes, as: UTF8.self) else {
      throw refusal("it is no UTF-8 text; convert it")
    }
    return line
  }

  private func refusal(_ found: String) -> RunError {
    .failure("cannot answer line \(number) of the standard input: \(found) and ask again.")
  }
}
