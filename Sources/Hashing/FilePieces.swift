internal import Glibc

/// Calls `body` with the file's bytes in order, 1 MiB at a time.
func forEachPiece(
  ofFileAt path: String, _ body: (UnsafeRawBufferPointer) -> Void
) throws(HashingError) {
  func failure(_ operation: String) -> HashingError {
    HashingError(description: "cannot \(operation) \(path) to hash it: \(String(cString: strerror(errno)))")
  }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw failure("open") }
  defer { close(descriptor) }
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
  defer { buffer.deallocate() }
  while true {
    let count = read(descriptor, buffer.baseAddress, buffer.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw failure("read") }
    guard count > 0 else { return }
    body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}
