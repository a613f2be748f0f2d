/// What kept a report from being rendered.
public struct ReportError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
