import Foundation
import Tables
import Testing

/// `kiseki report` on recorded runs, as a process.
struct ReportTests {
  /// The program may be built outside of the source, where it does not find them itself.
  private static let templates = ["KISEKI_TEMPLATES": TinyModel.repository + "/templates"]

  private func report(_ arguments: String..., in workspace: RunWorkspace) throws -> Ended {
    try workspace.start(["report"] + arguments, environment: Self.templates).wait()
  }

  private func withRuns(_ body: (RunWorkspace) throws -> Void) throws {
    let workspace = try RunWorkspace()
    for (name, rate) in [("pair/slow", "0.001"), ("pair/fast", "0.05")] {
      let ended = try workspace.run("-n", name, "learning_rate=" + rate, "evaluate_before_training=true", "seed=1")
      try #require(ended.code == 0, "\(ended.errors)")
    }
    try body(workspace)
  }

  @Test func `one file shows both runs with their commits, and comes out the same again`() throws {
    try withRuns { workspace in
      let ended = try report("pair", "-o", "out.html", in: workspace)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.hasPrefix("out.html") && ended.output.contains("2 runs"))
      let first = try workspace.text("out.html")
      for name in ["pair/slow", "pair/fast"] {
        let commit = try workspace.git("rev-parse", "refs/experiments/" + name)
          .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(first.contains("title=\"\(name)@1, \(commit)\""))
      }
      #expect(first.contains("learning_rate") && first.contains("設定"))
      // Nobody who gets the file learns where it was made.
      #expect(!first.contains(workspace.path))
      _ = try report("pair", "-o", "out.html", in: workspace)
      #expect(try workspace.text("out.html") == first)
      let japanese = try report("pair", "--lang", "ja", "--title", "比較", "-o", "-", in: workspace)
      #expect(japanese.output.contains("<html lang=\"ja\">") && japanese.output.contains("<title>比較</title>"))
    }
  }

  @Test func `a report of one run, of a failed one and of all is made`() throws {
    try withRuns { workspace in
      try workspace.run("-n", "broken", "learning_rate=1e30", "epochs=3")
      for words in [["pair/slow"], ["broken"], []] {
        let ended = try workspace.start(["report"] + words + ["--json"], environment: Self.templates).wait()
        #expect(ended.code == 0, "\(words): \(ended.errors)")
        let json = try JSONValue(parsing: Data(ended.output.utf8))
        #expect(json["file"]?.stringValue == "report.html")
        #expect(json["bytes"]?.integerValue == (try workspace.data("report.html")).count)
      }
    }
  }

  @Test func `places that cannot take a report are refused in a sentence, and nothing is lost`() throws {
    try withRuns { workspace in
      try workspace.write("my thesis", to: "thesis.html")
      let taken = try report("pair", "-o", "thesis.html", in: workspace)
      #expect(taken.code == 1 && taken.errors.contains("no report of Kiseki"))
      #expect(try workspace.text("thesis.html") == "my thesis")
      let missing = try report("pair", "-o", "no/such/out.html", in: workspace)
      #expect(missing.code == 1 && missing.errors.contains("Make the folder"))
      #expect(!workspace.exists("no"))
      #expect(try report("unknown", in: workspace).code == 1)
      #expect(try report("pair", "--lang", "fr", in: workspace).code == 64)
      let empty = try RunWorkspace()
      let nothing = try report(in: empty)
      #expect(nothing.code == 1 && nothing.errors.contains("there is no experiment yet"))
    }
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root")) func `a full disk leaves the old report whole`() throws {
    try withRuns { workspace in
      try Mount.withSmallDisk(kibibytes: 256) { disk in
        try #require(try report("pair", "-o", disk + "/out.html", in: workspace).code == 0)
        let before = try Data(contentsOf: URL(filePath: disk + "/out.html"))
        try Mount.fill(disk, leaving: 4)
        let ended = try report("pair", "--lang", "ja", "-o", disk + "/out.html", in: workspace)
        #expect(ended.code == 1 && ended.errors.contains("Free some space"))
        #expect(try Data(contentsOf: URL(filePath: disk + "/out.html")) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk).sorted() == ["ballast", "out.html"])
      }
    }
  }
}
