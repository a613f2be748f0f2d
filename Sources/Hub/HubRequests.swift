internal import Foundation
internal import Transfers

/// Gets things from a hub: follows its redirections, tries again what failed for a while, keeps the token to itself.
final class HubRequests {
  /// Told while something is under way, with the bytes in the file; what it throws ends the request.
  typealias Tick = (_ fileBytes: Int) throws -> Void

  private let server: HubServer
  private let exchanges: HTTPExchanges
  private let clock = ContinuousClock()
  /// For messages: "cannot fetch owner/name".
  private let subject: String

  private static let mostRedirections = 10

  /// - Throws: `HubError` when libcurl is not installed.
  init(_ server: HubServer, subject: String) throws(HubError) {
    self.server = server
    self.subject = subject
    do {
      exchanges = try HTTPExchanges()
    } catch {
      throw HubError("\(subject): \(error).")
    }
  }

  /// - Returns: the body.
  /// - Throws: `HubError` saying what the server refused.
  func body(_ url: String, _ tick: Tick) throws -> Data { try get(url, into: nil, tick).body }

  /// Puts what is at an address behind what the file has of it.
  ///
  /// - Throws: `HubError` when it is not to be had.
  func get(_ url: String, into file: PartialFile, _ tick: Tick) throws {
    _ = try get(url, into: Optional(file), tick)
  }

  private func get(_ url: String, into file: PartialFile?, _ tick: Tick) throws -> HTTPResponse {
    var attempt = 1
    var furthest = try file?.length() ?? 0
    /// How often what was there turned out to be of no use.
    var emptied = 0
    while true {
      let had = try file?.length() ?? 0
      let outcome = try follow(url, file, tick)
      let patience: Double?
      let problem: String
      switch outcome {
      case .success(let response) where [200, 206].contains(response.status): return response
      case .success(let response):
        // The server has nothing behind what the file has, so that is not what it was taken for.
        if response.status == 416, let file, try file.length() > 0, emptied < 2 {
          try file.empty()
          (furthest, emptied) = (0, emptied + 1)
          continue
        }
        guard [408, 425, 429].contains(response.status) || response.status >= 500 else {
          throw HubError("\(subject): \(HubRefusal(response, server))")
        }
        patience = ServerPatience.afterRefusal(response.headers)
        problem = "the server answers HTTP \(response.status)"
      case .failure(.timeout): (problem, patience) = ("the server does not answer in time", nil)
      case .failure(.broken(let reason)): (problem, patience) = ("no connection (\(reason))", nil)
      case .failure(.refused(let reason)):
        throw HubError("\(subject): no connection to \(server.address) (\(reason)). Check HF_ENDPOINT.")
      case .failure(.answerTooLong):
        // Perhaps the whole came behind a part.
        if let file, had > 0, emptied < 2 {
          try file.empty()
          (furthest, emptied) = (0, emptied + 1)
          continue
        }
        throw HubError("\(subject): the server sends more than it announced. Try again, or use another HF_ENDPOINT.")
      case .failure(.unwritten(let reason)):
        throw HubError(
          "\(subject): \(file?.path ?? "the answer") cannot be written (\(reason)). Make room, and fetch again.")
      }
      // Whoever gets on has as many attempts again.
      let length = try file?.length() ?? 0
      if length > furthest { (attempt, furthest) = (1, length) }
      let limit = server.retries.longestPatienceSeconds
      guard attempt < server.retries.attempts, (patience ?? 0) <= limit else {
        throw HubError(
          "\(subject): \(problem), \(attempt == 1 ? "and asks for too much patience" : "after \(attempt) attempts"). "
            + (length > 0
              ? "What has come is kept: fetch again to go on." : "Check the network and HF_ENDPOINT, and try again."))
      }
      try sleep(max(patience ?? 0, server.retries.delay(after: attempt, random: .random(in: 0...1))), length, tick)
      attempt += 1
    }
  }

  /// One request, and those it is sent on to.
  private func follow(_ url: String, _ file: PartialFile?, _ tick: Tick) throws -> Result<HTTPResponse, HTTPFailure> {
    var url = url
    for _ in 0...Self.mostRedirections {
      let outcome = try exchange(url, file, tick)
      guard case .success(let response) = outcome, (301...308).contains(response.status), response.status != 304,
        let location = response.headers["location"]
      else { return outcome }
      url = try redirected(url, to: location)
    }
    throw HubError("\(subject): the server sends on and on. Check HF_ENDPOINT.")
  }

  private func exchange(_ url: String, _ file: PartialFile?, _ tick: Tick) throws -> Result<HTTPResponse, HTTPFailure> {
    var headers = [(name: "User-Agent", value: "kiseki"), (name: "Accept-Encoding", value: "identity")]
    // Files often come from another server, which is none of the token's business.
    if ServerAddress.origin(of: url) == ServerAddress.origin(of: server.address.text),
      let authorization = server.token.authorization
    {
      headers.append((name: "Authorization", value: authorization))
    }
    var download = HTTPDownload(url: url, headers: headers)
    download.stallSeconds = server.stallSeconds
    if let file {
      let length = try file.length()
      if length > 0 { download.headers.append((name: "Range", value: "bytes=\(length)-")) }
      download.file = HTTPDownload.File(descriptor: file.descriptor, offset: length, limit: file.limit)
    }
    do {
      try exchanges.get(download, tag: 0)
    } catch {
      throw HubError("\(subject): \(error). Check HF_ENDPOINT.")
    }
    while true {
      if let ended = exchanges.wait(milliseconds: 100).first { return ended.result }
      try tick(file == nil ? 0 : exchanges.fileLength(tag: 0))
    }
  }

  /// - Throws: `HubError` for an address that is none, and from https to http, where others could read and change all.
  private func redirected(_ url: String, to location: String) throws(HubError) -> String {
    let target = URL(string: location, relativeTo: URL(string: url))?.absoluteString ?? ""
    let scheme = ServerAddress.origin(of: target).prefix { $0 != ":" }
    guard scheme == "https" || (scheme == "http" && url.lowercased().hasPrefix("http:")) else {
      throw HubError("\(subject): the server sends on to an address that is not safe. Check HF_ENDPOINT.")
    }
    return target
  }

  private func sleep(_ seconds: Double, _ length: Int, _ tick: Tick) throws {
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
      try tick(length)
      usleep(50_000)
    }
  }
}
