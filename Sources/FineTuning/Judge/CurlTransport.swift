internal import CCurl
internal import Foundation

/// Exchanges through libcurl, which is loaded with the first transport.
final class CurlTransport: HTTPTransport {
  private let exchanges: OpaquePointer

  /// - Throws: `JudgeError` when libcurl is not installed.
  init() throws(JudgeError) {
    var reason: UnsafePointer<CChar>?
    guard let opened = kiseki_http_open(&reason) else {
      let text = reason.map { String(cString: $0) } ?? "no reason given"
      throw JudgeError(
        "cannot ask a judge: libcurl is not to be had (\(text)); install libcurl4 (apt-get install libcurl4), or set "
          + "prediction.metric to BLEU or Perplexity")
    }
    exchanges = opened
  }

  deinit { kiseki_http_close(exchanges) }

  func post(_ request: HTTPRequest, tag: Int) throws(JudgeError) {
    // Without "Expect:" a long body would wait for the server's consent, which not every server gives.
    let lines = request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
    let copies = lines.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let headers = copies.map { UnsafePointer($0) } + [nil]
    let isPosted = request.body.withUnsafeBytes { body in
      kiseki_http_post(
        exchanges, tag, request.url, headers, body.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nil, body.count,
        Int(request.timeoutSeconds * 1_000))
    }
    guard isPosted else {
      throw JudgeError("cannot ask a judge: libcurl does not take the request; is OPENAI_BASE_URL an address?")
    }
  }

  func wait(milliseconds: Int) -> [(tag: Int, result: Result<HTTPResponse, HTTPFailure>)] {
    kiseki_http_wait(exchanges, Int32(clamping: milliseconds))
    var ended: [(tag: Int, result: Result<HTTPResponse, HTTPFailure>)] = []
    var result = kiseki_http_result()
    while kiseki_http_take(exchanges, &result) { ended.append((Int(result.tag), Self.result(result))) }
    return ended
  }

  private static func result(_ ended: kiseki_http_result) -> Result<HTTPResponse, HTTPFailure> {
    let reason = ended.reason.map { String(cString: $0) } ?? "no reason given"
    switch ended.ending {
    case kiseki_http_answered:
      return .success(
        HTTPResponse(
          status: ended.status, headers: headers(UnsafeRawBufferPointer(start: ended.head, count: ended.head_length)),
          body: Data(bytes: ended.body, count: ended.body_length)))
    case kiseki_http_timeout: return .failure(.timeout)
    case kiseki_http_too_long: return .failure(.answerTooLong)
    case kiseki_http_refused: return .failure(.refused(reason))
    default: return .failure(.broken(reason))
    }
  }

  private static func headers(_ head: UnsafeRawBufferPointer) -> [String: String] {
    var headers: [String: String] = [:]
    for line in String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return headers
  }
}
