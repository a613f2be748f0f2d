import Foundation
import Tables
import Testing

/// Looking at data before training, and making what we train on.
@Suite struct DataCommandTests {
  private let rows = """
    instruction,output
    open the file,開く
    open  the FILE,開く
    save the file,保存
    save the file,保存
    close it,
    ,空
    鸞鳳,🎉

    """

  private func data(_ workspace: RunWorkspace, _ arguments: String...) throws -> Ended {
    try workspace.start(["data"] + arguments).wait()
  }

  @Test func `check of a file finds what a person should see`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(rows, to: "look.csv")
    try workspace.write("instruction,output\nsave the file,保存\nclose it,別\nOPEN the file,開く\n", to: "held.csv")
    let ended = try data(
      workspace, "check", "look.csv", "--tokenizer", "model", "--validation", "held.csv", "max_length_prompt=6")
    #expect(ended.code == 0, "\(ended.errors)")
    for sentence in [
      "look.csv  train, 7 rows, 2 columns", "instruction", "rows used: 6 to train on, 3 to validate",
      "tokens, train, prompt", "tokenizer.max_length_prompt 6 cuts", "◀ limit 6", "spelled in bytes",
      "look.csv: 1 row (5) without an answer, left out", "train: 1 row (6) with an empty prompt",
      "train: 1 row repeats an earlier row; rows 3, 4 belong together",
      "train: 1 row repeats an earlier row but for letter case, width or white space; rows 1, 2",
      "validation: 1 row of those to measure on are rows to train on, word for word; row 1 is training row 3",
      "validation: 1 row of those to measure on are rows to train on but for letter case, width or white space; row 3",
    ] { #expect(ended.output.contains(sentence), "\(sentence)\n\(ended.output)") }
    #expect(try data(workspace, "check", "look.csv", "--strict").code == 2)
    #expect(try data(workspace, "check", "held.csv", "--strict").code == 0)
  }

  @Test func `check of a configuration counts its split, and says it as JSON`() throws {
    let workspace = try RunWorkspace()
    let json = try JSONValue(
      parsing: Data(try data(workspace, "check", "experiments/tiny.yaml", "--json", "validation_size=0.3").output.utf8))
    #expect(json["rows"]?["train"]?["count"] == 8 && json["rows"]?["validation"]?["count"] == 4)
    #expect(json["tokens"]?["train"]?["together"]?["limit"] == 256)
    #expect(json["tokens"]?["validation"]?["prompt"]?["lengths"]?["maximum"]?.integerValue ?? 0 > 3)
    #expect(json["shared_with_training"]?["validation"]?["exact"] == .array([]))
    #expect(json["duplicates"]?["train"]?["exact"]?["groups"] == 0)
    // Nothing is recorded or left behind.
    #expect(try workspace.git("for-each-ref", "refs/experiments") == "")
    let statistics = try data(workspace, "stats", "experiments/tiny.yaml")
    #expect(statistics.code == 0 && !statistics.output.contains("finding"))
    #expect(statistics.output.contains("tokens, validation, together"))
  }

  @Test func `what cannot be read is refused in one sentence`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("a,b\n1\n", to: "bad.csv")
    for (arguments, code, sentence) in [
      (["check", "bad.csv"], 1, "row 1 (line 2) has 1 cell"), (["check", "none.csv"], 64, "there is no such file"),
      (["check", "train.csv", "prompt_column=x"], 1, "it has no column \"x\""),
      (["stats", "train.csv", "max_lenght=3"], 64, "did you mean 'tokenizer.max_length'?"),
      (["look", "train.csv"], 64, "must be one of check, stats, convert"),
      (["check", "train.csv", "--tokenizer", "none"], 64, "there is no such file or directory"),
    ] as [([String], Int32, String)] {
      let ended = try workspace.start(["data"] + arguments).wait()
      #expect(ended.code == code && ended.errors.contains(sentence), "\(arguments): \(ended.code) \(ended.errors)")
    }
  }

  @Test func `a check that training would refuse says so and goes on`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("instruction,output\na,b\n,x\n", to: "look.csv")
    let ended = try data(
      workspace, "check", "look.csv", "--tokenizer", "model", "add_eos_token_to_prompt=false",
      "add_eos_token_to_answer=false", "max_length_answer=1")
    #expect(ended.code == 0)
    #expect(ended.output.contains("training would be refused: cannot train on row 2 of look.csv"), "\(ended.output)")
  }

  @Test func `convert writes what a run reads, and never over a file`() throws {
    let workspace = try RunWorkspace()
    let turns = (0..<6).map { number in
      #"{"messages":[{"role":"system","content":"short"},{"role":"user","content":"open \#(number)"},{"role":"assistant","content":"開く\#(number)"},{"role":"user","content":"and, \"save\""},{"role":"assistant","content":"保存\n\#(number)"}]}"#
    }
    try workspace.write("[" + turns.joined(separator: ",\n") + ",{\"messages\":[]}]", to: "chat.json")
    let ended = try data(workspace, "convert", "chat.json")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output.contains("chat.csv: 12 rows from 7 records (messages in \"messages\")"))
    #expect(ended.errors.contains("1 record left out, the first is record 7: it has no question with an answer"))
    let before = try workspace.data("chat.csv")
    let refused = try data(workspace, "convert", "chat.json")
    #expect(refused.code == 64 && refused.errors.contains("is there already"))
    #expect(try workspace.data("chat.csv") == before)
    #expect(try data(workspace, "convert", "chat.json", "-y").code == 0)
    #expect(try data(workspace, "convert", "chat.json", "-o", "chat.jsonl").code == 0)
    for name in ["chat.csv", "chat.jsonl"] {
      let run = try workspace.run(
        "train_dataframe=../\(name)", "parent_id_column=parent_id", "id_column=id", "system_column=system",
        "max_length=60", "-n", "run-\(name.count)")
      #expect(run.code == 0, "\(run.errors)")
    }
    #expect(
      try workspace.data("experiments/run-8/adapter/adapter_model.safetensors")
        == workspace.data("experiments/run-10/adapter/adapter_model.safetensors"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path).allSatisfy { !$0.contains("partial") })
  }

  @Test func `convert joins the named columns of a table`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("title,body,reply\nA,b,c\nD,,e\nF,g,\n", to: "faq.csv")
    let ended = try data(
      workspace, "convert", "faq.csv", "--prompt", "title", "--prompt", "body", "--answer", "reply", "--separator", ": "
    )
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(
      try workspace.text("faq.jsonl")
        == "{\"instruction\":\"A: b\",\"output\":\"c\"}\n{\"instruction\":\"D\",\"output\":\"e\"}\n")
    for (arguments, sentence) in [
      (["faq.csv", "-o", "x.csv"], "its layout is not known; its keys are \"title\", \"body\", \"reply\""),
      (["faq.csv", "--prompt", "title", "--answer", "no", "-o", "x.csv"], "has no \"no\""),
      (["faq.csv", "--prompt", "title", "-o", "x.csv"], "need --answer"),
      (["faq.csv", "-o", "x.txt"], "must end in .csv or .jsonl"), (["none.json"], "No such file"),
      (["faq.csv", "--prompt", "title", "--answer", "reply", "-o", "none/x.csv"], "cannot write"),
      (["faq.csv", "lora_r=8"], "takes none"),
    ] {
      let refused = try workspace.start(["data", "convert"] + arguments).wait()
      #expect(refused.code != 0 && refused.errors.contains(sentence), "\(arguments): \(refused.errors)")
    }
    #expect(!workspace.exists("x.csv"))
  }
}
