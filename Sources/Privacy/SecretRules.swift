/// A directory of this machine, and everything below it up to the next part of the path.
struct DirectoryRule: SecretRule {
  private let path: [UInt8]
  private let short: String
  private let kind: PrivateText.Kind

  init(path: String, short: String) {
    self.path = Array(path.utf8)
    self.short = short
    kind = short == "~" ? .homeDirectory : .workspaceDirectory
  }

  var firstBytes: [UInt8] { [UInt8(ascii: "/")] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard bytes.has(path, at: position) else { return nil }
    // `/home/ann` is neither the end of `/mnt/home/ann` nor the beginning of `/home/anna`.
    if position > 0, bytes[position - 1].isNameByte { return nil }
    let end = position + path.count
    if end < bytes.count, bytes[end].isNameByte, !(bytes[end] == UInt8(ascii: ".") && bytes.endsSentence(at: end)) {
      return nil
    }
    return SecretMatch(kind: kind, range: position..<end, replacement: short, excerpt: "")
  }
}

/// A home directory as usual systems have it, whoever's: a path that came with a note, a reference or a patch.
struct OtherHomeRule: SecretRule {
  static let short = "[home]"

  /// Places of homes, and what may stand right before one: a disk as seen from a Linux beside Windows.
  private static let places = ["/home/", "/Users/", "/var/home/", "/export/home/", "/usr/home/"].map { Array($0.utf8) }
  private static let root = Array("/root/".utf8)
  private static let mounted = Array("/mnt/".utf8)
  private static let windows = Array("Users".utf8)

  let firstBytes: [UInt8] = Array("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    let end = bytes[position] == UInt8(ascii: "/") ? posix(bytes, position) : windows(bytes, position)
    return end.map { SecretMatch(kind: .otherHome, range: position..<$0, replacement: Self.short, excerpt: "") }
  }

  private func posix(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int? {
    if position > 0, bytes[position - 1].isNameByte {
      guard position >= 6, bytes[position - 1].isLetter, bytes.has(Self.mounted, at: position - 6) else { return nil }
    }
    if bytes.has(Self.root, at: position) { return position + Self.root.count - 1 }
    guard let place = Self.places.first(where: { bytes.has($0, at: position) }) else { return nil }
    return name(bytes, from: position + place.count)
  }

  /// `C:\Users\ann`, in JSON with two backslashes each.
  private func windows(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int? {
    guard position == 0 || !bytes[position - 1].isNameByte, position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: ":")
    else { return nil }
    let users = separator(bytes, position + 2)
    guard users > position + 2, bytes.has(Self.windows, at: users) else { return nil }
    let start = separator(bytes, users + Self.windows.count)
    return start > users + Self.windows.count ? name(bytes, from: start) : nil
  }

  private func separator(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    min(start + 2, bytes.end(of: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }, from: start))
  }

  /// - Returns: the end of the user's name; a full stop behind it ends the sentence.
  private func name(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var end = bytes.end(of: { $0.isNameByte }, from: start)
    while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return end > start ? end : nil
  }
}

/// A name as a whole word.
struct NameRule: SecretRule {
  private let name: [UInt8]
  private let kind: PrivateText.Kind

  init(name: String, kind: PrivateText.Kind) {
    self.name = Array(name.utf8)
    self.kind = kind
  }

  var firstBytes: [UInt8] { name.first.map { [$0] } ?? [] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard bytes.has(name, at: position), position == 0 || !bytes[position - 1].isWordByte else { return nil }
    let end = position + name.count
    guard end == bytes.count || !bytes[end].isWordByte else { return nil }
    return SecretMatch(kind: kind, range: position..<end, replacement: nil, excerpt: "")
  }
}

/// A key that begins with what its maker begins all keys with.
struct KeyRule: SecretRule {
  let prefix: String
  /// Of what follows the prefix.
  let count: ClosedRange<Int>
  var allowed: @Sendable (UInt8) -> Bool = { $0.isWordByte || $0 == UInt8(ascii: "-") }
  /// Words of ordinary names may begin like a key, but have no digits in them.
  var needsDigit = true

  var firstBytes: [UInt8] { prefix.utf8.first.map { [$0] } ?? [] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard bytes.has(Array(prefix.utf8), at: position), position == 0 || !bytes[position - 1].isWordByte else {
      return nil
    }
    let start = position + prefix.utf8.count
    let end = bytes.end(of: allowed, from: start)
    guard count.contains(end - start), end == bytes.count || !bytes[end].isWordByte else { return nil }
    if needsDigit, !bytes[start..<end].contains(where: \.isDigit) { return nil }
    return SecretMatch(
      kind: .key, range: position..<end, replacement: PrivateText.replacement, excerpt: prefix + "…")
  }
}

/// A private key as PEM, to its end or as far as it goes.
struct PrivateKeyRule: SecretRule {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let kind = Array("PRIVATE KEY".utf8)
  private static let dashes = Array("-----".utf8)
  /// A key of 16,384 bits has 12,700 characters.
  private static let longest = 20_000

  var firstBytes: [UInt8] { [UInt8(ascii: "-")] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard bytes.has(Self.begin, at: position) else { return nil }
    var index = position + Self.begin.count
    let limit = min(bytes.count, index + 40)
    while index < limit, !bytes.has(Self.kind, at: index) { index += 1 }
    guard index < limit else { return nil }
    index += Self.kind.count
    let last = min(bytes.count, index + Self.longest)
    // Also as one line of JSON, where a line's end is a backslash and a letter.
    while index < last {
      if bytes.has(Self.end, at: index) {
        index += Self.end.count
        while index < last, !bytes.has(Self.dashes, at: index) { index += 1 }
        index = min(index + Self.dashes.count, bytes.count)
        break
      }
      if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "<") { break }
      index += 1
    }
    return SecretMatch(
      kind: .privateKey, range: position..<index, replacement: PrivateText.replacement,
      excerpt: "-----BEGIN … PRIVATE KEY-----")
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
  var isWordByte: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
  var isNameByte: Bool { isWordByte || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self >= 0x80 }
}

extension UnsafeRawBufferPointer {
  func has(_ text: [UInt8], at position: Int) -> Bool {
    guard position + text.count <= count else { return false }
    for (index, byte) in text.enumerated() where self[position + index] != byte { return false }
    return true
  }

  func end(of allowed: (UInt8) -> Bool, from start: Int) -> Int {
    var end = start
    while end < count, allowed(self[end]) { end += 1 }
    return end
  }

  /// Whether a full stop is followed by nothing that a name could go on with.
  func endsSentence(at position: Int) -> Bool { position + 1 == count || !self[position + 1].isNameByte }
}
