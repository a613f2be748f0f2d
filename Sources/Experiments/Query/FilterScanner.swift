/// A piece of a filter's text.
struct FilterToken {
  enum Kind: Equatable {
    /// A bare word: a field, a keyword, a number or a text without quotes.
    case word(String)
    case quoted(String)
    /// An operator, a parenthesis or a comma.
    case symbol(String)
    case end
  }

  let kind: Kind
  let place: String.Index

  /// As an error message shows it.
  var shown: String {
    switch kind {
    case .word(let text), .symbol(let text): Experiments.quoted(text)
    case .quoted(let text): "the text " + Experiments.quoted(text)
    case .end: "the end"
    }
  }

  func isWord(_ keyword: String) -> Bool {
    guard case .word(let text) = kind else { return false }
    return text.lowercased() == keyword
  }
}

/// Takes a filter's text apart.
struct FilterScanner {
  private static let symbolCharacters = "=!<>(),".unicodeScalars

  private let text: String
  private let scalars: String.UnicodeScalarView
  private var index: String.Index

  init(_ text: String) {
    self.text = text
    scalars = text.unicodeScalars
    index = text.startIndex
  }

  mutating func next() throws(FilterError) -> FilterToken {
    while let scalar = peek(), scalar.properties.isWhitespace { advance() }
    let start = index
    guard let scalar = peek() else { return FilterToken(kind: .end, place: start) }
    if scalar == "\"" || scalar == "'" {
      return FilterToken(kind: .quoted(try quoted(by: scalar)), place: start)
    }
    if Self.symbolCharacters.contains(scalar) {
      return FilterToken(kind: .symbol(try symbol(scalar)), place: start)
    }
    while let scalar = peek(), !scalar.properties.isWhitespace, scalar != "\"", scalar != "'",
      !Self.symbolCharacters.contains(scalar)
    {
      advance()
    }
    return FilterToken(kind: .word(String(scalars[start..<index])), place: start)
  }

  private func peek() -> Unicode.Scalar? { index < scalars.endIndex ? scalars[index] : nil }

  private mutating func advance() { index = scalars.index(after: index) }

  private mutating func symbol(_ first: Unicode.Scalar) throws(FilterError) -> String {
    let start = index
    advance()
    let takesEqual = "=!<>".unicodeScalars.contains(first)
    if takesEqual, peek() == "=" {
      advance()
      return first == "=" ? "=" : "\(first)="
    }
    guard first != "!" else {
      throw FilterError(
        text: text, place: start, problem: "expected '!=', found '!' alone; for the opposite write 'not'")
    }
    return String(first)
  }

  private mutating func quoted(by quote: Unicode.Scalar) throws(FilterError) -> String {
    let start = index
    advance()
    var result = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == quote {
        advance()
        return String(result)
      }
      if scalar == "\\" {
        result.append(try escaped())
      } else {
        result.append(scalar)
        advance()
      }
    }
    throw FilterError(text: text, place: start, problem: "the text that begins here has no closing \(quote)")
  }

  private mutating func escaped() throws(FilterError) -> Unicode.Scalar {
    let start = index
    advance()
    guard let scalar = peek() else {
      throw FilterError(text: text, place: start, problem: "expected a character after '\\', found the end")
    }
    advance()
    switch scalar {
    case "\\", "\"", "'": return scalar
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    default:
      throw FilterError(
        text: text, place: start,
        problem: "expected \\\\, \\\", \\', \\n, \\r or \\t, found '\\' before \(Experiments.quoted(String(scalar)))")
    }
  }
}
