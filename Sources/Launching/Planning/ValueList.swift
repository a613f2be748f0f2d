/// Cuts `4,8,[a,b],"x,y"` at the commas that separate trials.
///
/// Brackets, braces and quotes protect the commas inside them; a quote or bracket begins a value or an element of a list
/// and is text elsewhere, as in YAML.
enum ValueList {
  /// The values as they are written, blanks around them removed.
  ///
  /// - Throws: `LaunchingError` for a quote or bracket that is not closed.
  static func split(_ text: String, of word: String) throws -> [String] {
    var values: [String] = []
    var value = ""
    var open: [Character] = []
    var quote: Character?
    var isStart = true
    var characters = text.makeIterator()
    while let character = characters.next() {
      if let mark = quote {
        value.append(character)
        if mark == "\"", character == "\\", let escaped = characters.next() { value.append(escaped) }
        if character == mark { quote = nil }
        continue
      }
      if character == ",", open.isEmpty {
        values.append(value)
        value = ""
        isStart = true
        continue
      }
      value.append(character)
      switch character {
      case " ", "\t": continue
      case "\"", "'":
        if isStart { quote = character }
      case "[", "{":
        if isStart || !open.isEmpty { open.append(character == "[" ? "]" : "}") }
      case "]", "}":
        if character == open.last { open.removeLast() }
      default: break
      }
      isStart = !open.isEmpty && "[{,:".contains(character)
    }
    if let missing = quote ?? open.last {
      throw LaunchingError.usage("cannot plan '\(word)': \(missing) is missing at the end of a value; add it")
    }
    return (values + [value]).map(trimmed)
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}
