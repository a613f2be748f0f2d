public import Foundation
import Hashing
import Synchronization

/// A hub with one model, on 127.0.0.1: it lists and gives the files of branches and commits, small ones itself and large
/// ones from another address, as the hub does. What it does can be checked with Hugging Face's own programs:
/// Tests/Fixtures/Hub/make_fixtures.py is the same in Python.
public final class StandInHub: Sendable {
  public typealias Files = [String: Data]

  private struct State {
    var branches: [String: Files]
    var misbehaviour: @Sendable (MisbehavingServer.Request, Int) -> MisbehavingServer.Answer? = { _, _ in nil }
    var requests: [MisbehavingServer.Request] = []
  }

  public let model: String
  private let server: MisbehavingServer
  private let large: MisbehavingServer
  private let state: Shared

  private final class Shared: Sendable {
    let state: Mutex<State>
    init(_ state: sending State) { self.state = Mutex(state) }
  }

  public init(_ model: String, _ branches: [String: Files]) throws {
    self.model = model
    let shared = Shared(State(branches: branches))
    state = shared
    let large = try MisbehavingServer { _, request in
      let (file, odd) = shared.state.withLock { state in
        state.requests.append(request)
        let wanted = request.path.split(separator: "/").last.map(String.init) ?? ""
        let all = state.branches.values.flatMap(\.values)
        return (all.first { Self.sha256($0) == wanted }, state.misbehaviour(request, state.requests.count - 1))
      }
      if let odd { return odd }
      guard let file else { return .reply(404, "") }
      let range = request.header("Range")?.dropFirst("bytes=".count).dropLast()
      guard let start = range.flatMap({ Int($0) }) else { return .content(200, file) }
      return start < file.count ? .content(206, file.dropFirst(start)) : .reply(416, "")
    }
    self.large = large
    let other = "http://localhost:\(large.port)/large/"
    server = try MisbehavingServer { _, request in
      let (branches, odd) = shared.state.withLock { state in
        state.requests.append(request)
        return (state.branches, state.misbehaviour(request, state.requests.count - 1))
      }
      return odd ?? Self.answer(request.path, model, branches, largeFiles: other)
    }
  }

  /// As `HF_ENDPOINT` has it.
  public var address: String { server.address }
  public var requests: [MisbehavingServer.Request] { state.state.withLock(\.requests) }

  /// What `branch` means from now on.
  public func set(_ branch: String, _ files: Files) { state.state.withLock { $0.branches[branch] = files } }

  /// - Parameter body: another answer to a request, told its number among all; `nil` for the usual one.
  public func misbehave(
    _ body: @escaping @Sendable (MisbehavingServer.Request, Int) -> MisbehavingServer.Answer?
  ) {
    state.state.withLock { $0.misbehaviour = body }
  }

  public static func isLarge(_ name: String) -> Bool {
    [".safetensors", ".model", ".bin"].contains { name.hasSuffix($0) }
  }

  public static func commit(_ files: Files) -> String {
    var hasher = SHA1()
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      hasher.update(Data(name.utf8) + [0] + content + [0])
    }
    return hasher.finalize().hex
  }

  private static func sha256(_ content: Data) -> String { SHA256.hash(content).hex }
  private static func git(_ content: Data) -> String {
    SHA1.hash(Data("blob \(content.count)\u{0}".utf8) + content).hex
  }

  private static func answer(
    _ path: String, _ model: String, _ branches: [String: Files], largeFiles: String
  ) -> MisbehavingServer.Answer {
    func files(_ revision: String) -> Files? {
      branches[revision] ?? branches.values.first { commit($0) == revision }
    }
    let (listings, resolve) = ("/api/models/\(model)/revision/", "/\(model)/resolve/")
    if path.hasPrefix(listings) {
      guard let files = files(String(path.dropFirst(listings.count))) else {
        return .reply(404, headers: ["X-Error-Code: RevisionNotFound"], "")
      }
      return .reply(200, listing(files))
    }
    guard path.hasPrefix(resolve) else { return .reply(401, headers: ["X-Error-Code: RepoNotFound"], "") }
    let parts = path.dropFirst(resolve.count).split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let content = files(parts[0])?[parts[1]] else {
      return .reply(404, headers: ["X-Error-Code: EntryNotFound"], "")
    }
    return isLarge(parts[1])
      ? .reply(302, headers: ["Location: \(largeFiles)\(sha256(content))"], "") : .content(200, content)
  }

  private static func listing(_ files: Files) -> String {
    let siblings = files.sorted { $0.key < $1.key }.map { name, content -> [String: Any] in
      var entry: [String: Any] = ["rfilename": name, "size": content.count, "blobId": git(content)]
      if isLarge(name) { entry["lfs"] = ["sha256": sha256(content), "size": content.count, "pointerSize": 134] }
      return entry
    }
    let document: [String: Any] = ["sha": commit(files), "siblings": siblings]
    let data = try? JSONSerialization.data(withJSONObject: document)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
