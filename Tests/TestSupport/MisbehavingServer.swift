public import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as a test tells it, badly where that is asked for.
public final class MisbehavingServer: Sendable {
  public struct Request: Sendable {
    /// The request line and the headers.
    public let head: String
    public let body: Data
    /// Seconds since the server was started.
    public let seconds: Double

    public func header(_ name: String) -> String? {
      let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
      return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// Without what comes behind a question mark, unescaped.
    public var path: String {
      let target = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      return target.split(separator: "?", maxSplits: 1).first.flatMap { String($0).removingPercentEncoding } ?? ""
    }

    /// The text that the judge is asked to look at.
    public var question: String {
      let json = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
      return (json?["messages"] as? [[String: Any]])?.first?["content"] as? String ?? ""
    }
  }

  public enum Answer: Sendable {
    case reply(Int, headers: [String] = [], String)
    case content(Int, headers: [String] = [], Data)
    /// The first bytes of a body with its whole length announced, then the connection is closed.
    case broken(Int, headers: [String] = [], Data, after: Int)
    /// In so many chunks, without a length.
    case chunked(String, pieces: Int)
    /// A byte at a time, with a pause before each.
    case slow(String, secondsBetweenBytes: Double)
    /// Nothing, and the connection stays open.
    case silence
    /// The connection is closed without a byte.
    case hangUp
    /// A body that ends before its length, by a closed connection.
    case cutShort(String)
    /// Bytes that are no HTTP.
    case bytes(String)
    /// A good answer after a while.
    case late(String, seconds: Double)
    /// A body that does not end.
    case endless

    /// What a judge says, as the Chat Completions interface has it.
    public static func judgement(_ text: String, promptTokens: Int = 100, completionTokens: Int = 20) -> Answer {
      .reply(200, completion(text, promptTokens: promptTokens, completionTokens: completionTokens))
    }

    public static func completion(_ text: String, promptTokens: Int = 100, completionTokens: Int = 20) -> String {
      let json: [String: Any] = [
        "id": "x", "model": "judge-2026-01-01",
        "choices": [["index": 0, "message": ["role": "assistant", "content": text]]],
        "usage": ["prompt_tokens": promptTokens, "completion_tokens": completionTokens],
      ]
      let data = try? JSONSerialization.data(withJSONObject: json)
      return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }

  private struct State {
    var requests: [Request] = []
    /// Connections whose answer has not begun.
    var waiting: Set<Int32> = []
    var mostAtOnce = 0
  }

  public let port: UInt16
  private let listener: Int32
  private let start = ContinuousClock().now
  private let state = Mutex(State())
  private let isStopped = Atomic(false)
  private let answer: @Sendable (Int, Request) -> Answer

  /// - Parameter answer: told the number of the request, from 0.
  public init(answer: @escaping @Sendable (Int, Request) -> Answer) throws {
    self.answer = answer
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard isBound else { throw CommandFailure(message: "no socket on 127.0.0.1: \(errno)") }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while let connection = self?.accept() {
        Thread.detachNewThread { [weak self] in
          self?.serve(connection)
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        }
      }
    }
  }

  deinit { stop() }

  /// Listens no longer: further connections are refused.
  public func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// As `OPENAI_BASE_URL` has it.
  public var url: String { address + "/v1" }
  public var address: String { "http://127.0.0.1:\(port)" }
  public var requests: [Request] { state.withLock { $0.requests } }
  /// Requests that were waiting for an answer together.
  public var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

  private func accept() -> Int32? {
    let connection = Foundation.accept(listener, nil, nil)
    return connection >= 0 ? connection : nil
  }

  private func serve(_ connection: Int32) {
    guard let request = read(connection) else { return }
    let number = state.withLock { state in
      state.requests.append(request)
      state.waiting.insert(connection)
      state.mostAtOnce = max(state.mostAtOnce, state.waiting.count)
      return state.requests.count - 1
    }
    give(answer(number, request), connection)
    stopWaiting(connection)
  }

  /// Before the first byte of an answer: who has the last one may have asked again already.
  private func stopWaiting(_ connection: Int32) { _ = state.withLock { $0.waiting.remove(connection) } }

  private func read(_ connection: Int32) -> Request? {
    var received = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = received.range(of: Data("\r\n\r\n".utf8)) {
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        let request = Request(head: head, body: received[end.upperBound...], seconds: seconds)
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        if request.body.count >= length { return request }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      received.append(contentsOf: buffer[..<count])
    }
  }

  private var seconds: Double {
    let passed = (ContinuousClock().now - start).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }

  private func give(_ answer: Answer, _ connection: Int32) {
    switch answer {
    case .reply(let status, let headers, let body):
      send(head(status, headers + ["Content-Length: \(body.utf8.count)"]) + body, connection)
    case .content(let status, let headers, let body):
      send(head(status, headers + ["Content-Length: \(body.count)"]), connection)
      send(Array(body), connection)
    case .broken(let status, let headers, let body, let count):
      send(head(status, headers + ["Content-Length: \(body.count)"]), connection)
      send(Array(body.prefix(count)), connection)
    case .chunked(let body, let pieces):
      send(head(200, ["Transfer-Encoding: chunked"]), connection)
      let bytes = Array(body.utf8)
      let size = max(1, (bytes.count + pieces - 1) / pieces)
      for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = bytes[start..<min(start + size, bytes.count)]
        send(String(piece.count, radix: 16) + "\r\n", connection)
        send(piece + Array("\r\n".utf8), connection)
      }
      send("0\r\n\r\n", connection)
    case .slow(let body, let pause):
      send(head(200, ["Content-Length: \(body.utf8.count)"]), connection)
      for byte in body.utf8 where !isStopped.load(ordering: .relaxed) {
        usleep(UInt32(pause * 1e6))
        guard send([byte], connection) else { break }
      }
    case .silence: waitForEnd(of: connection)
    case .hangUp: break
    case .cutShort(let body): send(head(200, ["Content-Length: \(body.utf8.count + 50)"]) + body, connection)
    case .bytes(let text): send(text, connection)
    case .late(let body, let seconds):
      usleep(UInt32(seconds * 1e6))
      send(head(200, ["Content-Length: \(body.utf8.count)"]) + body, connection)
    case .endless:
      send(head(200, []), connection)
      let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
      while send(filler, connection) {}
    }
  }

  private func head(_ status: Int, _ headers: [String]) -> String {
    (["HTTP/1.1 \(status) Whatever", "Content-Type: application/json", "Connection: close"] + headers).map {
      $0 + "\r\n"
    }
    .joined() + "\r\n"
  }

  /// Until the other side gives up.
  private func waitForEnd(of connection: Int32) {
    var byte: UInt8 = 0
    while recv(connection, &byte, 1, 0) > 0 {}
  }

  private func send(_ text: String, _ connection: Int32) { send(Array(text.utf8), connection) }

  @discardableResult
  private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    stopWaiting(connection)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
