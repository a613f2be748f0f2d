import Foundation
import GitStore
import TestSupport
import Testing

/// Writing what is there already, but damaged.
struct DamagedObjectTests {
  /// Below and above the size from which objects are written by our own writer.
  @Test(arguments: [100, 600_000])
  func `a damaged object is written anew, not believed and not blamed on the disk`(count: Int) throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let content = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let id = try repository.writeBlob(content)
    let path = "\(repository.commonDirectory)/objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
    for damage in [Data(), Data("no object at all".utf8)] {
      try FileManager.default.removeItem(atPath: path)
      try damage.write(to: URL(fileURLWithPath: path))
      let fresh = try temporary.open()
      #expect(throws: GitError.self) { try fresh.blob(id) }
      #expect(try fresh.writeBlob(content) == id)
      #expect(try temporary.open().blob(id) == content)
    }
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
  }

  @Test(arguments: [100, 600_000])
  func `a damaged object in a pack is said to be that`(count: Int) throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let content = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let id = try repository.writeBlob(content)
    let packs = repository.commonDirectory + "/objects/pack"
    try run("/bin/sh", ["-c", "cd '\(temporary.path)' && echo \(id.hex) | git pack-objects -q .git/objects/pack/pack"])
    try temporary.git("prune-packed")
    let pack = try #require(
      FileManager.default.contentsOfDirectory(atPath: packs).first { $0.hasSuffix(".pack") })
    var bytes = try Data(contentsOf: URL(fileURLWithPath: packs + "/" + pack))
    for index in 16..<60 { bytes[index] ^= 0x55 }
    try FileManager.default.removeItem(atPath: packs + "/" + pack)
    try bytes.write(to: URL(fileURLWithPath: packs + "/" + pack))
    let error = #expect(throws: GitError.self) { try temporary.open().writeBlob(content) }
    #expect(error?.kind == .corrupt && error?.description.contains("in a pack") == true, "\(error?.description ?? "")")
  }
}
