import Configuration
import Foundation
import Launching
import Tables
import Testing

/// Plans: which trials, under which names, in which order.
@Suite struct PlanTests {
  private static let source = Data(
    """
    llm_backbone: ./model
    dataset:
      train_dataframe: train.csv
    environment:
      seed: 7

    """.utf8)

  private func plan(_ words: [String], rows: String? = nil, seeds: Int = 1) throws -> SweepPlan {
    var table: TrialTable?
    if let rows {
      let path = NSTemporaryDirectory() + "trials-\(UUID().uuidString).csv"
      try Data(rows.utf8).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      table = try TrialTable(path: path)
    }
    let planner = try SweepPlanner(words: words, table: table, seedCount: seeds)
    func configuration(_ overrides: [String]) throws -> ExperimentConfiguration {
      try ExperimentConfiguration.parse(
        Self.source, name: "base.yaml", overrides: planner.baseWords + overrides, baseDirectory: "/base"
      ).configuration
    }
    var generator = SystemRandomNumberGenerator()
    return try planner.plan(
      name: "study", base: configuration([]), baseWords: planner.baseWords, using: &generator,
      configuration: configuration)
  }

  @Test func `a grid is every combination, the last setting changing fastest`() throws {
    let plan = try plan(["lora_r=4,8", "epochs=2", "learning_rate=1e-4,3e-4"])
    #expect(
      plan.trials.map(\.name) == [
        "lora_r=4,learning_rate=1e-4", "lora_r=4,learning_rate=3e-4", "lora_r=8,learning_rate=1e-4",
        "lora_r=8,learning_rate=3e-4",
      ])
    #expect(plan.baseWords == ["training.epochs=2"])
    #expect(plan.trials[1].words == ["training.lora_r=4", "training.learning_rate=3e-4"])
    #expect(plan.keys == ["training.lora_r", "training.learning_rate"] && plan.metric == "BLEU")
  }

  @Test func `seeds multiply every setting, beginning with the base's`() throws {
    let plan = try plan(["lora_r=4,8"], seeds: 3)
    #expect(plan.seeds == [7, 8, 9])
    #expect(
      plan.trials.map(\.name).prefix(4) == ["lora_r=4,seed=7", "lora_r=4,seed=8", "lora_r=4,seed=9", "lora_r=8,seed=7"])
    #expect(Set(plan.trials.map(\.setting)) == ["lora_r=4", "lora_r=8"])
    #expect(plan.trials[5].words.last == "environment.seed=9")
  }

  @Test func `a table gives a trial a row, and a blank cell keeps the base's value`() throws {
    let plan = try plan(
      ["weight_decay=0,0.1"],
      rows: "lora_r,training.learning_rate,lora_target_modules\n8,,\"c_attn,c_proj\"\n,1e-3,\n,,\n")
    #expect(
      plan.trials.map(\.name) == [
        "lora_r=8,lora_target_modules=c_attn-c_proj,weight_decay=0",
        "lora_r=8,lora_target_modules=c_attn-c_proj,weight_decay=0.1", "learning_rate=1e-3,weight_decay=0",
        "learning_rate=1e-3,weight_decay=0.1", "weight_decay=0", "weight_decay=0.1",
      ])
    #expect(plan.trials[0].overrides[1].value == "c_attn,c_proj")
  }

  @Test func `a seed left to chance is drawn once and written down`() throws {
    let plan = try plan(["seed=-1,5"])
    #expect(plan.trials.map(\.name) == ["seed=-1", "seed=5"])
    let drawn = try #require(plan.trials[0].overrides.last?.value.integerValue)
    #expect(drawn >= 0 && plan.trials[0].overrides.count == 2)
  }

  @Test func `names hold nothing that git, a shell or a path takes for something else`() throws {
    let plan = try plan(
      [
        "text_prompt_start=\"<|p|>\",\"~^:?*[@{ ..a.lock\",\"質問：\",\"a/b\\nc\",\"a/b/c\",\"\"",
        "prompt_column=[x y,z],q",
      ])
    let allowed = Set("abcdefghijklmnopqrstuvwxyz_=,.+-質問")
    for name in plan.trials.map(\.name) {
      #expect(name.allSatisfy { allowed.contains($0) || $0.isNumber }, "\(name)")
      #expect(!name.contains("..") && !name.hasSuffix(".lock") && !name.hasPrefix("-"))
    }
    #expect(plan.trials.contains { $0.name == "text_prompt_start=質問-,prompt_column=x-y+z" })
    // Two that come out alike are told apart.
    #expect(Set(plan.trials.map(\.name)).count == 12)
  }

  @Test func `a name too long for a directory ends in a hash of the settings`() throws {
    let long = String(repeating: "long", count: 40)
    let first = try plan(["text_prompt_start=\(long)a,\(long)b"])
    #expect(first.trials.allSatisfy { $0.name.utf8.count <= 100 })
    #expect(Set(first.trials.map(\.name)).count == 2)
    // Another plan names the same trial the same.
    #expect(try plan(["text_prompt_start=\(long)c,\(long)b"]).trials[1].name == first.trials[1].name)
  }

  @Test func `a plan reads back as it was written`() throws {
    let plan = try plan(["lora_r=4,8", "lora_target_modules=\"a,b\",c"], seeds: 2)
    #expect(try SweepPlan(json: JSONValue(parsing: plan.json.document())) == plan)
    #expect(try SweepPlan.trial(named: plan.trials[3].name, inPlan: plan.json) == plan.trials[3])
    #expect(plan.json["format"] == 1)
  }

  @Test func `settings are replaced wherever the plan has them`() throws {
    let plan = try plan(["train_dataframe=/home/a.csv,/home/b.csv", "test_dataframe=/home/c.csv"]).mapping { setting in
      try SettingOverride(parsing: "\(setting.key)=\(setting.written.split(separator: "/").last ?? "")")
    }
    #expect(!plan.json.line().contains("home/") && plan.baseWords == ["dataset.test_dataframe=c.csv"])
    #expect(plan.trials[1].words == ["dataset.train_dataframe=b.csv"])
  }

  @Test func `what others put into a plan is refused, not run`() throws {
    let good = try plan(["lora_r=4,8"]).json
    func changed(_ key: String, _ value: JSONValue) -> JSONValue {
      .object((good.objectMembers ?? []).map { $0.key == key ? JSONMember(key, value) : $0 })
    }
    let trial: JSONValue = ["name": "a", "overrides": ["training.lora_r=0"]]
    for (json, reason) in [
      (changed("format", 2), "it has format 2"), (changed("trials", []), "has no trials"),
      (changed("trials", [trial]), "has a setting this program refuses"),
      (changed("trials", [["name": "a"], ["name": "a"]]), "has two trials of one name"),
      (JSONValue.null, "has no 'format'"),
    ] {
      let error = #expect(throws: LaunchingError.self) { try SweepPlan(json: json) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "nothing")")
    }
  }

  @Test(arguments: [
    ([], nil, 1, "no setting to vary is given"),
    (["lora_r=4"], nil, 1, "every setting has one value, which 'kiseki run' is for"),
    (["lora_r=4,8", "training.lora_r=16"], nil, 1, "training.lora_r is set by 'lora_r=4,8' already"),
    (["seed=1,2"], nil, 3, "both say which seeds to use"),
    (["lora_r=4,8"], "lora_r\n4\n", 1, "training.lora_r is a column of"),
    ([], "lora_r,training.lora_r\n4,8\n", 1, "another column sets training.lora_r too"),
    ([], "lora_r,nonsense\n4,8\n", 1, "there is no setting 'nonsense'"),
    ([], "lora_r\n4\nx\n", 1, "training.lora_r is x, but must be a whole number"),
    ([], "lora_r\n4\n4\n", 1, "are the same settings"),
    (["min_length_inference=2,300"], nil, 1, "cannot plan the trial min_length_inference=300"),
  ])
  func `a plan with a fault is refused with its place`(words: [String], rows: String?, seeds: Int, reason: String) {
    let error = #expect(throws: LaunchingError.self) { try plan(words, rows: rows, seeds: seeds) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "nothing")")
    #expect(error?.kind == .usage)
  }

  @Test func `a grid of millions is counted, not made`() throws {
    let planner = try SweepPlanner(
      words: ["lora_r=1..1000:lin1000", "lora_alpha=1..1000:lin1000", "seed=1..1000:lin1000"])
    #expect(planner.trialCount == SweepPlan.largestCount + 1)
    #expect(try SweepPlanner(words: ["lora_r=1..100:lin100", "lora_alpha=1..11:lin11"]).trialCount == 1100)
  }
}
