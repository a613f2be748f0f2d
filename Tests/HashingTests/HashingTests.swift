import Foundation
import Hashing
import Testing

struct HashingTests {
  /// The examples of FIPS 180-4.
  @Test func `the published examples hash to the published digests`() {
    let abc = Data("abc".utf8)
    #expect(SHA1.hash(abc).hex == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(SHA256.hash(abc).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA1.hash(Data()).hex == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    #expect(
      SHA256.hash(Data()).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `pieces of odd sizes give the digest of the whole`() {
    let data = Data((0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    var streamed = SHA256()
    var streamedOne = SHA1()
    var start = 0
    for size in [1, 63, 64, 65, 7919, 100_000] {
      let end = min(start + size, data.count)
      streamed.update(data[start..<end])
      streamedOne.update(data[start..<end])
      start = end
    }
    #expect(streamed.digest() == SHA256.hash(data))
    #expect(streamed.finalize() == SHA256.hash(data))
    #expect(streamedOne.finalize() == SHA1.hash(data))
  }

  @Test func `a file larger than one piece hashes like its bytes`() throws {
    let path = NSTemporaryDirectory() + "hashing-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = Data((0..<(1 << 20) + 4321).map { UInt8(truncatingIfNeeded: $0 / 7) })
    try data.write(to: URL(fileURLWithPath: path))
    #expect(try SHA256.hash(fileAt: path) == SHA256.hash(data))
    #expect(try SHA1.hash(fileAt: path) == SHA1.hash(data))
  }

  @Test func `a missing file and a directory are refused with their name`() {
    let missing = #expect(throws: HashingError.self) { try SHA256.hash(fileAt: "/nowhere/at-all") }
    #expect(missing?.description.contains("/nowhere/at-all") == true)
    let directory = #expect(throws: HashingError.self) { try SHA1.hash(fileAt: "/usr") }
    #expect(directory?.description.contains("cannot read /usr") == true)
  }

  @Test func `a digest comes back from its hexadecimal digits`() {
    let digest = SHA256.hash(Data("軌跡".utf8))
    #expect(SHA256Digest(hex: digest.hex) == digest)
    #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
    let short = SHA1.hash(Data("軌跡".utf8))
    #expect(SHA1Digest(hex: short.hex) == short)
    #expect(SHA1Digest(bytes: short.bytes) == short)
  }

  @Test(arguments: ["", "abc", String(repeating: "g", count: 40), String(repeating: "0", count: 41)])
  func `text that is no digest is refused`(text: String) {
    #expect(SHA1Digest(hex: text) == nil)
    #expect(SHA256Digest(hex: text) == nil)
  }
}
