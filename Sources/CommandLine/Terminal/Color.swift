/// When output is coloured.
public enum ColorMode: String, Sendable, CaseIterable {
  case automatic = "auto"
  case always, never

  /// Whether to colour a stream.
  ///
  /// Automatic means a terminal that is not a dumb one, unless `NO_COLOR` is set to anything (no-color.org).
  public func isEnabled(isTerminal: Bool, environment: [String: String]) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .automatic:
      isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
  }
}

/// Wraps text in colours, or leaves it as it is.
public struct Palette: Sendable {
  public enum Style: String, Sendable, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
  }

  public let isEnabled: Bool

  public init(isEnabled: Bool) { self.isEnabled = isEnabled }

  public func callAsFunction(_ style: Style, _ text: String) -> String {
    isEnabled && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// The text with everything a terminal would act on made visible, for text that others wrote.
///
/// Among it are the marks that turn the direction of writing, which make a name look like another.
public func withoutControls(_ text: String) -> String {
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": result.append(contentsOf: "⏎".unicodeScalars)
    case "\t": result.append(" ")
    default: result.append(isControl(scalar) ? "\u{FFFD}" : scalar)
    }
  }
  return String(result)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
  default: scalar.properties.generalCategory == .control
  }
}
