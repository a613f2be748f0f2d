/// How many columns of a terminal the text takes.
///
/// Wide and full-width characters (Unicode TR 11) and emoji take two, combining marks and control characters none.
/// Ambiguous ones count as one, as terminals show them unless told otherwise.
public func displayWidth(of text: String) -> Int {
  // Most text is ASCII, and a list has a lot of it.
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth(of: $1) }
}

/// The text with spaces behind it up to `width` columns; a wider one stays.
public func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(of: text)))
}

/// The text with spaces before it up to `width` columns; a wider one stays.
public func paddedLeft(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - displayWidth(of: text))) + text
}

/// The text cut to at most `width` columns, with an ellipsis where something is missing.
public func truncated(_ text: String, to width: Int) -> String {
  guard displayWidth(of: text) > width else { return text }
  guard width > 0 else { return "" }
  var result = ""
  var used = 1
  for character in text {
    used += displayWidth(of: character)
    if used > width { break }
    result.append(character)
  }
  return result + "…"
}

private func displayWidth(of character: Character) -> Int {
  var width = 0
  for scalar in character.unicodeScalars {
    // An emoji presentation selector widens what stands before it.
    if scalar.value == 0xFE0F { return 2 }
    width = max(width, displayWidth(of: scalar))
  }
  return width
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
  if (0x20..<0x7F).contains(scalar.value) { return 1 }
  switch scalar.properties.generalCategory {
  case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation { return 2 }
  return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// The blocks whose characters are wide or full-width, unassigned places in them included, as TR 11 has it.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
  0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
  0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF,
  0x20000...0x3FFFD,
]
