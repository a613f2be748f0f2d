#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads a SentencePiece model file whole, refusing what cannot be one before any memory is asked for.
///
/// Published models have at most a few megabytes.
func readModelBytes(path: String, limit: Int = 64 << 20) throws(TokenizationError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    let advice = errno == EACCES ? "; make it readable for you (chmod), or have its owner do so" : ""
    throw TokenizationError("cannot open the tokenizer model \(path): \(String(cString: strerror(errno)))\(advice)")
  }
  defer { close(descriptor) }

  var information = stat()
  guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
    let found = information.st_mode & S_IFMT == S_IFDIR ? "a directory, not" : "not"
    throw TokenizationError(
      "cannot read the tokenizer model \(path): it is \(found) a regular file; give the path of a .model file")
  }
  let byteCount = Int(information.st_size)
  guard byteCount > 0 else {
    throw TokenizationError("cannot read the tokenizer model \(path): the file is empty; fetch it again")
  }
  guard byteCount <= limit else {
    throw TokenizationError(
      "cannot read the tokenizer model \(path): it has \(byteCount) bytes, and a SentencePiece model has at "
        + "most \(limit); check that the path names the tokenizer and not the weights")
  }

  var bytes = [UInt8](repeating: 0, count: byteCount)
  var filled = 0
  while filled < byteCount {
    let start = filled
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + start, byteCount - start) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else {
      throw TokenizationError(
        "cannot read the tokenizer model \(path): it ended after \(filled) of \(byteCount) bytes")
    }
    filled += count
  }
  return bytes
}
