public import Transfers

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
    do {
      baseURL = try ServerAddress(
        given.isEmpty ? Self.usual : given, named: "OPENAI_BASE_URL", example: Self.usual, secret: "OPENAI_API_KEY"
      ).text
      self.key = try Secret(key, named: "OPENAI_API_KEY")
    } catch {
      throw JudgeError("cannot ask a judge: \(error)")
    }
    guard !key.isEmpty || baseURL != Self.usual else {
      throw JudgeError(
        "cannot ask a judge: OPENAI_API_KEY is not set; export your key, or name another endpoint in OPENAI_BASE_URL")
    }
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
