internal import Foundation

/// A valid name of an experiment: `<name>`, or `<sweep>/<trial>` for a trial of a sweep.
public struct ExperimentName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name of a sweep's committed plan, which no experiment may have.
  public static let reserved = "plan"
  /// Room for `.lock` and our own endings within the 255 bytes file systems allow.
  private static let longestPart = 200

  public let text: String

  /// - Throws: `ExperimentsError` with the reason and a name that would do.
  public init(_ text: String) throws {
    let composed = text.precomposedStringWithCanonicalMapping
    if let reason = Self.objection(to: composed) {
      let remedy = Self.suggestion(for: composed).map { " Try '\($0)'." } ?? " Choose another name."
      throw ExperimentsError(.invalidName, "cannot name an experiment \(quoted(text)): \(reason).\(remedy)")
    }
    self.text = composed
  }

  /// A name found in our own files or references; `nil` when it is none, which is no reason to fail.
  init?(trusted text: String) {
    guard Self.objection(to: text) == nil else { return nil }
    self.text = text
  }

  public var description: String { text }
  /// The sweep a trial belongs to.
  public var sweep: String? {
    let parts = text.split(separator: "/")
    return parts.count == 2 ? String(parts[0]) : nil
  }
  /// What a trial is called within its sweep.
  public var trial: String? {
    let parts = text.split(separator: "/")
    return parts.count == 2 ? String(parts[1]) : nil
  }

  public static func < (left: ExperimentName, right: ExperimentName) -> Bool { left.text < right.text }

  private static func objection(to text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if text.isEmpty { return "it is empty" }
    if parts.contains("") { return "it has an empty part before or after a slash" }
    if parts.count > 2 { return "it has more than the two levels <sweep>/<trial>" }
    for part in parts {
      if let reason = objection(toPart: part) { return reason }
    }
    return nil
  }

  private static func objection(toPart part: String) -> String? {
    if part == reserved { return "'\(reserved)' is reserved for the plan of a sweep" }
    if part.utf8.count > longestPart {
      return "it has \(part.utf8.count) bytes, and file systems and git leave room for \(longestPart)"
    }
    if part.hasPrefix("-") { return "it begins with '-' and would be taken for an option" }
    if part.hasPrefix(".") { return "it begins with a dot" }
    if part.hasSuffix(".") { return "it ends with a dot" }
    if part.lowercased().hasSuffix(".lock") { return "it ends with '.lock', which git keeps for itself" }
    if part.contains("..") { return "it contains '..'" }
    for scalar in part.unicodeScalars where !isAllowed(scalar) {
      if scalar == "@" { return "'@' separates a name from its version" }
      if scalar.properties.isWhitespace && scalar.value >= 32 { return "it contains a space" }
      return isPrintable(scalar)
        ? "git does not allow '\(scalar)' in it"
        : "it contains the invisible character U+\(String(scalar.value, radix: 16, uppercase: true))"
    }
    return nil
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    isPrintable(scalar) && !scalar.properties.isWhitespace && !"~^:?*[\\@".unicodeScalars.contains(scalar)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  /// The nearest valid name, `nil` when nothing usable is left.
  private static func suggestion(for text: String) -> String? {
    let parts = text.split(separator: "/").prefix(20).compactMap { part -> String? in
      var cleaned = String(
        String.UnicodeScalarView(part.unicodeScalars.map { isAllowed($0) ? $0 : "-" }))
      for (bad, good) in [("..", "."), ("--", "-")] {
        while cleaned.contains(bad) { cleaned = cleaned.replacingOccurrences(of: bad, with: good) }
      }
      while cleaned.lowercased().hasSuffix(".lock") { cleaned = String(cleaned.dropLast(5)) }
      while cleaned.utf8.count > 60 { cleaned.removeLast() }
      cleaned = cleaned.trimmingCharacters(in: CharacterSet(charactersIn: "-."))
      return cleaned == reserved ? "my-plan" : cleaned.isEmpty ? nil : cleaned
    }
    let name = parts.prefix(2).joined(separator: "/")
    return name.isEmpty || objection(to: name) != nil ? nil : name
  }
}

/// Text of a user in an error message: no control characters, and not endless.
package func quoted(_ text: String) -> String {
  let visible = text.unicodeScalars.prefix(80).map { scalar -> String in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
    default: String(scalar)
    }
  }
  return "'" + visible.joined() + (text.unicodeScalars.count > 80 ? "…" : "") + "'"
}
