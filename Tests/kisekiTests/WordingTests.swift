import Foundation
import Glibc
import Tables
import Testing

/// Small things a person stumbles over.
@Suite struct WordingTests {
  @Test func `filters know tags by both names, and say where a text stands for a number`() throws {
    let workspace = try RunWorkspace()
    for name in ["a", "b"] { #expect(try workspace.run("-n", name, "-t", name).code == 0) }
    #expect(try workspace.run("-n", "c").code == 0)
    let columns = try workspace.kiseki("ls", "--cols", "tags,tag", "--sort", "name", "--csv")
    #expect(columns.output == "name,tags,tag\na,a,a\nb,b,b\nc,,\n", "\(columns.errors)")
    let others = try workspace.kiseki("ls", "tag != a", "--cols", "name", "--sort", "name", "--csv")
    #expect(others.output == "name\nb\nc\n", "\(others.errors)")
    for (filter, place) in [("bleu > abc", 7), ("lora_r >= x", 10), ("tag = a and loss in (1, y)", 24)] {
      let ended = try workspace.kiseki("ls", filter)
      #expect(ended.code == 64 && ended.output == "")
      let lines = ended.errors.split(separator: "\n")
      #expect(lines.first?.contains(" is a number, and '") == true, "\(ended.errors)")
      #expect(lines.last == "\(String(repeating: " ", count: 2 + place))^", "\(ended.errors)")
    }
  }

  @Test func `a dry run prints its plan as JSON, and nouns agree with one`() throws {
    let workspace = try RunWorkspace()
    let dry = try workspace.run("--dry-run", "--json", "-n", "x")
    let json = try JSONValue(parsing: Data(dry.output.utf8))
    #expect(
      json["name"] == "x" && json["steps"]?.integerValue == json["evaluation_steps"]?.arrayValue?.last?.integerValue)
    #expect(json["rows"]?["train"] == 9 && json["settings"]?["training.lora_r"] == 4)
    #expect(!workspace.exists("experiments/x"))
    try workspace.write("lora_r\n2\n", to: "one.csv")
    let one = try workspace.sweep(["--dry-run", "--trials", "one.csv"])
    #expect(one.output.hasPrefix("sweep: tiny-sweep, 1 trial\n"), "\(one.output)\(one.errors)")
  }

  @Test func `a word that is no UTF-8 is refused instead of repaired`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.shell("\"$KISEKI\" run experiments/tiny.yaml -n \"$(printf 'a\\377b')\"")
    #expect(ended.code == 64 && ended.sentence.hasPrefix("kiseki: word 4 of the command line is no UTF-8 text"))
    #expect(try workspace.versions() == [:])
  }

  @Test func `an experiment whose directory is a link comes back with its link`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "one").code == 0)
    try FileManager.default.moveItem(atPath: workspace.path + "/experiments/one", toPath: workspace.path + "/elsewhere")
    #expect(symlink("../elsewhere", workspace.path + "/experiments/one") == 0)
    #expect(try workspace.kiseki("rm", "one", "-y").code == 0)
    #expect(!workspace.exists("experiments/one") && workspace.exists("elsewhere/result.json"))
    #expect(try workspace.kiseki("restore", "one").code == 0)
    #expect(workspace.exists("experiments/one/result.json"))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: workspace.path + "/experiments/one") == "../elsewhere")
  }

  @Test func `a very long note is cut with its length said`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "one").code == 0)
    #expect(try workspace.kiseki("note", "one", String(repeating: "n", count: 100_000)).code == 0)
    let show = try workspace.kiseki("show", "one")
    #expect(show.output.utf8.count < 10_000 && show.output.contains("… (100,000 characters; --json has them all)"))
  }

  @Test func `a comparison without a baseline says that the better of two is optimistic`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 60), to: "train.csv")
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,4", "validation_size=0.5"]).code == 0)
    let ended = try workspace.kiseki("compare", "s", "--metric", "loss")
    #expect(ended.errors.contains("note: the best of 2 was chosen on the rows it is scored on"), "\(ended.errors)")
    let named = try workspace.kiseki("compare", "s/lora_r=2", "s/lora_r=4", "--metric", "loss")
    #expect(!named.errors.contains("the best of 2 was chosen"))
  }
}
