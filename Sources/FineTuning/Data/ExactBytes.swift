/// Text compared byte by byte, which `String` does not do: it takes differently written forms of a letter for equal.
struct ExactBytes: Hashable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // An array would feed the hash a byte at a time.
  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
