internal import CGit2
public import Hashing

/// The name git gives an object: the SHA-1 of its content.
public struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let digest: SHA1Digest

  public init(_ digest: SHA1Digest) { self.digest = digest }

  /// Reads all 40 hexadecimal digits; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    guard let digest = SHA1Digest(hex: hex) else { return nil }
    self.digest = digest
  }

  public var hex: String { digest.hex }
  /// The first ten digits, for people to read.
  public var short: String { String(hex.prefix(10)) }
  public var description: String { hex }

  public static func < (left: ObjectID, right: ObjectID) -> Bool {
    left.digest.bytes.lexicographicallyPrecedes(right.digest.bytes)
  }
}

extension ObjectID {
  init(_ raw: git_oid) {
    self.init(SHA1Digest(bytes: withUnsafeBytes(of: raw.id) { Array($0) }))
  }

  var raw: git_oid {
    var raw = git_oid()
    withUnsafeMutableBytes(of: &raw.id) { $0.copyBytes(from: digest.bytes) }
    return raw
  }
}
