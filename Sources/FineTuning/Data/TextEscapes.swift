/// The escapes that markers and separators may be written with in a configuration.
public enum TextEscapes {
  /// `text` with `\n`, `\t`, `\r`, `\0`, `\\`, `\"`, `\'`, `\xHH`, `\uHHHH` and `\UHHHHHHHH` replaced.
  ///
  /// A backslash in front of anything else stays, and so does everything outside ASCII.
  public static func decode(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let (decoded, length) = escape(rest) else {
        result.append(scalar)
        continue
      }
      result.append(decoded)
      rest = rest.dropFirst(length)
    }
    return String(result)
  }

  /// The scalar meant by what follows a backslash, and how many scalars say so.
  private static func escape(_ rest: Substring.UnicodeScalarView) -> (Unicode.Scalar, Int)? {
    switch rest.first {
    case "n": ("\n", 1)
    case "t": ("\t", 1)
    case "r": ("\r", 1)
    case "0": ("\0", 1)
    case "\\": ("\\", 1)
    case "\"": ("\"", 1)
    case "'": ("'", 1)
    case "x": codePoint(rest, digits: 2)
    case "u": codePoint(rest, digits: 4)
    case "U": codePoint(rest, digits: 8)
    default: nil
    }
  }

  private static func codePoint(_ rest: Substring.UnicodeScalarView, digits: Int) -> (Unicode.Scalar, Int)? {
    let text = String(Substring(rest.dropFirst().prefix(digits)))
    guard text.unicodeScalars.count == digits, text.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit),
      let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, digits + 1)
  }
}
