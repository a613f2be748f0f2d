import Foundation
import Tables
import TestSupport
import Testing

/// Old runs scored on other data, by other settings, or as they were.
@Suite(.timeLimit(.minutes(5))) struct EvaluateTests {
  private static let notes = "refs/kiseki/notes/tiny"

  private func trained(_ settings: String...) throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    let ended = try workspace.start(["run", "experiments/tiny.yaml", "epochs=1"] + settings).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    try workspace.write(RunWorkspace.data(rows: 7), to: "other.csv")
    return workspace
  }

  private func evaluate(_ workspace: RunWorkspace, _ arguments: String...) throws -> JSONValue {
    let ended = try workspace.start(["evaluate"] + arguments + ["--json"]).wait()
    try #require(ended.code == 0, "\(arguments): \(ended.errors)")
    return try JSONValue(parsing: Data(ended.output.utf8))
  }

  private func files(_ workspace: RunWorkspace) throws -> [String] {
    try workspace.git("ls-tree", "-r", "--name-only", Self.notes).split(separator: "\n").map(String.init)
  }

  private func hasNotes(_ workspace: RunWorkspace) throws -> Bool {
    try workspace.git("for-each-ref", Self.notes) != ""
  }

  private func requireSound(_ workspace: RunWorkspace) throws {
    let check = try workspace.git("fsck", "--full", "--strict")
    #expect(!check.contains("error") && !check.contains("missing"), "\(check)")
  }

  @Test func `the run's own rows give the run's own scores again to the last byte, which are not recorded twice`()
    throws
  {
    let workspace = try trained("test_dataframe=../train.csv")
    for (part, name) in [("validation", "2"), ("test", "test")] {
      let known = try workspace.kiseki("evaluate", "tiny", "--part", part)
      #expect(known.code == 0 && known.errors.contains("recorded with tiny@1 itself, as evaluations/\(name)"))
      let again = try workspace.kiseki("evaluate", "tiny", "--part", part, "--again")
      #expect(again.errors.contains("the same to the last byte as evaluations/\(name) of tiny@1"), "\(again.errors)")
      #expect(known.output == again.output)
      let scores = try workspace.json("experiments/tiny/evaluations/\(name)/scores.json")
      #expect(try evaluate(workspace, "tiny", "--part", part)["scores"] == scores["scores"])
    }
    #expect(try !hasNotes(workspace))
  }

  @Test func `other rows are scored once, kept with the version for good, and leave all else as it is`() throws {
    let workspace = try trained()
    try workspace.kiseki("note", "tiny@1", "said before")
    let version = try workspace.git("rev-parse", "refs/experiments/tiny")
    let first = try evaluate(workspace, "tiny", "--data", "other.csv")
    let id = try #require(first["id"]?.stringValue)
    #expect(first["new"] == true && first["rows"] == 7 && first["version"] == 1 && first["metric"] == "bleu")
    #expect(try files(workspace).count == 5 && files(workspace).contains("evaluations/1/\(id)/predictions.jsonl"))
    let again = try workspace.kiseki("evaluate", "tiny@1", "--data", "other.csv", "--metric", "chrF")
    #expect(again.errors.contains("already recorded as \(id) on "), "\(again.errors)")
    #expect(again.output.hasPrefix("tiny@1 on other.csv (7 rows): chrF "))
    // The same rows in a file of another name are the same data.
    try workspace.write(RunWorkspace.data(rows: 7), to: "copy.csv")
    #expect(try evaluate(workspace, "tiny", "--data", "copy.csv")["id"]?.stringValue == id)
    let computed = try workspace.kiseki("evaluate", "tiny", "--data", "other.csv", "--again")
    #expect(computed.errors.contains("the same scores as on ") && computed.errors.contains("nothing new to record"))
    try workspace.kiseki("note", "tiny@1", "said after")
    #expect(try workspace.git("rev-list", "--count", Self.notes) == "3\n" && files(workspace).count == 5)

    let lines = try workspace.git("show", "\(Self.notes):evaluations/1/\(id)/predictions.jsonl").split(separator: "\n")
    #expect(lines.count == 7 && lines[6].contains(#""row":6"#) && lines[6].contains(#""reference":"設定6を保存""#))
    let kept = try JSONValue(
      parsing: Data(workspace.git("show", "\(Self.notes):evaluations/1/\(id)/evaluation.json").utf8))
    #expect(kept["data"]?["path"] == "other.csv" && kept["program"]?["build"] != nil && kept["time"] != nil)
    #expect(kept["data"]?["sha256"] == first["dataset"]?["sha256"])
    #expect(kept["program"]?["instruction_set"] != nil && kept["settings"] == [:] && kept["model"] == "tuned")

    #expect(try workspace.git("rev-parse", "refs/experiments/tiny") == version)
    #expect(try workspace.kiseki("verify", "tiny", "-q").code == 0)
    let show = try workspace.kiseki("show", "tiny").output
    #expect(show.contains("Later evaluations") && show.contains(id) && show.contains("said before"))
    let json = try JSONValue(parsing: Data(workspace.kiseki("show", "tiny", "--json").output.utf8))
    #expect(json["later_evaluations"]?.arrayValue?.first?["scores"] == first["scores"])
    try requireSound(workspace)
  }

  @Test func `it goes where the experiment goes: renamed, removed, restored, run again, fetched`() throws {
    let workspace = try trained()
    let id = try #require(try evaluate(workspace, "tiny", "--data", "other.csv")["id"]?.stringValue)
    func isListed(_ name: String) throws -> Bool { try workspace.kiseki("show", name).output.contains(id) }
    try workspace.kiseki("rename", "tiny", "better")
    #expect(try isListed("better"))
    try workspace.kiseki("rm", "better", "-y")
    #expect(try workspace.git("for-each-ref", "refs/kiseki/notes") == "")
    try workspace.kiseki("restore", "better")
    #expect(try isListed("better"))
    #expect(try workspace.kiseki("rerun", "better").code == 0)
    #expect(try isListed("better@1") && !isListed("better@2"))

    let clone = try RunWorkspace()
    try clone.git(
      "fetch", "-q", workspace.path, "refs/experiments/*:refs/experiments/*", "refs/kiseki/notes/*:refs/kiseki/notes/*")
    #expect(try clone.kiseki("show", "better@1").output.contains(id))
    try clone.write(RunWorkspace.data(rows: 7), to: "here.csv")
    try FileManager.default.moveItem(atPath: clone.path + "/model", toPath: clone.path + "/moved")
    let missing = try clone.kiseki("evaluate", "better@2", "--data", "here.csv")
    #expect(missing.code == 1 && missing.sentence.contains("--backbone DIR"), "\(missing.errors)")
    let found = try evaluate(clone, "better@2", "--data", "here.csv", "--backbone", "moved")
    #expect(found["new"] == true && found["version"] == 2)
    try requireSound(clone)
  }

  @Test func `the data are kept once, so that they can be evaluated on when the file is another or gone`() throws {
    let workspace = try trained()
    let marker = "marked-in-no-column-that-is-read"
    var rows = RunWorkspace.data(rows: 7).split(separator: "\n").map { $0 + ",\(marker)" }
    rows[0] = "instruction,output,remark"
    let content = rows.joined(separator: "\n") + "\n"
    try workspace.write(content, to: "other.csv")
    let first = try evaluate(workspace, "tiny", "--data", "other.csv")
    let id = try #require(first["id"]?.stringValue)
    let sum = try #require(first["dataset"]?["sha256"]?.stringValue)
    func kept() throws -> [String] { try files(workspace).filter { $0.hasPrefix("data/") } }
    #expect(try kept() == ["data/\(sum).csv"])
    #expect(try workspace.git("show", "\(Self.notes):data/\(sum).csv") == content)
    _ = try evaluate(workspace, "tiny", "--data", "other.csv", "num_beams=2")
    #expect(try kept().count == 1)

    try workspace.write(RunWorkspace.data(rows: 9), to: "other.csv")
    let again = try workspace.kiseki("evaluate", "tiny", "--data", id, "--again")
    #expect(again.code == 0 && again.errors.contains("the same scores as on "), "\(again.errors)")
    #expect(again.errors.contains("the rows are those of other.csv as the evaluation \(id) of tiny@1 kept it"))
    // Another experiment may be evaluated on them as well, and compared by them.
    try #require(workspace.run("-n", "second", "learning_rate=0.001", "-q").code == 0)
    let second = try evaluate(workspace, "second", "--data", String(id.prefix(7)))
    #expect(second["rows"] == 7 && second["dataset"]?["sha256"] == first["dataset"]?["sha256"])
    let compared = try workspace.kiseki("compare", "tiny", "second", "--data", id, "--metric", "loss")
    #expect(compared.code == 0, "\(compared)")
    try FileManager.default.removeItem(atPath: workspace.path + "/other.csv")
    let gone = try workspace.kiseki("evaluate", "tiny", "--data", "other.csv")
    #expect(gone.code == 0 && gone.errors.contains("warning: there is no file other.csv now; "), "\(gone.errors)")
    #expect(gone.errors.contains("already recorded as \(id)") && gone.errors.contains("show tiny@1 --evaluation \(id)"))
    let none = try workspace.kiseki("evaluate", "tiny", "--data", "0123456789")
    #expect(none.code == 64 && none.sentence.contains("there is no such file"), "\(none.errors)")
    #expect(try workspace.kiseki("show", "tiny", "--evaluation", id).output.contains("7 rows, kept with it"))
    try requireSound(workspace)

    // What of the data is in no answer stays at home.
    #expect(try workspace.kiseki("publish", "site").code == 0 && workspace.kiseki("report", "-o", "all.html").code == 0)
    for file in try workspace.files(below: "site").map({ "site/" + $0 }) + ["all.html"] {
      #expect(try workspace.data(file).range(of: Data(marker.utf8)) == nil, "\(file)")
    }
  }

  @Test func `data of more than a run keeps are not kept, which is said, and found again where they lie`() throws {
    let workspace = try trained()
    let rows = RunWorkspace.data(rows: 3).split(separator: "\n")
    let filler = String(repeating: "x", count: 7_000_000)
    try workspace.write(
      ([rows[0] + ",filler"] + rows.dropFirst().map { $0 + ",\(filler)" }).joined(separator: "\n") + "\n",
      to: "large.csv")
    let large = try workspace.kiseki("evaluate", "tiny", "--data", "large.csv")
    #expect(large.code == 0 && large.errors.contains("large.csv, 21.0 MB, is too large to be kept"), "\(large.errors)")
    #expect(try files(workspace).count == 4)
    let id = try #require(try files(workspace).first { $0.hasPrefix("evaluations/") }?.split(separator: "/")[2])
    try FileManager.default.moveItem(atPath: workspace.path + "/large.csv", toPath: workspace.path + "/moved.csv")
    let gone = try workspace.kiseki("evaluate", "tiny", "--data", String(id), "num_beams=2")
    #expect(gone.code == 1 && gone.sentence.contains("they were not kept with it (21.0 MB)"), "\(gone.errors)")
    try FileManager.default.moveItem(atPath: workspace.path + "/moved.csv", toPath: workspace.path + "/large.csv")
    #expect(try workspace.kiseki("evaluate", "tiny", "--data", String(id), "num_beams=2").code == 0)
  }

  @Test func `kept data that were changed by hand are no data`() throws {
    let workspace = try trained()
    let id = try #require(try evaluate(workspace, "tiny", "--data", "other.csv")["id"]?.stringValue)
    let path = try #require(try files(workspace).first { $0.hasPrefix("data/") })
    let script = """
      blob=$(printf 'instruction,output\\nx,y\\n' | git hash-object -w --stdin) &&
      export GIT_INDEX_FILE=.git/other-index && git read-tree \(Self.notes) &&
      git update-index --add --cacheinfo 100644,$blob,\(path) &&
      git update-ref \(Self.notes) $(git -c user.name=me -c user.email=me@example.org commit-tree -m changed -p \(Self.notes) $(git write-tree))
      """
    #expect(try workspace.shell(script).code == 0)
    try FileManager.default.removeItem(atPath: workspace.path + "/other.csv")
    let changed = try workspace.kiseki("evaluate", "tiny", "--data", id, "--again")
    #expect(
      changed.code == 1 && changed.sentence.contains("its content is not what its name says"), "\(changed.errors)")
  }

  @Test func `columns may be called otherwise, and nothing recorded says where the file lies`() throws {
    let workspace = try trained()
    let outside = NSTemporaryDirectory() + "kiseki-outside-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: outside) }
    let rows = "question,reply\nopen the file,設定を保存\nsave it,はい\n"
    try Data(rows.utf8).write(to: URL(filePath: outside + "/asked.csv"))
    let wrong = try workspace.kiseki("evaluate", "tiny", "--data", outside + "/asked.csv")
    #expect(wrong.code == 64 && wrong.sentence.contains(#"its columns are "question", "reply""#), "\(wrong.errors)")
    #expect(wrong.sentence.contains("as in prompt_column=question answer_column=reply"))
    let json = try evaluate(
      workspace, "tiny", "--data", outside + "/asked.csv", "prompt_column=question", "answer_column=reply")
    #expect(json["settings"]?["dataset.answer_column"] == "reply" && json["dataset"]?["path"] == "asked.csv")
    for file in try files(workspace) {
      let text = try workspace.git("show", "\(Self.notes):\(file)")
      #expect(!text.contains(outside) && !text.contains(workspace.path), "\(file)")
    }
    #expect(try workspace.kiseki("show", "tiny").output.contains("prompt_column=question, answer_column=reply"))
  }

  @Test func `the metric decides what is computed and shown first, and other settings make another evaluation`() throws
  {
    let workspace = try trained()
    let plain = try evaluate(workspace, "tiny", "--data", "other.csv")
    let cheap = try evaluate(workspace, "tiny", "--data", "other.csv", "--metric", "token accuracy")
    #expect(cheap["metric"] == "token_accuracy" && cheap["scores"]?["bleu"] == nil)
    #expect(cheap["scores"]?["token_accuracy"] == plain["scores"]?["token_accuracy"])
    let short = try evaluate(workspace, "tiny", "--data", "other.csv", "max_length_inference=3", "bleu_tokenize=char")
    #expect(
      short["settings"]?["prediction.max_length_inference"] == 3
        && short["settings"]?["prediction.bleu_tokenize"] == "char")
    #expect(short["bleu_signature"]?.stringValue?.contains("tok:char") == true)
    // The number of rows at once changes the speed alone.
    let fast = try evaluate(workspace, "tiny", "--data", "other.csv", "batch_size_inference=5")
    #expect(fast["id"] == plain["id"] && fast["new"] == false)
    #expect(Set([plain, cheap, short].map { $0["id"] }).count == 3)
    #expect(try workspace.git("rev-list", "--count", Self.notes) == "3\n")
  }

  @Test func `--base scores the untouched model, as the run did before training`() throws {
    let workspace = try trained("evaluate_before_training=true")
    let json = try evaluate(workspace, "tiny", "--base")
    let before = try workspace.json("experiments/tiny/evaluations/0/scores.json")
    #expect(json["model"] == "base" && json["scores"] == before["scores"] && json["step"] == 0)
    let id = try #require(json["id"]?.stringValue)
    let rows = try workspace.git("show", "\(Self.notes):evaluations/1/\(id)/predictions.jsonl")
    #expect(try rows == workspace.text("experiments/tiny/evaluations/0/predictions.jsonl"))
  }

  @Test func `what cannot be is refused in one sentence before anything is computed`() throws {
    let workspace = try trained()
    try workspace.write("", to: "empty.csv")
    try workspace.write("instruction,output\n", to: "header.csv")
    try workspace.write("instruction,output\nopen,\n", to: "unanswered.csv")
    let cases: [(words: [String], code: Int32, found: String)] = [
      (["tiny", "--data", "nowhere.csv"], 64, "cannot evaluate on nowhere.csv: there is no such file"),
      (["tiny", "--data", "experiments"], 64, "it is a folder"),
      (["tiny", "--data", "empty.csv"], 1, "empty.csv"),
      (["tiny", "--data", "header.csv"], 1, "header.csv: it has no data rows"),
      (["tiny", "--data", "unanswered.csv"], 64, "check dataset.answer_column"),
      (["tiny", "--metric", "BLUE"], 64, "did you mean 'BLEU'?"),
      (["tiny", "lora_r=8"], 64, "cannot set training.lora_r for an evaluation"),
      (["tiny", "max_length_inference=0"], 64, "prediction.max_length_inference"),
      (["tiny", "prompt_colum=x"], 64, "did you mean"),
      (["tiny@7"], 1, "'tiny' has only version 1"), (["tinny"], 1, "Did you mean 'tiny'?"),
      (["tiny", "--part", "test"], 64, "it has none"),
      (["tiny", "--part", "test", "--data", "other.csv"], 64, "give one of them"),
      (["tiny", "--data", "other.csv", "--backbone", "experiments"], 1, "--backbone DIR"),
      (["tiny", "--metric", "OpenAI API"], 64, "metric_gpt_model"),
    ]
    for (words, code, found) in cases {
      let ended = try workspace.start(["evaluate"] + words).wait()
      #expect(ended.code == code && ended.output == "", "\(words): \(ended.errors)")
      #expect(ended.errors.contains(found), "\(words): \(ended.errors)")
    }
    #expect(try !hasNotes(workspace))
    #expect(try workspace.files(below: ".git/kiseki").filter { $0.hasPrefix("aside/") } == [])
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `a signal ends it with 130, and nothing is left of it`(signal: Int32) throws
  {
    let workspace = try trained()
    try workspace.write(RunWorkspace.data(rows: 60_000), to: "many.csv")
    let running = try workspace.start(["evaluate", "tiny", "--data", "many.csv"])
    try running.wait {
      try workspace.files(below: ".git").contains { $0.hasPrefix("kiseki/aside/") } || asideExists(workspace)
    }
    running.send(signal)
    let ended = try running.wait()
    #expect(ended.code == 130 && ended.output == "", "\(ended.errors)")
    #expect(ended.sentence.hasPrefix("interrupted by ") && ended.sentence.contains("nothing was recorded"))
    #expect(try !hasNotes(workspace) && !asideExists(workspace))
    try requireSound(workspace)
  }

  /// Whether a folder beside git's objects is in use.
  private func asideExists(_ workspace: RunWorkspace) -> Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: workspace.path + "/.git/kiseki/aside")
    return names?.isEmpty == false
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"), arguments: [0, 4, 8, 12, 16, 24, 200])
  func `a full disk records nothing or all`(spareKibibytes: Int) throws {
    try Mount.withSmallDisk(kibibytes: 2048) { disk in
      let workspace = try RunWorkspace(parent: disk)
      try #require(workspace.run("epochs=1").code == 0)
      try workspace.write(RunWorkspace.data(rows: 7), to: "other.csv")
      try workspace.kiseki("note", "tiny", "before")
      let before = try workspace.git("rev-parse", Self.notes)
      try Mount.fill(disk, leaving: spareKibibytes)
      let ended = try workspace.kiseki("evaluate", "tiny", "--data", "other.csv")
      if ended.code == 0 {
        #expect(try files(workspace).count == 5)
      } else {
        #expect(ended.code == 1 && ended.sentence.hasPrefix("kiseki: cannot "), "\(ended.errors)")
        #expect(ended.sentence.lowercased().contains("free some space"), "\(ended.errors)")
        #expect(try workspace.git("rev-parse", Self.notes) == before && ended.output == "")
      }
      try FileManager.default.removeItem(atPath: disk + "/ballast")
      try requireSound(workspace)
      #expect(try workspace.kiseki("evaluate", "tiny", "--data", "other.csv").code == 0)
      #expect(try files(workspace).count == 5)
    }
  }

  @Test func `a judge that scores nothing makes no evaluation, and one that scores a part is told with the part`()
    throws
  {
    let workspace = try trained()
    func ask(_ server: MisbehavingServer) throws -> Ended {
      try workspace.start(
        ["evaluate", "tiny", "--data", "other.csv", "--metric", "judge", "metric_gpt_model=m", "judge_attempts=1"],
        environment: ["OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k"]
      ).wait()
    }
    let before = try workspace.git("for-each-ref")
    let none = try ask(MisbehavingServer { _, _ in .reply(401, "{}") })
    #expect(
      none.code == 1 && none.sentence.contains("it scored none of the 7 rows; nothing was recorded"), "\(none.errors)")
    #expect(try workspace.git("for-each-ref") == before)
    let part = try ask(MisbehavingServer { number, _ in number % 2 == 0 ? .judgement("SCORE: 6") : .reply(400, "{}") })
    #expect(part.code == 0, "\(part.errors)")
    #expect(part.output.firstMatch(of: #/judge score 6.00 over the [34] rows that have one/#) != nil, "\(part.output)")
  }

  @Test func `the judge is asked only for its metric, and by the template of the run`() throws {
    let workspace = try trained()
    let calls = try MisbehavingServer { _, _ in .judgement("SCORE: 6") }
    let environment = ["OPENAI_BASE_URL": calls.url, "OPENAI_API_KEY": "sk-1234567890abcdef"]
    func ask(_ arguments: String...) throws -> Ended {
      try workspace.start(["evaluate", "tiny", "--data", "other.csv"] + arguments, environment: environment).wait()
    }
    #expect(try ask().code == 0 && calls.requests.isEmpty)
    let judged = try ask("--metric", "OpenAI API", "metric_gpt_model=small")
    #expect(judged.code == 0 && calls.requests.count == 7, "\(judged.errors)")
    #expect(judged.output.contains("judge score 6.00"), "\(judged.output)")
    #expect(try ask("--metric", "GPT", "metric_gpt_model=small").errors.contains("already recorded"))
    #expect(calls.requests.count == 7)
    for file in try files(workspace) {
      #expect(try !workspace.git("show", "\(Self.notes):\(file)").contains("sk-1234567890abcdef"))
    }
  }
}
