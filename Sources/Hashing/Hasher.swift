internal import CCrypto
public import FoundationEssentials

/// A streaming SHA-256.
public struct SHA256: ~Copyable {
  private let state: DigestState

  public init() { state = DigestState(EVP_sha256()) }
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bytes) }
  public mutating func update(_ data: Data) { data.withUnsafeBytes { state.update($0) } }
  public consuming func finalize() -> SHA256Digest { SHA256Digest(bytes: state.current()) }
  /// The digest of what was given so far; more can follow.
  public borrowing func digest() -> SHA256Digest { SHA256Digest(bytes: state.current()) }

  public static func hash(_ data: Data) -> SHA256Digest {
    var hasher = SHA256()
    hasher.update(data)
    return hasher.finalize()
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The hash of a file's content, read in pieces so that its size does not matter.
  ///
  /// - Throws: `HashingError` when the file cannot be opened or read.
  public static func hash(fileAt path: String) throws(HashingError) -> SHA256Digest {
    var hasher = SHA256()
    try forEachPiece(ofFileAt: path) { hasher.update($0) }
    return hasher.finalize()
  }
}

/// A streaming SHA-1, for git's object names only.
public struct SHA1: ~Copyable {
  private let state: DigestState

  public init() { state = DigestState(EVP_sha1()) }
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bytes) }
  public mutating func update(_ data: Data) { data.withUnsafeBytes { state.update($0) } }
  public consuming func finalize() -> SHA1Digest { SHA1Digest(bytes: state.current()) }
  /// The digest of what was given so far; more can follow.
  public borrowing func digest() -> SHA1Digest { SHA1Digest(bytes: state.current()) }

  public static func hash(_ data: Data) -> SHA1Digest {
    var hasher = SHA1()
    hasher.update(data)
    return hasher.finalize()
  }

  /// The hash of a file's content, read in pieces so that its size does not matter.
  ///
  /// - Throws: `HashingError` when the file cannot be opened or read.
  public static func hash(fileAt path: String) throws(HashingError) -> SHA1Digest {
    var hasher = SHA1()
    try forEachPiece(ofFileAt: path) { hasher.update($0) }
    return hasher.finalize()
  }
}

/// Owner of one OpenSSL digest context.
///
/// A class, because the layout of a non-copyable struct inside a non-copyable struct does not link across modules
/// in optimised builds (Swift 6.3.1).
final class DigestState {
  private let context: OpaquePointer

  init(_ algorithm: OpaquePointer?) {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm, nil) == 1 else {
      preconditionFailure("OpenSSL cannot start a digest: the library is broken or memory is exhausted")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let accepted = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(accepted == 1, "OpenSSL refused to hash \(bytes.count) bytes")
  }

  /// The digest so far, taken from a copy of the state.
  func current() -> [UInt8] {
    let copy = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(copy) }
    var length: UInt32 = 0
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    let accepted = EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, &digest, &length) == 1
    precondition(accepted, "OpenSSL could not finish a digest")
    return Array(digest.prefix(Int(length)))
  }
}
