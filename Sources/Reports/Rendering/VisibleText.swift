/// Text of unknown origin with what cannot be seen shown as what it is.
///
/// Lines and tabs stay. Other controls become their pictures (`␀`), and the marks that turn the direction of writing
/// their numbers (`⟨U+202E⟩`): a name must not read differently from what it is.
public func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isInvisible) else { return text }
  var shown = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard isInvisible(scalar) else {
      shown.append(scalar)
      continue
    }
    switch scalar.value {
    case 0..<0x20: shown.append(UnicodeScalar(0x2400 + scalar.value) ?? "\u{FFFD}")
    case 0x7F: shown.append("\u{2421}")
    default: shown.append(contentsOf: "⟨U+\(hexadecimal(scalar))⟩".unicodeScalars)
    }
  }
  return String(shown)
}

/// The first `limit` scalars, and how many there were in all where that is not everything.
public func cut(_ text: String, to limit: Int) -> (text: String, wholeCount: Int?) {
  // A string of fewer bytes cannot have more scalars, and counting takes time.
  guard text.utf8.count > limit else { return (text, nil) }
  let count = text.unicodeScalars.count
  guard count > limit else { return (text, nil) }
  return (String(text.unicodeScalars.prefix(limit)), count)
}

/// Whether text has kana or Chinese characters, so that it wants Japanese letter forms and line breaks.
func isJapanese(_ text: String) -> Bool {
  text.unicodeScalars.contains { scalar in
    switch scalar.value {
    case 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xFF66...0xFF9D: true
    default: false
    }
  }
}

private func isInvisible(_ scalar: UnicodeScalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A: false
  // Controls, the soft hyphen, direction marks, line and paragraph separators, isolates, and the byte order mark.
  case 0..<0x20, 0x7F...0x9F, 0xAD, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
    0xFFF9...0xFFFB:
    true
  // Not allowed in XML, and of no meaning anywhere.
  case 0xFFFE...0xFFFF, 0xE0000...0xE007F: true
  default: false
  }
}

private func hexadecimal(_ scalar: UnicodeScalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
