internal import Foundation

/// Cuts what comes out of a pipe into lines.
struct LineBuffer {
  /// A line longer than this is dropped; ours are far shorter.
  private static let longest = 1 << 20
  private var rest: [UInt8] = []
  private var isDropping = false

  /// The lines that are complete now, without their ends.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte != UInt8(ascii: "\n") {
        if rest.count < Self.longest { rest.append(byte) } else { isDropping = true }
        continue
      }
      if !isDropping { lines.append(String(decoding: rest, as: UTF8.self)) }
      rest.removeAll(keepingCapacity: true)
      isDropping = false
    }
    return lines
  }

  /// What stands behind the last line end.
  mutating func finish() -> [String] {
    defer { rest = [] }
    return rest.isEmpty || isDropping ? [] : [String(decoding: rest, as: UTF8.self)]
  }
}
