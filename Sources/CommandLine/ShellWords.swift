/// Words as a POSIX shell takes a line apart, without expanding anything.
public enum ShellWords {
  /// A line up to the cursor: its words, of which the last is being typed.
  public struct Split: Equatable, Sendable {
    public var words: [String]
    /// The quote in which the line ends, `nil` outside of quotes.
    public var openQuote: Character?
  }

  /// Takes a line apart; behind a separator of commands (`;`, `|`, `&`) the words begin anew.
  public static func split(_ line: String) -> Split {
    var words: [String] = []
    var word = ""
    var isWord = false
    var quote: Character?
    var rest = Substring(line)
    while let character = rest.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"", let next = rest.first, "\"\\$`".contains(next) {
          word.append(rest.removeFirst())
        } else {
          word.append(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        isWord = true
      } else if character == "\\" {
        isWord = true
        if let next = rest.popFirst() { word.append(next) }
      } else if character == " " || character == "\t" || character == "\n" {
        if isWord || !word.isEmpty { words.append(word) }
        (word, isWord) = ("", false)
      } else if ";|&".contains(character) {
        (words, word, isWord) = ([], "", false)
      } else {
        word.append(character)
      }
    }
    return Split(words: words + [word], openQuote: quote)
  }

  /// A word as a shell reads it back; in an open quote only what ends that quote or acts in it is changed.
  public static func quoted(_ word: String, in quote: Character? = nil) -> String {
    let special: String
    switch quote {
    case "'": return word.replacing("'", with: "'\\''")
    case "\"": special = "\"\\$`"
    default: special = " \t'\"\\$&;()<>|`#!{}[]*?~"
    }
    return String(word.flatMap { special.contains($0) ? ["\\", $0] : [$0] })
  }
}
