/// The text with `\n`, `\t`, `\xHH`, `\uHHHH` and the like replaced by what they stand for.
///
/// Other characters stay, whatever their script; a backslash before anything else stays too.
func decodingEscapes(_ text: String) -> String {
  guard text.contains("\\") else { return text }
  let simple: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}",
    "f": "\u{C}",
    "v": "\u{B}",
  ]
  let lengths: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
  let scalars = Array(text.unicodeScalars)
  var result = String.UnicodeScalarView()
  var index = 0
  while index < scalars.count {
    let scalar = scalars[index]
    index += 1
    guard scalar == "\\", index < scalars.count else {
      result.append(scalar)
      continue
    }
    if let meaning = simple[scalars[index]] {
      result.append(meaning)
      index += 1
    } else if let length = lengths[scalars[index]], index + length < scalars.count,
      let decoded = hexadecimal(scalars[(index + 1)...(index + length)])
    {
      result.append(decoded)
      index += 1 + length
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}

/// A text that `decodingEscapes` turns back into `text`.
func encodingEscapes(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    result.append(scalar)
    if scalar == "\\" { result.append(scalar) }
  }
  return String(result)
}

private func hexadecimal(_ digits: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
  guard digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
  return UInt32(String(String.UnicodeScalarView(digits)), radix: 16).flatMap(Unicode.Scalar.init)
}
