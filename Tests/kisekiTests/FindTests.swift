import Foundation
import Tables
import Testing

/// Finding experiments and saying something about them, through the program.
@Suite struct FindTests {
  /// Three small runs, of which one is a trial.
  static func filled() throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    for arguments in [
      ["-n", "base", "lora_r=2", "-t", "基準", "-m", "as the book says"], ["-n", "wide", "lora_r=8"],
      ["-n", "grid/lora_r=4", "lora_r=4", "epochs=1"],
    ] {
      let ended = try workspace.start(["run", "experiments/tiny.yaml"] + arguments).wait()
      try #require(ended.code == 0, "\(ended.errors)")
    }
    return workspace
  }

  @Test func `ls filters, sorts, chooses columns, limits, and writes CSV`() throws {
    let workspace = try Self.filled()
    func names(_ arguments: String...) throws -> [String] {
      let ended = try workspace.start(["ls", "--json"] + arguments).wait()
      #expect(ended.code == 0, "\(ended.errors)")
      return try (JSONValue(parsing: Data(ended.output.utf8)).arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }
    #expect(try names() == ["grid/lora_r=4", "wide", "base"])
    #expect(try names("lora_r >= 4 and loss > 0 or tag = \"x\"", "--sort", "lora_r") == ["grid/lora_r=4", "wide"])
    #expect(try names("lora_r", ">=", "4", "--sort", "-lora_r") == ["wide", "grid/lora_r=4"])
    #expect(try names("--sort", "-training.lora_r", "--limit", "2") == ["wide", "grid/lora_r=4"])
    // A missing value comes last either way.
    #expect(try names("--sort", "tag").first == "base" && names("--sort", "-tag").first == "base")
    #expect(try names("tag = 基準") == ["base"] && names("note contains BOOK") == ["base"])
    #expect(try names("base", "wide@1") == ["base", "wide"] && names("grid") == ["grid/lora_r=4"])
    #expect(try names("base", "wide", "lora_r > 2") == ["wide"] && names("sweep = grid and epochs = 1").count == 1)

    let csv = try workspace.kiseki("ls", "--csv", "--cols", "lora_r,learning_rate,tag", "--sort", "lora_r").output
    #expect(csv == "name,lora_r,learning_rate,tag\nbase,2,0.01,基準\ngrid/lora_r=4,4,0.01,\nwide,8,0.01,\n")
    let table = try workspace.kiseki("ls").output
    #expect(
      table.split(separator: "\n")[0].split(separator: " ").map(String.init) == [
        "name", "version", "status", "lora_r", "epochs", "loss", "perplexity", "bleu", "tags", "time", "commit",
      ])
    let all = try workspace.kiseki("ls", "--all-cols", "--csv").output.split(separator: "\n")[0]
    #expect(
      all.contains("validation/bleu") && all.contains("max_length_inference") && !all.contains("sweep,trial,tag,x"))
    try FileManager.default.removeItem(atPath: workspace.path + "/.git/kiseki/index")
    #expect(try workspace.kiseki("ls").output == table)
  }

  @Test func `a mistake in a filter is shown under its place, wide characters counted twice`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.kiseki("ls", "note = 良い and bleu >")
    #expect(ended.code == 64)
    #expect(
      ended.errors == """
        kiseki: cannot read the filter: expected a value after '>', found the end
          note = 良い and bleu >
                                ^

        """)
    let unknown = try workspace.kiseki("ls", "lora_rr > 3")
    #expect(unknown.code == 64 && unknown.errors.contains("did you mean 'lora_r'?\n  lora_rr > 3\n  ^\n"))
    #expect(try workspace.kiseki("ls", "--sort", "blue").errors.contains("did you mean 'bleu'?"))
    let name = try workspace.kiseki("ls", "demo")
    #expect(name.code == 1 && name.errors.contains("no such experiment"))
    let long = try workspace.kiseki("ls", String(repeating: "bleu > 1 and ", count: 1_000) + "\u{202E}\u{1B}[2J")
    #expect(long.code == 64 && long.errors.utf8.count < 1_000)
    #expect(!long.errors.unicodeScalars.contains { "\u{202E}\u{1B}".unicodeScalars.contains($0) })
  }

  @Test func `tags and notes are shown everywhere, and no version changes`() throws {
    let workspace = try Self.filled()
    let before = try workspace.git("for-each-ref", "refs/experiments")
    for arguments in [["tag", "base@1", "best"], ["tag", "base", "paper"], ["note", "base@1", "diverged", "late"]] {
      #expect(try workspace.start(arguments).wait().code == 0)
    }
    try workspace.run("-n", "base", "lora_r=2", "-t", "second")
    let shown = try workspace.kiseki("show", "base@1").output
    #expect(
      shown.contains("基準, best, paper") && shown.contains("as the book says") && shown.contains(": diverged late"))
    let newest = try workspace.kiseki("show", "base", "--json").output
    #expect(try JSONValue(parsing: Data(newest.utf8))["tags"] == ["paper", "second"])
    #expect(try workspace.kiseki("log", "base").output.contains("as the book says / diverged late"))
    #expect(try workspace.kiseki("tag", "base").output == "base@1  基準\nbase@1  best\nbase  paper\nbase@2  second\n")
    let gone = try workspace.kiseki("tag", "base", "paper", "--remove")
    #expect(gone.code == 0 && gone.errors.contains("undo: kiseki tag base paper"))
    #expect(try workspace.kiseki("tag", "base", "paper", "--remove").code == 1)
    #expect(try workspace.kiseki("tag", "base@3", "x").errors.contains("versions 1 to 2"))
    #expect(try workspace.kiseki("tag", "base", "two words").code == 64)
    #expect(try workspace.kiseki("run", "experiments/tiny.yaml", "-t", "a,b").code == 64)
    #expect(try workspace.kiseki("tag", "grid", "all").code == 0)
    #expect(try workspace.kiseki("tag", "grid/lora_r=4").output == "grid/lora_r=4  all\n")
    let after = try workspace.git("for-each-ref", "refs/experiments").split(separator: "\n")
    #expect(
      after.filter { !$0.hasSuffix("/base") }.joined(separator: "\n")
        == before.split(separator: "\n").filter { !$0.hasSuffix("/base") }.joined(separator: "\n"))
    #expect(try workspace.git("status", "--porcelain") == "")
    try workspace.git("fsck", "--full", "--strict")
  }

  @Test func `processes that tag at the same time lose nothing`() throws {
    let workspace = try Self.filled()
    let running = try (0..<8).map { try workspace.start(["tag", "wide", "t\($0)"]) }
    for process in running { #expect(try process.wait().code == 0) }
    let tags = try JSONValue(parsing: Data(workspace.kiseki("show", "wide", "--json").output.utf8))["tags"]
    #expect(Set(tags?.arrayValue?.compactMap(\.stringValue) ?? []) == Set((0..<8).map { "t\($0)" }))
  }

  @Test func `text that a terminal would act on is shown harmlessly`() throws {
    let workspace = try Self.filled()
    let text =
      "<script>\u{202E}gnp.exe \u{1B}]0;title\u{7} \u{9B}2J \u{2066}x\u{200F}" + String(repeating: "長", count: 30_000)
    #expect(try workspace.kiseki("note", "wide@1", text).code == 0)
    #expect(try workspace.kiseki("tag", "wide", "a\u{202E}b").code == 64)
    for arguments in [["show", "wide"], ["log", "wide"], ["note", "wide"], ["ls", "--cols", "note"]] {
      let ended = try workspace.start(arguments).wait()
      #expect(ended.code == 0 && ended.output.contains("<script>"))
      for scalar in (ended.output + ended.errors).unicodeScalars {
        #expect(
          scalar == "\n"
            || (scalar.properties.generalCategory != .control && scalar != "\u{202E}" && scalar != "\u{2066}"))
      }
    }
    let json = try JSONValue(parsing: Data(workspace.kiseki("show", "wide", "--json").output.utf8))
    #expect(json["notes"]?.arrayValue?.first?["text"]?.stringValue == text)
  }
}
