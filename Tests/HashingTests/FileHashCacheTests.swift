import Foundation
import Glibc
import Hashing
import Testing

@Suite final class `Remembered hashes of files` {
  private let folder: String
  private let cache: FileHashCache
  private var file: String { folder + "/weights" }

  init() throws {
    folder = NSTemporaryDirectory() + "hashes-\(UUID().uuidString)"
    cache = FileHashCache(directory: folder + "/cache/hashes")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func entries() -> [String] {
    guard let names = FileManager.default.enumerator(atPath: folder + "/cache/hashes") else { return [] }
    return names.compactMap { $0 as? String }.map { folder + "/cache/hashes/" + $0 }
  }

  private func write(_ byte: UInt8, count: Int = FileHashCache.smallestRemembered) throws {
    try Data(repeating: byte, count: count).write(to: URL(filePath: file))
  }

  /// The time of the last change of any kind is out of a test's reach, so waiting is the only way to be old enough.
  private func waitUntilLeftAlone() { usleep(3_100_000) }

  private func hash(_ byte: UInt8) -> SHA256Digest {
    SHA256.hash(Data(repeating: byte, count: FileHashCache.smallestRemembered))
  }

  /// Makes the entry claim another hash, rightly sealed: the only way to see that an entry was believed.
  private func forge(_ digest: SHA256Digest) throws {
    let entry = try #require(entries().first)
    var lines = try String(contentsOfFile: entry, encoding: .utf8).split(separator: "\n").map(String.init)
    lines[lines.count - 2] = digest.hex
    let text = lines.dropLast().joined(separator: "\n") + "\n"
    try (text + SHA256.hash(Data(text.utf8)).hex + "\n").write(toFile: entry, atomically: false, encoding: .utf8)
  }

  @Test func `a file that may still be changing is hashed every time`() throws {
    try write(1)
    #expect(try cache.sha256(ofFileAt: file) == hash(1))
    #expect(entries().isEmpty)
    // The content's time alone can be set back by anybody.
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file)
    #expect(try cache.sha256(ofFileAt: file) == hash(1))
    #expect(entries().isEmpty)
  }

  @Test func `a hash is remembered until the file changes in any way, and a damaged entry is not believed`() throws {
    try write(1)
    waitUntilLeftAlone()
    #expect(try cache.sha256(ofFileAt: file) == hash(1))
    #expect(entries().count == 1)
    try forge(hash(7))
    #expect(try cache.sha256(ofFileAt: file) == hash(7), "the entry was not used")
    // The same file by another path, and with nothing remembered, is read.
    try FileManager.default.copyItem(atPath: file, toPath: folder + "/copy")
    #expect(try cache.sha256(ofFileAt: folder + "/copy") == hash(1))
    #expect(try FileHashCache(directory: nil).sha256(ofFileAt: file) == hash(1))

    let entry = try #require(entries().first)
    let whole = try Data(contentsOf: URL(filePath: entry))
    for damaged in [whole.dropLast(), whole.prefix(whole.count / 2), Data(), whole + [10]] {
      try damaged.write(to: URL(filePath: entry))
      #expect(try cache.sha256(ofFileAt: file) == hash(1))
      try whole.write(to: URL(filePath: entry))
    }
    #expect(try cache.sha256(ofFileAt: file) == hash(7))

    // New content of the same size, with the old content's time put back as `cp -p` would.
    var status = stat()
    try #require(stat(file, &status) == 0)
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    try handle.write(contentsOf: Data(repeating: 2, count: FileHashCache.smallestRemembered))
    try handle.close()
    var times = [status.st_atim, status.st_mtim]
    try #require(utimensat(AT_FDCWD, file, &times, 0) == 0)
    #expect(try cache.sha256(ofFileAt: file) == hash(2))
  }

  @Test func `small files, and places where nothing can be written, are hashed every time`() throws {
    try write(3, count: 100)
    #expect(try cache.sha256(ofFileAt: file) == SHA256.hash(Data(repeating: 3, count: 100)))
    let nowhere = FileHashCache(directory: file + "/hashes")
    #expect(try nowhere.sha256(ofFileAt: file) == SHA256.hash(Data(repeating: 3, count: 100)))
    #expect(throws: HashingError.self) { try cache.sha256(ofFileAt: folder + "/missing") }
  }
}
