internal import CCurl
internal import Foundation

/// Exchanges with servers, several at once, on the caller's thread, through libcurl, which is loaded with the first.
package final class HTTPExchanges {
  private let exchanges: OpaquePointer

  /// - Throws: `TransferError` when libcurl is not installed.
  package init() throws(TransferError) {
    var reason: UnsafePointer<CChar>?
    guard let opened = kiseki_http_open(&reason) else {
      let text = reason.map { String(cString: $0) } ?? "no reason given"
      throw TransferError("libcurl is not to be had (\(text)); install libcurl4 (apt-get install libcurl4)")
    }
    exchanges = opened
  }

  deinit { kiseki_http_close(exchanges) }

  /// Begins to post a body.
  ///
  /// - Throws: `TransferError` when libcurl does not take the address.
  package func post(_ request: HTTPRequest, tag: Int) throws(TransferError) {
    // Without "Expect:" a long body would wait for the server's consent, which not every server gives.
    let isPosted = Self.withLines(request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"]) { headers in
      request.body.withUnsafeBytes { body in
        kiseki_http_post(
          exchanges, tag, request.url, headers, body.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nil,
          body.count, Int(request.timeoutSeconds * 1_000))
      }
    }
    guard isPosted else { throw TransferError("libcurl does not take the request") }
  }

  /// Begins to get something. Redirections are answers like others.
  ///
  /// - Throws: `TransferError` when libcurl does not take the address.
  package func get(_ download: HTTPDownload, tag: Int) throws(TransferError) {
    let file = kiseki_http_file(
      descriptor: download.file?.descriptor ?? -1, offset: Int64(download.file?.offset ?? 0),
      limit: Int64(download.file?.limit ?? 0))
    let isBegun = Self.withLines(download.headers.map { "\($0.name): \($0.value)" }) { headers in
      kiseki_http_get(exchanges, tag, download.url, headers, file, max(1, Int(download.stallSeconds.rounded(.up))))
    }
    guard isBegun else { throw TransferError("libcurl does not take the request") }
  }

  /// Bytes in the file of a download that is under way; 0 for any other exchange.
  package func fileLength(tag: Int) -> Int { Int(kiseki_http_file_length(exchanges, tag)) }

  /// Lets the exchanges go on until one or more have ended, at most for so long.
  package func wait(milliseconds: Int) -> [(tag: Int, result: Result<HTTPResponse, HTTPFailure>)] {
    kiseki_http_wait(exchanges, Int32(clamping: milliseconds))
    var ended: [(tag: Int, result: Result<HTTPResponse, HTTPFailure>)] = []
    var result = kiseki_http_result()
    while kiseki_http_take(exchanges, &result) { ended.append((Int(result.tag), Self.result(result))) }
    return ended
  }

  private static func withLines(_ lines: [String], _ body: ([UnsafePointer<CChar>?]) -> Bool) -> Bool {
    let copies = lines.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
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
    case kiseki_http_unwritten: return .failure(.unwritten(reason))
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
