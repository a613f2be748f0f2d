/// Whether an answer is the reference, character for character.
public enum ExactMatch {
  /// White space around either is ignored and nothing else is: neither case nor punctuation, nor how a character is
  /// composed.
  public static func holds(prediction: String, reference: String) -> Bool {
    stripped(prediction).elementsEqual(stripped(reference))
  }

  private static func stripped(_ text: String) -> Substring.UnicodeScalarView {
    var scalars = text.unicodeScalars[...]
    while let first = scalars.first, first.isWhitespaceForBLEU { scalars.removeFirst() }
    while let last = scalars.last, last.isWhitespaceForBLEU { scalars.removeLast() }
    return scalars
  }
}
