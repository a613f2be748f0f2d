import Experiments
import Foundation
import Tables
import Testing

@Suite struct VersionDifferenceTests {
  private func table(_ text: String) throws -> Table {
    let path = NSTemporaryDirectory() + "difference-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try Table.read(path: path)
  }

  @Test func `rows are kept, added, removed or changed in one column, wherever they stand`() throws {
    let difference = RowDifference(
      try table("q,a\none,1\ntwo,2\ntwo,2\nthree,3\nfour,4\n"),
      try table("q,a\nthree,3\nfive,5\none,1\ntwo,two\nquatre,4\n"))
    #expect(difference.kept == 2 && difference.otherColumns == nil)
    #expect(difference.added == [["five", "5"]] && difference.removed == [["two", "2"]])
    #expect(difference.changed.map(\.before) == [["two", "2"], ["four", "4"]])
    #expect(difference.changed.map(\.after) == [["two", "two"], ["quatre", "4"]])
    #expect(difference.changed.map(\.column) == [1, 0])
  }

  @Test func `text composed in another way is another row`() throws {
    let difference = RowDifference(try table("q\nが\n"), try table("q\nか\u{3099}\n"))
    #expect(difference.kept == 0 && difference.added.count == 1 && difference.removed.count == 1)
    #expect(RowDifference(try table("q\nx\n"), try table("p\nx\n")).otherColumns == ["p"])
  }

  @Test func `answers are compared row by row`() throws {
    let make = RunMaker()
    var fewer = make
    fewer.references.removeLast(4)
    let difference = try VersionDifference(
      runs: make.run("a", wrong: 3), fewer.run("b", wrong: 5), options: Comparison.Options())
    let found = try #require(difference.validation)
    #expect(found.sharedCount == 36 && found.onlyFirst == 4 && found.onlySecond == 0)
    #expect(found.differing.map(\.row) == [3, 4])
    #expect(found.differing[0].first == make.references[3] && abs((found.differing[0].firstScore ?? 0) - 100) < 1e-9)
    #expect(difference.test == nil)
    let bleu = try #require(difference.scores.first { $0.name == "validation/bleu" }?.difference)
    #expect(bleu < 0)
  }
}
