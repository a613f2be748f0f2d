public import Foundation

/// Looks through what is to be published for what should stay at home.
///
/// Keys, passwords and this machine's directories are replaced wherever they stand, and so are home directories of other
/// machines, except in data, which must stay what was trained on and scored. The names of the user and of the machine may
/// be ordinary words of the text, so they are only pointed at.
public struct PrivateText: Sendable {
  public enum Kind: String, Sendable, Hashable {
    case homeDirectory = "the path of the home directory"
    case otherHome = "the path of somebody's home directory"
    case workspaceDirectory = "the path of the workspace"
    case key = "a key"
    case privateKey = "a private key"
    case password = "a password or token"
    case userName = "the user name"
    case hostName = "the host name"
  }

  public struct Finding: Sendable, Hashable {
    public let kind: Kind
    /// Counted from 1.
    public let line: Int
    /// What was found, without the part that must not be seen; empty for directories and names.
    public let excerpt: String
    /// Whether it was replaced.
    public let isRemoved: Bool
  }

  static let replacement = "[removed]"

  private let rules: [any SecretRule]
  /// For every byte, the rules whose matches may begin with it.
  private let candidates: [[Int]]

  public init(_ machine: Machine) {
    rules =
      machine.directories.map { DirectoryRule(path: $0.path, short: $0.short) } + [OtherHomeRule()]
      + SecretForms.all + machine.names.map { NameRule(name: $0.name, kind: $0.kind) }
    var candidates = [[Int]](repeating: [], count: 256)
    for (index, rule) in rules.enumerated() {
      for byte in rule.firstBytes { candidates[Int(byte)].append(index) }
    }
    self.candidates = candidates
  }

  /// - Parameter isData: the text is data of an experiment, or shows some: paths of other machines are part of it and stay.
  /// - Returns: the text with what must go replaced, the same bytes when nothing must, and everything found by line.
  public func scan(_ data: Data, isData: Bool = false) -> (clean: Data, findings: [Finding]) {
    var matches: [(range: Range<Int>, match: SecretMatch)] = []
    data.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        let found = candidates[Int(bytes[position])].lazy.compactMap { rules[$0].match(bytes, at: position) }.first
        if var found {
          if isData, found.kind == .otherHome { found.replacement = nil }
          matches.append((found.range, found))
          position = max(position + 1, found.range.upperBound)
        } else {
          position += 1
        }
      }
    }
    return matches.isEmpty ? (data, []) : apply(matches, to: data)
  }

  public func scan(_ text: String) -> (clean: String, findings: [Finding]) {
    let (clean, findings) = scan(Data(text.utf8))
    return (findings.contains(where: \.isRemoved) ? String(decoding: clean, as: UTF8.self) : text, findings)
  }

  /// A text of ours, in which not even names may stay.
  public func withoutNames(_ text: String) -> String {
    let (clean, findings) = scan(text)
    return findings.contains { !$0.isRemoved } ? Self.replacement : clean
  }

  private func apply(
    _ matches: [(range: Range<Int>, match: SecretMatch)], to data: Data
  ) -> (Data, [Finding]) {
    var clean = Data()
    var findings: [Finding] = []
    var position = 0
    var line = 1
    data.withUnsafeBytes { bytes in
      for (range, match) in matches {
        for index in position..<range.lowerBound where bytes[index] == UInt8(ascii: "\n") { line += 1 }
        clean.append(contentsOf: bytes[position..<range.lowerBound])
        if let replacement = match.replacement {
          clean.append(contentsOf: replacement.utf8)
        } else {
          clean.append(contentsOf: bytes[range])
        }
        findings.append(
          Finding(kind: match.kind, line: line, excerpt: match.excerpt, isRemoved: match.replacement != nil))
        for index in range where bytes[index] == UInt8(ascii: "\n") { line += 1 }
        position = range.upperBound
      }
      clean.append(contentsOf: bytes[position...])
    }
    return (clean, findings)
  }
}

/// One thing found.
struct SecretMatch {
  let kind: PrivateText.Kind
  let range: Range<Int>
  /// What stands for it in the published text; `nil` when it stays.
  var replacement: String?
  let excerpt: String
}

/// One kind of text that should not be published.
protocol SecretRule: Sendable {
  /// The bytes a match can begin with.
  var firstBytes: [UInt8] { get }

  /// The match that begins at a position, if one does.
  func match(_ bytes: UnsafeRawBufferPointer, at position: Int) -> SecretMatch?
}
