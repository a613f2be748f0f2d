/// Why a filter cannot be read or used, and the place in its text.
///
/// The one error of this module besides `ExperimentsError`, because whoever shows it needs the place.
public struct FilterError: Error, CustomStringConvertible, Sendable {
  public let text: String
  /// Where in `text`; its end when something is missing there.
  public let place: String.Index
  /// What was expected and found, without a full stop.
  public let problem: String

  public var description: String {
    let column = text[..<place].count + 1
    return "cannot read the filter \(quoted(text)), character \(column): \(problem)."
  }
}
