internal import Foundation

/// A text that is shown to nobody: it goes into requests and is struck out of everything else.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let text: String

  public init(_ text: String) { self.text = text }

  public var description: String { "(hidden)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }

  var authorization: String? { text.isEmpty ? nil : "Bearer " + text }

  /// Shorter ones, such as the EMPTY that servers at home are given, keep nobody out and may be words of a text.
  private static let shortest = 8

  /// A text of a server, which may have been told the secret, without it.
  func struckOut(of other: String) -> String {
    text.utf8.count < Self.shortest
      ? other : other.replacingOccurrences(of: text, with: description, options: .literal)
  }
}

/// Where a judge is asked.
public struct JudgeEndpoint: Sendable {
  /// Of the Chat Completions interface, as in `https://api.openai.com/v1`.
  let baseURL: String
  let key: Secret

  public static let usual = "https://api.openai.com/v1"

  /// - Parameters:
  ///   - baseURL: empty for OpenAI's own.
  ///   - key: empty where the server asks for none.
  /// - Throws: `JudgeError` for what cannot be an address or a key, and when OpenAI's own has no key.
  public init(baseURL given: String, key: String) throws(JudgeError) {
    var url = given.isEmpty ? Self.usual : given
    while url.hasSuffix("/") { url.removeLast() }
    let host = ["http://", "https://"].first { url.lowercased().hasPrefix($0) }.map { url.dropFirst($0.count) } ?? ""
    guard !host.isEmpty, url.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }) else {
      throw JudgeError(
        "cannot ask a judge: OPENAI_BASE_URL is no address that begins with http:// or https://, such as \(Self.usual)")
    }
    guard !host.prefix(while: { $0 != "/" }).contains("@"), !host.contains("?"), !host.contains("#") else {
      throw JudgeError(
        "cannot ask a judge: OPENAI_BASE_URL holds a user, a query or a fragment; give the address alone, and the key in "
          + "OPENAI_API_KEY")
    }
    guard key.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }) else {
      throw JudgeError("cannot ask a judge: OPENAI_API_KEY holds spaces or other characters that no key has")
    }
    guard !key.isEmpty || url != Self.usual else {
      throw JudgeError(
        "cannot ask a judge: OPENAI_API_KEY is not set; export your key, or name another endpoint in OPENAI_BASE_URL")
    }
    baseURL = url
    self.key = Secret(key)
  }
}

/// How a judge is asked.
public struct JudgeOptions: Sendable {
  public var endpoint: JudgeEndpoint
  /// As the endpoint calls it.
  public var model: String
  public var template: JudgeTemplate
  /// What makes scores comparable, in the caller's words; the report repeats it.
  public var signature = ""
  /// Requests that are under way together.
  public var concurrency = 4
  /// For one request.
  public var timeoutSeconds = 60.0
  public var retries = RetryPolicy()

  public init(endpoint: JudgeEndpoint, model: String, template: JudgeTemplate) {
    self.endpoint = endpoint
    self.model = model
    self.template = template
  }
}
