/// What a judge is asked of one row: a text with places for the row's own.
public struct JudgeTemplate: Sendable, Hashable {
  /// As a configuration calls it.
  public let name: String
  public let text: String

  private static let places = ["prompt", "reference", "prediction"]
  /// What the judge has to write in front of its number.
  static let mark = "SCORE"

  /// - Throws: `JudgeError` when nobody could judge by it.
  public init(name: String, text: String) throws(JudgeError) {
    let pieces = Self.pieces(text)
    for case .place(let place) in pieces where !Self.places.contains(place) {
      throw JudgeError(
        "cannot judge by the template \(name): it has a place {{\(place)}}; there are {{prompt}}, {{reference}} and "
          + "{{prediction}}")
    }
    guard pieces.contains(.place("prediction")) else {
      throw JudgeError("cannot judge by the template \(name): it has no place {{prediction}} for the answer")
    }
    guard text.uppercased().contains(Self.mark) else {
      throw JudgeError(
        "cannot judge by the template \(name): it does not ask for a line \(Self.mark): with a number from 0 to 10")
    }
    self.name = name
    self.text = text
  }

  /// The question about one row. A place that stands in a row's own text is text.
  package func filled(prompt: String, reference: String, prediction: String) -> String {
    let values = ["prompt": prompt, "reference": reference, "prediction": prediction]
    return Self.pieces(text).reduce(into: "") { filled, piece in
      switch piece {
      case .text(let text): filled += text
      case .place(let name): filled += values[name] ?? ""
      }
    }
  }

  private enum Piece: Equatable {
    case text(String)
    case place(String)
  }

  private static func pieces(_ text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      pieces.append(.text(String(rest[..<start.lowerBound])))
      pieces.append(.place(rest[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }))
      rest = rest[end.upperBound...]
    }
    return pieces + [.text(String(rest))]
  }
}
