import Foundation
import Tables
import Testing

/// The name of a sweep where one experiment is wanted, and names that mean something to a shell.
@Suite struct SweepNameTests {
  @Test func `show tells of a sweep, and other commands say what it is and name a trial`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,4", "lora_dropout=0.1"]).code == 0)
    #expect(try workspace.kiseki("rm", "s/lora_r=4", "-y").code == 0)
    let show = try workspace.kiseki("show", "s")
    #expect(show.code == 0 && show.output.hasPrefix("s  sweep\n"), "\(show.errors)")
    for part in ["2: 1 completed, 1 missing", "lora_dropout=0.1", "s/lora_r=2", "best: lora_r=2 with BLEU"] {
      #expect(show.output.contains(part), "\(part) in \(show.output)")
    }
    #expect(show.sentence == "next: kiseki resume s   or   kiseki compare s")
    let json = try workspace.kiseki("show", "s", "--json").output
    #expect(try JSONValue(parsing: Data(json.utf8))["trials"]?.arrayValue?.count == 2)
    for words in [
      ["log", "s"], ["diff", "s", "s"], ["verify", "s"], ["checkout", "s"], ["rerun", "s"], ["generate", "s", "x"],
    ] {
      let ended = try workspace.start(words).wait()
      #expect(ended.code == 1 && ended.output == "")
      #expect(
        ended.sentence
          == "kiseki: cannot take 's' for one experiment: it is a sweep, and its trials are. Name one of its "
          + "trials, such as s/lora_r=2: 'kiseki show s' lists them, 'kiseki compare s' compares them.", "\(words)")
    }
    #expect(try workspace.kiseki("tag", "s", "good").code == 0)
    let note = try workspace.kiseki("note", "s", "fine")
    #expect(note.sentence == "next: kiseki show s")
  }

  @Test func `hints are fit for a shell whatever the name`() throws {
    let workspace = try RunWorkspace()
    let name = "a;touch${IFS}pwn"
    let run = try workspace.run("-n", name)
    #expect(run.sentence == "next: kiseki show '\(name)'   or   kiseki generate '\(name)' \"...\"")
    for words in [
      ["show", name], ["log", name], ["ls"], ["tag", name, "x&y"], ["note", name, "n"], ["rename", name, "b'c"],
    ] {
      let hint = try workspace.start(words).wait().sentence
      let command = try #require(hint.split(separator: "kiseki ").last).split(separator: " --remove").joined()
      let arguments = try workspace.shell("show() { shift; printf '%s\\n' \"$@\"; }; show \(command)").output
      #expect(!arguments.isEmpty && !workspace.exists("pwn"), "\(hint)")
      #expect(arguments.contains(name) || arguments.contains("b'c"), "\(hint)")
    }
  }

  @Test func `a failed run that saved nothing is not offered for answers`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "bad", "epochs=30", "learning_rate=1", "lora_alpha=1000000").code == 1)
    let ended = try workspace.kiseki("checkout", "bad", "aside")
    #expect(
      ended.code == 0 && ended.sentence == "next: kiseki verify bad@1   or   kiseki rerun bad@1", "\(ended.errors)")
  }

  @Test func `resume takes the directory of a backbone that was moved`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,4"]).code == 0)
    #expect(try workspace.kiseki("rm", "s/lora_r=4", "-y").code == 0)
    try FileManager.default.moveItem(atPath: workspace.path + "/model", toPath: workspace.path + "/elsewhere")
    let lost = try workspace.kiseki("resume", "s")
    #expect(lost.code == 1 && lost.errors.contains("--backbone DIR"), "\(lost.errors)")
    let wrong = try workspace.kiseki("resume", "s", "--backbone", "experiments")
    #expect(wrong.code == 1 && wrong.sentence.hasPrefix("kiseki: cannot resume s: "), "\(wrong.errors)")
    let found = try workspace.kiseki("resume", "s", "--backbone", "elsewhere")
    #expect(found.code == 0, "\(found.errors)")
    #expect(try workspace.versions() == ["s/lora_r=2": 1, "s/lora_r=4": 1])
  }
}
