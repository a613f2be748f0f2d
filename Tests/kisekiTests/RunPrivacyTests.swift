import Foundation
import Testing

/// What should not be in a record, as far as the program writes it; and what it warns of where the user does.
@Suite struct RunPrivacyTests {
  private func warnings(_ ended: Ended) -> [String] {
    ended.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("warning: ") && $0.contains("clones") }
  }

  @Test func `an absolute path of an override is in no file of the record`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run("train_dataframe=\(workspace.path)/train.csv", "llm_backbone=\(workspace.path)/model")
    #expect(ended.code == 0 && warnings(ended) == [], "\(ended.errors)")
    let source = try workspace.text("experiments/tiny/config.source.yaml")
    #expect(
      source == RunWorkspace.configuration
        + "# override: train_dataframe=train.csv\n# override: llm_backbone=model\n")
    for name in try workspace.files(below: "experiments/tiny") where !name.hasSuffix(".safetensors") {
      #expect(try !workspace.text("experiments/tiny/" + name).contains(workspace.path), "\(name)")
    }
  }

  @Test(arguments: [false, true])
  func `one warning names the lines of the configuration that give something away`(isRehearsal: Bool) throws {
    let workspace = try RunWorkspace()
    let text =
      RunWorkspace.configuration
      .replacing("../train.csv", with: "\(workspace.path)/train.csv")
      .replacing("  prompt_column:", with: "  validation_dataframe: /scratch/of/mine.csv\n  prompt_column:")
      + "# from /home/somebody/notes\n# HF_TOKEN: hf_abcdefghijklmnopqrstuvwxyz012345\n"
    try workspace.write(text, to: "experiments/tiny.yaml")
    let ended = try isRehearsal ? workspace.run("--dry-run", "--dirty", "allow") : workspace.run("--dirty", "allow")
    #expect(ended.code == 0, "\(ended.errors)")
    let found = warnings(ended)
    #expect(
      found == [
        "warning: experiments/tiny.yaml holds the path of the workspace (line 5) and an absolute path (line 7) and the path of "
          + "somebody's home directory (line 15) and a password or token (line 16), and so will the record, its clones and "
          + "what is published; write paths relative to the file, and keep keys out of it"
      ])
    #expect(!ended.errors.contains("hf_abc"))
  }

  @Test func `a key in an override is told too`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run("--dry-run", "text_prompt_start=sk-proj-Abc123Def456Ghi789")
    let found = warnings(ended)
    #expect(found.count == 1 && found[0].contains("holds a key (an override)"), "\(ended.errors)")
  }

  @Test func `uncommitted changes that hold a key are told by file and kind, and need not be recorded`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("one = 1\n", to: "tools/more.py")
    try workspace.git("add", "tools")
    try workspace.git("commit", "-qm", "a tool")
    #expect(try warnings(workspace.run("--dry-run")) == [])
    try workspace.write("key = 'sk-proj-Abc123Def456Ghi789'\nopen('/home/somebody/x')\n", to: "tools/more.py")
    let ended = try workspace.run("--dry-run")
    #expect(
      warnings(ended) == [
        "warning: the uncommitted changes, which the record keeps as workspace.patch, hold a key (tools/more.py), the path of "
          + "somebody's home directory (tools/more.py), and so will its clones and what is published; --dirty allow keeps "
          + "no patch, --dirty refuse does not run"
      ])
    #expect(try warnings(workspace.run("--dirty", "allow")) == [])
    #expect(!workspace.exists("experiments/tiny/workspace.patch"))
  }
}
