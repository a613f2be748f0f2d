import Foundation
import Hub
import Tables
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct HubFetchTests {
  private static let weights = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
  private static let files: StandInHub.Files = [
    "config.json": Data("{}".utf8), "spiece.model": Data("pieces".utf8), "model.safetensors": weights,
    "deep/model.safetensors": Data("not asked for".utf8),
  ]
  private static let names = ["config.json", "spiece.model", "model.safetensors"]

  private final class Place {
    let path = NSTemporaryDirectory() + "kiseki-hub-\(UUID().uuidString)"
    var cache: HubCache { HubCache(directory: path) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func content(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }
  }

  private let place = Place()

  private func fetch(
    _ hub: StandInHub, _ revision: String = "main", token: String = "", attempts: Int = 3
  ) throws -> (HubFetch, HubModelID) {
    var environment = ["HF_ENDPOINT": hub.address, "HOME": "/nonexistent"]
    if !token.isEmpty { environment["HF_TOKEN"] = token }
    var server = try HubServer(environment: environment)
    server.retries.attempts = attempts
    server.retries.firstDelaySeconds = 0.01
    server.stallSeconds = 1
    let id = try HubModelID(hub.model)
    return (try HubFetch(id, HubRevision(revision), from: server, into: place.cache), id)
  }

  @discardableResult
  private func fetchAll(_ hub: StandInHub, _ revision: String = "main", token: String = "") throws -> HubSnapshot {
    let (fetch, _) = try fetch(hub, revision, token: token)
    let listing = try fetch.listing { _ in }
    try fetch.fetch(Self.names, of: listing) { _ in }
    return try fetch.settle(listing)
  }

  private var layout: [String: String] {
    get throws {
      var entries: [String: String] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: place.path) where !name.hasPrefix(".locks") {
        let path = place.path + "/" + name
        let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        if type == .typeSymbolicLink {
          entries[name] = "link " + (try FileManager.default.destinationOfSymbolicLink(atPath: path))
        } else if type == .typeRegular {
          entries[name] = "file " + String(decoding: try place.content(name), as: UTF8.self)
        }
      }
      return entries
    }
  }

  // layout.json is what huggingface_hub leaves after the same files.
  @Test func `the cache looks as Hugging Face's own program leaves it`() throws {
    func files(_ config: String, _ weights: String) -> StandInHub.Files {
      [
        "config.json": Data(config.utf8), "spiece.model": Data("pieces".utf8),
        "model.safetensors": Data(weights.utf8),
      ]
    }
    let tagged = files("{\"model_type\": \"gpt2\"}\n", "weights of v1")
    let hub = try StandInHub(
      "someone/tiny-model",
      [
        "main": files("{\"model_type\": \"gpt2\"}\n", "weights of main"), "v1": tagged,
        "refs/pr/1": files("{\"model_type\": \"gpt2\", \"n\": 1}\n", "weights of v1"),
      ])
    for revision in ["main", "v1", "refs/pr/1", StandInHub.commit(tagged)] { try fetchAll(hub, revision) }
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Hub/layout.json").path
    let expected = try #require(try JSONValue(contentsOf: path)["layout"]?.objectMembers)
    #expect(
      try layout == Dictionary(uniqueKeysWithValues: expected.map { ($0.key, $0.value.stringValue ?? "") }))
    let id = try HubModelID(hub.model)
    #expect(place.cache.revisions(of: id) == ["main", "refs/pr/1", "v1"])
    let snapshot = try #require(place.cache.snapshot(of: id, HubRevision("v1")))
    #expect(snapshot.commit == StandInHub.commit(tagged))
    #expect(place.cache.snapshot(of: id, try HubRevision(snapshot.commit)) == snapshot)
    #expect(place.cache.snapshot(of: id, try HubRevision("v2")) == nil)
  }

  @Test func `a second fetch asks for nothing that is there, and a moved branch for what changed`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    let first = try fetchAll(hub)
    let count = hub.requests.count
    #expect(try fetchAll(hub) == first)
    #expect(hub.requests.count == count + 1)
    var changed = Self.files
    changed["config.json"] = Data("{\"n\": 1}".utf8)
    hub.set("main", changed)
    let second = try fetchAll(hub)
    #expect(second.commit == StandInHub.commit(changed) && second != first)
    #expect(hub.requests.count == count + 3)
    #expect(try Data(contentsOf: URL(filePath: first.directory + "/config.json")) == Data("{}".utf8))
    #expect(try Data(contentsOf: URL(filePath: second.directory + "/model.safetensors")) == Self.weights)
  }

  @Test func `a broken connection is taken up where it broke`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    hub.misbehave { request, _ in
      guard request.path.hasPrefix("/large/"), request.header("Range") == nil else { return nil }
      return request.path.count > 0 ? .broken(200, Self.weights, after: 123_456) : nil
    }
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    try fetch.fetch(["model.safetensors"], of: listing) { _ in }
    let ranges = hub.requests.filter { $0.path.hasPrefix("/large/") }.map { $0.header("Range") }
    #expect(ranges == [nil, "bytes=123456-"])
    #expect(try Data(contentsOf: URL(filePath: fetch.folder(of: listing) + "/model.safetensors")) == Self.weights)
  }

  @Test func `a stopped fetch leaves the branch as it was, and the next goes on`() throws {
    struct Stop: Error {}
    let hub = try StandInHub("a/b", ["main": Self.files])
    hub.misbehave { request, _ in
      request.path.hasPrefix("/large/") && request.header("Range") == nil
        ? .broken(200, Self.weights, after: 100_000) : nil
    }
    let (fetch, id) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    #expect(throws: Stop.self) {
      try fetch.fetch(["model.safetensors"], of: listing) { if case .fetched(100_000...) = $0 { throw Stop() } }
    }
    #expect(place.cache.snapshot(of: id, .main) == nil)
    hub.misbehave { _, _ in nil }
    let came = try fetch.fetch(["model.safetensors"], of: listing) { _ in }
    #expect(came == Self.weights.count - 100_000)
    #expect(place.cache.snapshot(of: id, .main) == nil)
    _ = try fetch.settle(listing)
    #expect(place.cache.snapshot(of: id, .main)?.commit == listing.commit)
  }

  @Test func `what an earlier time left wrong is fetched anew, and a server that sends another content is told of`()
    throws
  {
    let hub = try StandInHub("a/b", ["main": Self.files])
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    let blob = try #require(listing.file(named: "model.safetensors"))
    guard case .sha256(let digest) = blob.content else {
      Issue.record("no SHA-256")
      return
    }
    let blobs = place.path + "/models--a--b/blobs/"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    // A part that is of something else, and one that has all its bytes but not the content.
    for wrong in [Data(repeating: 7, count: 5_000), Data(repeating: 7, count: Self.weights.count)] {
      try wrong.write(to: URL(filePath: blobs + digest.hex + ".incomplete"))
      try fetch.fetch(["model.safetensors"], of: listing) { _ in }
      #expect(try place.content("models--a--b/blobs/" + digest.hex) == Self.weights)
      try FileManager.default.removeItem(atPath: blobs + digest.hex)
    }
    hub.misbehave { request, _ in
      request.path.hasPrefix("/large/") ? .content(200, Data(repeating: 1, count: Self.weights.count)) : nil
    }
    #expect { try fetch.fetch(["model.safetensors"], of: listing) { _ in } } throws: {
      "\($0)".contains("another content than the server lists")
    }
    #expect(!FileManager.default.fileExists(atPath: blobs + digest.hex))
  }

  @Test func `what has gone bad in the cache is found and fetched anew`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    let snapshot = try fetchAll(hub)
    let path = URL(filePath: snapshot.directory + "/model.safetensors").resolvingSymlinksInPath()
    var damaged = Self.weights
    damaged[200_000] ^= 1
    try damaged.write(to: path)
    try fetchAll(hub)
    #expect(try Data(contentsOf: path) == Self.weights)
  }

  @Test func `a part is given up where the server does not know it, and not for ever`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    // The whole again, called the rest of it.
    hub.misbehave { request, _ in
      guard request.path.hasPrefix("/large/") else { return nil }
      return request.header("Range") == nil
        ? .broken(200, Self.weights, after: 100) : .content(206, Self.weights)
    }
    #expect(throws: HubError.self) { try fetch.fetch(["model.safetensors"], of: listing) { _ in } }
    hub.misbehave { request, _ in
      guard request.path.hasPrefix("/large/") else { return nil }
      return request.header("Range") == nil ? .broken(200, Self.weights, after: 100) : .reply(416, "")
    }
    #expect(throws: HubError.self) { try fetch.fetch(["model.safetensors"], of: listing) { _ in } }
    hub.misbehave { _, _ in nil }
    try fetch.fetch(["model.safetensors"], of: listing) { _ in }
    #expect(try Data(contentsOf: URL(filePath: fetch.folder(of: listing) + "/model.safetensors")) == Self.weights)
  }

  @Test func `a list that answers with another commit, or with sizes that no file has, is refused`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    let asked = String(repeating: "c", count: 40)
    let sha = StandInHub.commit(Self.files)
    for (revision, size, part) in [(asked, 5, "another commit"), ("main", Int.max, "bytes")] {
      hub.misbehave { _, _ in
        .reply(
          200,
          #"{"sha": "\#(sha)", "siblings": [{"rfilename": "config.json", "size": \#(size), "blobId": "\#(sha)"}]}"#)
      }
      let (fetch, _) = try fetch(hub, revision)
      #expect { try fetch.listing { _ in } } throws: { "\($0)".contains(part) }
    }
  }

  @Test func `a branch that is no file is none`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    try fetchAll(hub)
    let path = place.path + "/models--a--b/refs/main"
    let id = try HubModelID("a/b")
    #expect(place.cache.snapshot(of: id, .main) != nil)
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(place.cache.snapshot(of: id, .main) == nil)
  }

  @Test func `a server that sends more than it announced fills no disk`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    hub.misbehave { request, _ in request.path.hasPrefix("/large/") ? .endless : nil }
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    #expect { try fetch.fetch(["model.safetensors"], of: listing) { _ in } } throws: {
      "\($0)".contains("more than it announced")
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path + "/models--a--b/blobs") {
      #expect(try place.content("models--a--b/blobs/" + name).count <= Self.weights.count)
    }
  }

  @Test func `the token goes to the hub alone`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    try fetchAll(hub, token: "hf_0123456789")
    let (large, own) = (
      hub.requests.filter { $0.path.hasPrefix("/large/") }, hub.requests.filter { !$0.path.hasPrefix("/large/") }
    )
    #expect(!large.isEmpty && large.allSatisfy { $0.header("Authorization") == nil })
    #expect(own.allSatisfy { $0.header("Authorization") == "Bearer hf_0123456789" })
  }

  @Test func `what fails for a while is tried again`() throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    hub.misbehave { _, number in
      switch number {
      case 0: .reply(503, headers: ["Retry-After: 0"], "")
      case 1: .hangUp
      default: nil
      }
    }
    #expect(try fetchAll(hub).commit == StandInHub.commit(Self.files))
  }

  @Test(
    arguments: [
      (MisbehavingServer.Answer.reply(503, ""), "HTTP 503"), (.hangUp, "after 3 attempts"), (.silence, "in time"),
      (.reply(404, headers: ["X-Error-Code: RevisionNotFound"], ""), "no such branch"),
      (.reply(401, headers: ["X-Error-Code: RepoNotFound"], ""), "HF_TOKEN"),
      (.reply(403, headers: ["X-Error-Code: GatedRepo"], ""), "accepted its conditions"),
      (.reply(400, headers: ["X-Error-Message: no\u{1b}[31mred"], ""), "no [31mred"),
      (.reply(200, "<html>"), "no list of files"), (.reply(200, "{\"sha\": \"x\", \"siblings\": []}"), "no commit"),
      (.reply(302, headers: ["Location: file:///etc/passwd"], ""), "not safe"),
      (.reply(302, headers: ["Location: /api/models/a/b/revision/main"], ""), "on and on"), (.endless, "more than"),
      (.bytes("SSH-2.0-x\r\n"), "no connection"),
      (
        .reply(200, "{\"sha\": \"\(String(repeating: "a", count: 40))\", \"siblings\": [{\"rfilename\": \"x\"}]}"),
        "neither sizes nor hashes"
      ),
    ] as [(MisbehavingServer.Answer, String)])
  func `a server that gives no list is told of`(_ answer: MisbehavingServer.Answer, _ part: String) throws {
    let hub = try StandInHub("a/b", ["main": Self.files])
    hub.misbehave { _, _ in answer }
    let (fetch, _) = try fetch(hub)
    #expect { try fetch.listing { _ in } } throws: { "\($0)".contains(part) && "\($0)".hasPrefix("cannot fetch a/b") }
  }

  @Test func `names of a list that lead elsewhere are never written`() throws {
    let name = "../../escaped"
    let hub = try StandInHub("a/b", ["main": [name: Data("x".utf8), "/tmp/kiseki-escaped": Data("y".utf8)]])
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    #expect(listing.files.count == 2)
    #expect(try fetch.fetch(listing.files.map(\.name), of: listing) { _ in } == 0)
    #expect(!FileManager.default.fileExists(atPath: place.path))
  }

  @Test func `who fetches what another process fetches waits for it`() throws {
    struct Stop: Error {}
    let hub = try StandInHub("a/b", ["main": Self.files])
    let (fetch, _) = try fetch(hub)
    let listing = try fetch.listing { _ in }
    let file = try #require(listing.file(named: "config.json"))
    guard case .git(let digest) = file.content else {
      Issue.record("no git hash")
      return
    }
    let lock = place.path + "/.locks/models--a--b/\(digest.hex).lock"
    try FileManager.default.createDirectory(
      atPath: place.path + "/.locks/models--a--b", withIntermediateDirectories: true)
    let descriptor = open(lock, O_RDWR | O_CREAT, 0o600)
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(throws: Stop.self) {
      try fetch.fetch(["config.json"], of: listing) { if $0 == .waiting { throw Stop() } }
    }
    close(descriptor)
    #expect(try fetch.fetch(["config.json"], of: listing) { _ in } == 2)
  }
}
