import Experiments
import Foundation
import Tables
import TestSupport
import Testing

@Suite struct IndexTests {
  private static let file = ".git/kiseki/index/experiments"

  /// Experiments with everything that a list shows, and the list as first read.
  private func filled() throws -> (TemporaryWorkspace, [ExperimentSummary]) {
    let temporary = try TemporaryWorkspace()
    for (name, bleu) in [("base", 10.0), ("base", 12), ("grid/lora_r=8", 30.25), ("日本語", 0)] {
      try temporary.record(name, bleu: bleu)
    }
    let workspace = try temporary.open()
    try workspace.updateNotes(of: ExperimentName("base")) {
      $0.add(tag: "基準")
      $0.notes.append(.init(version: 2, text: "改行\nと \"引用\""))
    }
    return (temporary, try workspace.experiments())
  }

  private func bytes(_ temporary: TemporaryWorkspace) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/" + Self.file))
  }

  private func write(_ data: Data, _ temporary: TemporaryWorkspace) throws {
    try data.write(to: URL(fileURLWithPath: temporary.path + "/" + Self.file))
  }

  @Test func `a list from the index is the list from git`() throws {
    let (temporary, first) = try filled()
    #expect(temporary.exists(Self.file))
    let index = try bytes(temporary)
    #expect(try temporary.open().experiments() == first)
    #expect(try bytes(temporary) == index, "nothing new, nothing written")
    try FileManager.default.removeItem(atPath: temporary.path + "/" + Self.file)
    #expect(try temporary.open().experiments() == first)
    #expect(first[0].tags == ["基準"] && first[0].noteTexts == ["改行\nと \"引用\""] && first[0].version == 2)
    #expect(first[1].scores == [JSONMember("validation/bleu", 30.25)])
  }

  @Test func `the index is what is read, not the versions`() throws {
    let (temporary, first) = try filled()
    // Without the blob of a result, only the index can know it.
    let blob = try temporary.git("rev-parse", "refs/experiments/日本語:result.json").trimmingCharacters(in: .newlines)
    let object = ".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    try FileManager.default.removeItem(atPath: temporary.path + "/" + object)
    #expect(try temporary.open().experiments() == first)
    try FileManager.default.removeItem(atPath: temporary.path + "/" + Self.file)
    #expect(try temporary.open().experiments().last?.status == .unreadable)
  }

  @Test func `a damaged index of any kind is ignored and written anew`() throws {
    let (temporary, first) = try filled()
    let good = try bytes(temporary)
    var damaged = [Data(), Data("kiseki index 1\n".utf8), good.prefix(good.count - 1), good + [0], noise(5_000)]
    for position in stride(from: 0, to: good.count, by: 37) {
      var bytes = good
      bytes[position] ^= 0x40
      damaged.append(bytes)
    }
    for data in damaged {
      try write(data, temporary)
      #expect(try temporary.open().experiments() == first)
      // Entries are written in no particular order, so only the length is the same.
      #expect(try bytes(temporary).count == good.count)
    }
  }

  @Test func `new versions, changed notes and removed experiments show at once`() throws {
    let (temporary, _) = try filled()
    try temporary.record("base", bleu: 50)
    try temporary.open().updateNotes(of: ExperimentName("base")) { $0.add(tag: "three", version: 3) }
    try temporary.git("update-ref", "-d", "refs/experiments/日本語")
    try FileManager.default.removeItem(atPath: temporary.path + "/experiments/日本語")
    let list = try temporary.open().experiments()
    #expect(list.map(\.name.text) == ["base", "grid/lora_r=8"])
    #expect(list[0].version == 3 && list[0].tags == ["基準", "three"] && list[0].scores.first?.value == 50)
  }

  @Test func `lists and runs at the same time disturb nobody`() async throws {
    let temporary = try TemporaryWorkspace()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask { for run in 0..<5 { try temporary.record("w\(writer)-\(run)") } }
        group.addTask { for _ in 0..<10 { _ = try temporary.open().experiments() } }
      }
      try await group.waitForAll()
    }
    #expect(try temporary.open().experiments().count == 20)
    let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/.git/kiseki/index")
    #expect(left == ["experiments"])
  }
}
