import CommandLine
import Experiments

/// A mistake in a gate, shown with a caret under its place.
struct GateMistake: Error, CustomStringConvertible {
  let error: ComparisonGate.SyntaxError

  /// - Throws: `GateMistake` when the text is no gate.
  static func gate(from text: String) throws -> ComparisonGate {
    do {
      return try ComparisonGate(parsing: text)
    } catch {
      throw GateMistake(error: error)
    }
  }

  var description: String {
    let before = withoutControls(String(error.text.prefix(error.position)))
    return "cannot read the gate: \(error.problem)\n  \(withoutControls(error.text))\n  "
      + String(repeating: " ", count: displayWidth(of: before)) + "^"
  }
}
