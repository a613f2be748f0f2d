/// What a plain scalar means under the core schema of YAML 1.2, as far as configurations use it.
enum PlainScalar: Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default: self = Self.numeric(text) ?? .text
    }
  }

  private static func numeric(_ text: String) -> PlainScalar? {
    let bytes = Array(text.utf8)
    let unsigned =
      bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
    guard let first = unsigned.first, isDigit(first) || first == UInt8(ascii: ".") else { return nil }
    if unsigned.allSatisfy(isDigit) {
      // Beyond 64 bits it is still a number, only no whole one that a setting could take.
      return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) }
    }
    switch String(decoding: unsigned, as: UTF8.self) {
    case ".inf", ".Inf", ".INF": return .number(bytes.first == UInt8(ascii: "-") ? -.infinity : .infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    let isDecimal = unsigned.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
    return isDecimal && unsigned.contains(where: isDigit) ? Double(text).map { .number($0) } : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// The text in double quotes, as YAML and JSON both read it.
func doubleQuoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    default:
      if isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value > 0xFFFF ? 8 : 4
        result += width == 8 ? "\\U" : "\\u"
        result += String(repeating: "0", count: width - digits.count) + digits
      }
    }
  }
  return result + "\""
}

/// The text as a YAML scalar: bare where no reader could take it for anything else, in double quotes otherwise.
func yamlScalar(_ text: String) -> String {
  let words: Set<String> = ["yes", "no", "on", "off", "y", "n", "true", "false", "null", "none"]
  let isWord =
    !text.isEmpty && !words.contains(text.lowercased()) && PlainScalar(text) == .text
    && text.utf8.allSatisfy { isLetter($0) || isDigitByte($0) || "_./-".utf8.contains($0) }
    && text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "_") } == true
  return isWord ? text : doubleQuoted(text)
}

/// The shortest digits that read back as the same number, with a point, so that older YAML readers see a number too.
func yamlNumber(_ value: Double) -> String {
  let text = value.description
  guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
  return text[..<exponent] + ".0" + text[exponent...]
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isDigitByte(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Whether YAML lets the character stand as it is and every editor shows it.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
  default: true
  }
}
