import Foundation
import Tables
import Testing

/// Settings, turns and batches of 'generate'.
@Suite(.timeLimit(.minutes(5))) struct GenerateTests {
  private func trained(_ settings: String...) throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    try #require(workspace.start(["run", "experiments/tiny.yaml", "epochs=1"] + settings).wait().code == 0)
    return workspace
  }

  private func predictions(_ workspace: RunWorkspace, _ line: String) throws -> [String] {
    let ended = try workspace.shell("\"$KISEKI\" generate tiny --json " + line)
    try #require(ended.code == 0, "\(line): \(ended.errors)")
    return try ended.output.split(separator: "\n").map {
      try #require(try JSONValue(parsing: Data($0.utf8))["prediction"]?.stringValue)
    }
  }

  @Test func `settings of prediction act as in a run`() throws {
    let workspace = try trained("num_beams=3", "repetition_penalty=1.3", "min_length_inference=4")
    let kept = try workspace.lines("experiments/tiny/evaluations/2/predictions.jsonl")
    for line in kept {
      let prompt = try #require(line["prompt"]?.stringValue)
      #expect(try predictions(workspace, "'\(prompt)'") == [line["prediction"]?.stringValue])
    }
    try #require(workspace.run("-n", "greedy", "epochs=1", "-q").code == 0)
    let greedy = try workspace.kiseki("generate", "greedy", "open the file").output
    let words = "num_beams=1 repetition_penalty=1.0 min_length_inference=2"
    #expect(try predictions(workspace, "'open the file' \(words)").first.map { $0 + "\n" } == greedy)
    #expect(try predictions(workspace, "'open the file' --max-new-tokens 1")[0].count < greedy.count)
  }

  @Test
  func `drawn answers follow from the seed and the prompt, not from their order or how many are answered at once`()
    throws
  {
    let workspace = try trained()
    try workspace.write((0..<7).map { "open file \($0 / 2)\n" }.joined(), to: "prompts.txt")
    let drawing = "do_sample=true temperature=2.0 "
    let first = try predictions(workspace, drawing + "< prompts.txt")
    #expect(first.count == 7 && first[0] != first[1], "\(first)")
    #expect(try predictions(workspace, drawing + "batch_size_inference=3 < prompts.txt") == first)
    // A pipe is answered line by line.
    let piped = try workspace.shell("cat prompts.txt | \"$KISEKI\" generate tiny \(drawing)")
    #expect(piped.output == first.map { $0 + "\n" }.joined())
    #expect(try predictions(workspace, drawing + "--seed 1 < prompts.txt") == first)
    #expect(try predictions(workspace, drawing + "--seed 2 < prompts.txt") != first)
    // The other way round: a prompt keeps its answers, whichever of them comes first.
    try workspace.write((0..<7).reversed().map { "open file \($0 / 2)\n" }.joined(), to: "reversed.txt")
    let reversed = try predictions(workspace, drawing + "< reversed.txt")
    #expect(reversed != first && reversed.sorted() == first.sorted())
    #expect(reversed[0] == first[6] && Set(reversed[5...6]) == Set(first[0...1]))
  }

  @Test func `a prompt that is none ends a file behind the answers in front of it`() throws {
    let workspace = try trained("max_length_prompt=200", "max_length=200", "add_eos_token_to_prompt=false")
    try workspace.write("open\nsave\n" + String(repeating: "open ", count: 60) + "\nclose\n", to: "prompts.txt")
    let ended = try workspace.shell("\"$KISEKI\" generate tiny < prompts.txt")
    #expect(ended.code == 1 && ended.sentence.contains("64 positions"), "\(ended.errors)")
    #expect(ended.output.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
  }

  @Test func `words are told apart: settings, a prompt, and slips`() throws {
    let workspace = try trained()
    let plain = try predictions(workspace, "'x=1'")
    #expect(plain.count == 1)
    let cases: [(words: [String], found: String)] = [
      (["open", "num_beam=2"], "did you mean 'prediction.num_beams'?"),
      (["open", "lora_r=2"], "cannot set training.lora_r for an answer"),
      (["open", "metric=Perplexity"], "cannot set prediction.metric for an answer"),
      (["open", "save"], "'save' is a second prompt"),
      (["open", "num_beams=0"], "prediction.num_beams"),
      (
        ["open", "--max-new-tokens", "4", "max_length_inference=9"], "two numbers for the same limit; give one of them"
      ),
      (["open", "do_sample=true", "num_beams=2"], "must be 1 when prediction.do_sample"),
      (["open", "--turns", "nowhere.jsonl"], "there is no such file"),
    ]
    for (words, found) in cases {
      let ended = try workspace.start(["generate", "tiny"] + words).wait()
      #expect(ended.code == 64 && ended.output == "" && ended.errors.contains(found), "\(words): \(ended.errors)")
    }
    let same = try workspace.kiseki("generate", "tiny", "open", "--max-new-tokens", "3", "max_length_inference=3")
    let once = try workspace.kiseki("generate", "tiny", "open", "max_length_inference=3")
    #expect(same.code == 0 && same.output == once.output, "\(same.errors)")
    let wide = try workspace.kiseki("generate", "tiny", "open", "num_beams=40", "max_length_inference=3")
    #expect(wide.code == 0 && wide.errors.contains("every answer is worked out 40 times over"), "\(wide.errors)")
    let warned = try workspace.kiseki("generate", "tiny", "open", "top_k=5", "--seed", "3")
    #expect(warned.code == 0)
    #expect(warned.errors.contains("without effect, because prediction.do_sample is false: prediction.top_k"))
    #expect(warned.errors.contains("--seed has no effect"))
  }

  @Test func `earlier turns and a system text stand in front as in an evaluation`() throws {
    let workspace = try RunWorkspace()
    let rows = "id,parent,sys,instruction,output\n1,,be kind,open the file,設定を保存\n2,1,,save it,はい\n3,,,close it,いいえ\n"
    try workspace.write(rows, to: "chat.csv")
    let settings = [
      "train_dataframe=../train.csv", "validation_strategy=custom", "validation_dataframe=../chat.csv",
      "system_column=sys", "parent_id_column=parent", "id_column=id", "text_prompt_start=Q", "text_answer_separator=A",
      "epochs=2",
    ]
    try workspace.write(
      "id,parent,sys,instruction,output\n" + (0..<8).map { "\($0),,,open \($0),設定\($0)\n" }.joined(), to: "train.csv")
    let ended = try workspace.start(["run", "experiments/tiny.yaml"] + settings).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    let last = try #require(try workspace.json("experiments/tiny/result.json")["last"]?["step"]?.integerValue)
    let kept = try workspace.lines("experiments/tiny/evaluations/\(last)/predictions.jsonl")
    #expect(kept.map { $0["row"] } == [0, 1, 2])
    try workspace.write(#"{"prompt": "open the file", "output": "設定を保存"}"# + "\n", to: "turns.jsonl")
    let answers = try [
      predictions(workspace, "'open the file' --system 'be kind'"),
      predictions(workspace, "'save it' --system 'be kind' --turns turns.jsonl"), predictions(workspace, "'close it'"),
    ].flatMap { $0 }
    #expect(answers == kept.compactMap { $0["prediction"]?.stringValue })
    try workspace.write("{\"prompt\": \"a\"}\n", to: "turns.jsonl")
    let broken = try workspace.kiseki("generate", "tiny", "x", "--turns", "turns.jsonl")
    #expect(broken.code == 1 && broken.sentence.contains("turns.jsonl, line 1: it has no text under"))
  }
}
