import Foundation
import Glibc
import Tables
import Testing

/// Chats through a pipe; see `ChatTerminalTests` for those of a person.
@Suite(.timeLimit(.minutes(5))) struct ChatTests {
  private func trained(_ settings: String...) throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    try #require(workspace.start(["run", "experiments/tiny.yaml", "epochs=1"] + settings).wait().code == 0)
    return workspace
  }

  private func chat(_ workspace: RunWorkspace, _ lines: [String], _ options: String = "") throws -> Ended {
    try workspace.write(lines.map { $0 + "\n" }.joined(), to: "lines.txt")
    return try workspace.shell("\"$KISEKI\" chat tiny \(options) < lines.txt")
  }

  private func lines(_ ended: Ended) throws -> [JSONValue] {
    try #require(ended.code == 0, "\(ended.errors)")
    return try ended.output.split(separator: "\n").map { try JSONValue(parsing: Data($0.utf8)) }
  }

  @Test func `answers are those of generate with what was said before in front, and nothing else is on stdout`() throws
  {
    let workspace = try trained()
    let ended = try chat(
      workspace, ["open the file", "save it", "/save talk.jsonl", "close it", "/reset", "save it", "//x"])
    #expect(ended.code == 0, "\(ended.errors)")
    let talk = try workspace.lines("talk.jsonl")
    #expect(talk.map { $0["prompt"] } == ["open the file", "save it"])
    func generated(_ prompt: String, after turns: [JSONValue]) throws -> String {
      try workspace.write(turns.map { $0.line() + "\n" }.joined(), to: "turns.jsonl")
      return try workspace.kiseki("generate", "tiny", prompt, "--turns", "turns.jsonl").output
    }
    let fresh: JSONValue = [
      "prompt": "save it", "prediction": .string(try generated("save it", after: []).dropLast().description),
    ]
    let expected = try [
      generated("open the file", after: []), generated("save it", after: [talk[0]]),
      generated("close it", after: talk), generated("save it", after: []), generated("/x", after: [fresh]),
    ]
    #expect(ended.output == expected.joined())
    // What was said before counts.
    #expect(expected[1] != expected[3])
    let again = try chat(workspace, ["/history"], "--turns talk.jsonl --json")
    #expect(try lines(again) == talk)
    let taken = try chat(workspace, ["open", "/save talk.jsonl"])
    #expect(taken.code == 64 && taken.sentence.contains("there is a file already"), "\(taken.errors)")
    #expect(try workspace.lines("talk.jsonl") == talk)
  }

  @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
  func `a signal ends a chat with a sentence that names it`(_ signal: Int32, _ name: String) throws {
    let workspace = try trained()
    try #require(mkfifo(workspace.path + "/prompts", 0o600) == 0)
    // It has both ends of the pipe, so that its prompts do not end.
    let running = try workspace.startShell("exec 9<>prompts; exec \"$KISEKI\" chat tiny < prompts > said")
    try workspace.write("open\n", to: "prompts")
    try running.wait { try workspace.exists("said") && !workspace.text("said").isEmpty }
    while running.isRunning {
      running.send(signal)
      usleep(100_000)
    }
    let ended = try running.wait()
    #expect(ended.code == 130 && ended.sentence == "The chat was ended by \(name).", "\(ended.code) \(ended.errors)")
    #expect(!ended.errors.contains("Ctrl-C"))
  }

  @Test func `the untouched model answers the same prompt with the same history`() throws {
    let workspace = try trained("learning_rate=0.05")
    let ended = try lines(chat(workspace, ["open the file", "save it", "/base", "/base on", "close it"], "--json"))
    #expect(ended.map { $0["base"] } == [false, false, true, false, true])
    #expect(ended.map { $0["prompt"] } == ["open the file", "save it", "save it", "close it", "close it"])
    try workspace.write(ended[0].line() + "\n", to: "turns.jsonl")
    let base = try workspace.kiseki("generate", "tiny", "save it", "--base", "--turns", "turns.jsonl").output
    #expect(ended[2]["prediction"]?.stringValue.map { $0 + "\n" } == base)
    let alone = try lines(chat(workspace, ["open the file"], "--base --json"))
    #expect(alone.map { $0["base"] } == [true])
    #expect(try chat(workspace, ["/base"]).sentence.contains("nothing was asked yet"))
  }

  @Test func `settings change in the middle, and a slip ends a program's chat with 64`() throws {
    let workspace = try trained()
    let set = try lines(
      chat(workspace, ["open", "/set max_length_inference=2 min_length_inference=1", "/reset", "open"], "--json"))
    #expect(set.count == 2 && (set[1]["tokens"]?.integerValue ?? 9) <= 2 && set[0] != set[1])
    for (line, found) in [
      ("/bse", "did you mean /base?"), ("/set lora_r=2", "cannot set training.lora_r"),
      ("/set num_beams=x", "prediction.num_beams"),
      ("/save", "name a file"), ("/reset all", "/reset stands alone"), ("/base maybe", "on, off or nothing"),
    ] {
      let ended = try chat(workspace, ["open", line, "close"])
      #expect(ended.code == 64 && ended.sentence.contains(found), "\(line): \(ended.errors)")
      #expect(ended.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    }
    let drawn = try (0..<2).map { _ in
      try chat(workspace, ["open", "open"], "do_sample=true temperature=2.0 --seed 4").output
    }
    #expect(drawn[0] == drawn[1])
    #expect(try chat(workspace, ["open", "open"], "do_sample=true temperature=2.0 --seed 5").output != drawn[0])
  }

  @Test func `turns for which there is no room are left out, which is said once`() throws {
    let workspace = try trained("max_length=40")
    let ended = try chat(workspace, (0..<12).map { "open the file \($0)" })
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.components(separatedBy: "had to be left out").count == 2, "\(ended.errors)")
  }

  @Test func `what cannot be is refused before the first answer`() throws {
    let workspace = try trained()
    for (words, code, found) in [
      (["tinny"], 1, "Did you mean 'tiny'?"), (["tiny@4"], 1, "has only version 1"),
      (["tiny", "lora_r=2"], 64, "cannot set"),
      (
        ["tiny", "--max-new-tokens", "4", "max_length_inference=5"], 64,
        "--max-new-tokens 4 and max_length_inference=5 are two numbers for the same limit"
      ),
      (["tiny", "--backbone", "experiments"], 1, "--backbone DIR"),
    ] as [([String], Int32, String)] {
      let ended = try workspace.start(["chat"] + words).wait()
      #expect(ended.code == code && ended.errors.contains(found) && ended.output == "", "\(words): \(ended.errors)")
    }
    let short = try workspace.kiseki("chat", "tiny", environment: ["KISEKI_MEMORY_LIMIT": "20M"])
    #expect(
      short.code == 1 && short.sentence.hasPrefix("kiseki: cannot answer: the model needs about "), "\(short.errors)")
  }
}
