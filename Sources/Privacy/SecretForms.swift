/// The forms of keys that are known, and what an assignment of a password looks like.
enum SecretForms {
  static let all: [any SecretRule] =
    keys + [PrivateKeyRule(), AddressRule()] + AssignmentRule.words.map { AssignmentRule(word: $0) }

  private static let keys: [any SecretRule] = [
    // Model services, hubs and hosting; each with the fewest characters its keys have had.
    KeyRule(prefix: "sk-", count: 16...300), KeyRule(prefix: "hf_", count: 16...100, needsDigit: false),
    KeyRule(prefix: "AKIA", count: 16...16, allowed: isUpperOrDigit, needsDigit: false),
    KeyRule(prefix: "ASIA", count: 16...16, allowed: isUpperOrDigit, needsDigit: false),
    KeyRule(prefix: "AIza", count: 35...35), KeyRule(prefix: "ghp_", count: 20...255, needsDigit: false),
    KeyRule(prefix: "gho_", count: 20...255), KeyRule(prefix: "ghu_", count: 20...255),
    KeyRule(prefix: "ghs_", count: 20...255), KeyRule(prefix: "ghr_", count: 20...255),
    KeyRule(prefix: "github_pat_", count: 20...255), KeyRule(prefix: "glpat-", count: 20...100),
    KeyRule(prefix: "xoxb-", count: 20...255), KeyRule(prefix: "xoxp-", count: 20...255),
    KeyRule(prefix: "npm_", count: 36...36), KeyRule(prefix: "pypi-", count: 60...300),
  ]

  private static let isUpperOrDigit: @Sendable (UInt8) -> Bool = {
    $0.isDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
  }
}

/// `password=...`, `"api_key": "..."` and their like: what is assigned goes, the name stays.
struct AssignmentRule: SecretRule {
  static let words = [
    "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "api-key", "access_key", "secret_key",
    "private_key",
  ]
  private static let quotes = [#"\""#, #"\'"#, "&quot;", "&#34;", "&#39;", "\"", "'", "`"].map { Array($0.utf8) }
  private static let shortest = 6

  private let word: [UInt8]

  init(word: String) { self.word = Array(word.utf8) }

  var firstBytes: [UInt8] { word.first.map { [$0, $0 & 0xDF] } ?? [] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard position + word.count < bytes.count else { return nil }
    for (index, byte) in word.enumerated() where bytes[position + index] | 0x20 != byte | 0x20 { return nil }
    var index = afterQuote(bytes, position + word.count)
    index = afterSpaces(bytes, index)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") else {
      return nil
    }
    let isColon = bytes[index] == UInt8(ascii: ":")
    let start = afterSpaces(bytes, index + 1)
    let value = afterQuote(bytes, start)
    let end = bytes.end(of: Self.isValueByte, from: value)
    let isQuoted = value > start
    // `token=tokens[0]`, `password=ask()`: code that names no secret.
    if !isQuoted, end < bytes.count, [UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{")].contains(bytes[end]) {
      return nil
    }
    guard end - value >= Self.shortest, isSecret(bytes[value..<end], isQuoted: isQuoted, isColon: isColon) else {
      return nil
    }
    let name = String(decoding: bytes[position..<position + word.count], as: UTF8.self)
    // Only the value goes, so the name and what is around it stay readable, and JSON stays JSON.
    let kept = String(decoding: bytes[position..<value], as: UTF8.self)
    return SecretMatch(
      kind: .password, range: position..<end, replacement: kept + PrivateText.replacement,
      excerpt: "\(name)\(isColon ? ":" : "=")…")
  }

  /// Prose and code have words here, secrets have digits; only `password=word` is believed without.
  private func isSecret(_ value: Slice<UnsafeRawBufferPointer>, isQuoted: Bool, isColon: Bool) -> Bool {
    let hasDigit = value.contains(where: \.isDigit)
    let hasLetter = value.contains(where: \.isLetter)
    if hasDigit && hasLetter { return true }
    let isPassword = word.starts(with: "pass".utf8)
    if isPassword && isQuoted { return true }
    return isPassword && !isColon && !value.contains(UInt8(ascii: "."))
  }

  private func afterQuote(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    Self.quotes.first { bytes.has($0, at: index) }.map { index + $0.count } ?? index
  }

  private func afterSpaces(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    min(index + 3, bytes.end(of: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }, from: index))
  }

  private static let valueBytes = Set("-_./+=~!@#$%^*".utf8)

  private static func isValueByte(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.isLetter || valueBytes.contains(byte)
  }
}

/// A user's password inside an address: `https://user:password@host`.
struct AddressRule: SecretRule {
  private static let start = Array("://".utf8)

  var firstBytes: [UInt8] { [UInt8(ascii: ":")] }

  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch? {
    guard position > 0, bytes[position - 1].isLetter, bytes.has(Self.start, at: position) else { return nil }
    func part(from start: Int) -> Int {
      bytes.end(of: { $0 > 0x20 && $0 < 0x7F && !"/:@\"'<>\\`?#".utf8.contains($0) }, from: start)
    }
    let user = position + Self.start.count
    let colon = part(from: user)
    guard colon > user, colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return nil }
    let end = part(from: colon + 1)
    guard end > colon + 1, end < bytes.count, bytes[end] == UInt8(ascii: "@") else { return nil }
    return SecretMatch(
      kind: .password, range: position..<end, replacement: "://" + PrivateText.replacement, excerpt: "://user:…@")
  }
}
