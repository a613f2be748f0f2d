import Glibc

/// Says that a file may not be read, where that can be known; whether it is there is another question.
///
/// - Throws: `TableError` when the user has no permission for the file or a folder on the way.
public func requirePermission(toRead path: String) throws(TableError) {
  guard access(path, R_OK) != 0, errno == EACCES else { return }
  throw TableError("cannot read \(path): \(systemReason(EACCES))")
}

/// What the system says, and what to do where something can be done.
private func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code))
    + (code == EACCES ? "; make it readable for you (chmod), or have its owner do so" : "")
}

/// All bytes of the regular file at `path`.
///
/// - Parameter limit: a larger file is refused before memory is taken for it.
func readBytes(of path: String, limit: Int = .max) throws(TableError) -> [UInt8] {
  func failure() -> TableError { TableError("cannot read \(path): \(systemReason(errno))") }
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw failure() }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw failure() }
  guard status.st_mode & S_IFMT == S_IFREG else {
    let found = status.st_mode & S_IFMT == S_IFDIR ? "a directory, not" : "not"
    throw TableError("cannot read \(path): it is \(found) a regular file; give the path of a file")
  }
  let expected = Int(status.st_size)
  guard expected <= limit else {
    throw TableError("cannot read \(path): it has \(expected) bytes, more than the \(limit) such a file may have")
  }
  var isComplete = true
  let bytes = [UInt8](unsafeUninitializedCapacity: expected) { buffer, count in
    while count < expected {
      let got = read(descriptor, buffer.baseAddress! + count, expected - count)
      if got < 0, errno == EINTR { continue }
      isComplete = got >= 0
      // The file may have become shorter since its size was asked; what is there now is its content.
      guard got > 0 else { break }
      count += got
    }
  }
  guard isComplete else { throw failure() }
  return bytes
}

/// The position of the first byte that is no valid UTF-8, or is NUL, `nil` when there is none.
func firstFlaw(in bytes: UnsafeRawBufferPointer) -> Int? {
  var index = 0
  let count = bytes.count
  while index < count {
    let lead = bytes[index]
    if lead < 0x80 {
      if lead == 0 { return index }
      index += 1
      // Eight bytes at once while they are plain ASCII without NUL.
      while index + 8 <= count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let isPlain = (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 == 0
        guard isPlain else { break }
        index += 8
      }
      continue
    }
    // Ranges of the second byte exclude overlong forms, surrogates and values above U+10FFFF (Unicode, table 3-7).
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return index
    }
    guard index + length <= count, second.contains(bytes[index + 1]),
      length < 3 || bytes[index + 2] & 0xC0 == 0x80, length < 4 || bytes[index + 3] & 0xC0 == 0x80
    else { return index }
    index += length
  }
  return nil
}
