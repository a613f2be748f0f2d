import CommandLine
import Experiments

/// A mistake in a filter, shown with a caret under its place.
struct FilterMistake: Error, CustomStringConvertible {
  /// Columns of the filter shown before and after the place.
  private static let before = 60
  private static let after = 30

  let error: FilterError

  init(_ error: FilterError) { self.error = error }

  var description: String {
    var head = withoutControls(String(error.text[..<error.place]))
    var tail = withoutControls(String(error.text[error.place...]))
    if displayWidth(of: head) > Self.before { head = "…" + head.suffix(Self.before / 2) }
    tail = truncated(tail, to: Self.after)
    let indentation = String(repeating: " ", count: displayWidth(of: head))
    return "cannot read the filter: \(error.problem)\n  \(head)\(tail)\n  \(indentation)^"
  }
}
