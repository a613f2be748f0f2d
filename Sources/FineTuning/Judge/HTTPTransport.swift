internal import Foundation

/// A body to be posted.
struct HTTPRequest {
  var url: String
  /// Names and values.
  var headers: [(name: String, value: String)]
  var body: Data
  var timeoutSeconds: Double
}

/// What a server answered.
struct HTTPResponse {
  var status: Int
  /// By their names in small letters.
  var headers: [String: String]
  var body: Data
}

/// Why there is no answer; no address is named.
enum HTTPFailure: Error {
  case timeout
  /// The connection was not to be made, or broke.
  case broken(String)
  case answerTooLong
  /// It will not work another time either.
  case refused(String)
}

/// Exchanges with servers, several at once, on the caller's thread.
protocol HTTPTransport: AnyObject {
  /// Begins an exchange.
  func post(_ request: HTTPRequest, tag: Int) throws(JudgeError)

  /// Lets the exchanges go on until one or more have ended, at most for so long.
  func wait(milliseconds: Int) -> [(tag: Int, result: Result<HTTPResponse, HTTPFailure>)]
}
