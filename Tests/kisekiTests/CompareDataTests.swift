import Foundation
import Tables
import Testing

/// Comparisons by what 'evaluate' recorded later.
@Suite(.timeLimit(.minutes(5))) struct CompareDataTests {
  private func workspace() throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    for (name, rate) in [("slow", "0.0001"), ("fast", "0.02")] {
      try #require(workspace.run("-n", name, "learning_rate=" + rate, "-q").code == 0)
    }
    try workspace.write(RunWorkspace.data(rows: 30), to: "other.csv")
    return workspace
  }

  @Test func `experiments are compared by later evaluations on a file, found by its content`() throws {
    let workspace = try workspace()
    let none = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv")
    #expect(none.code == 1 && none.sentence.contains("none of these experiments was evaluated on it"), "\(none.errors)")
    var losses: [String: JSONValue] = [:]
    for name in ["slow", "fast"] {
      let ended = try workspace.kiseki("evaluate", name, "--data", "other.csv", "--json", "-q")
      losses[name] = try JSONValue(parsing: Data(ended.output.utf8))["scores"]?["loss"]
    }
    // Whatever it is called.
    try FileManager.default.moveItem(atPath: workspace.path + "/other.csv", toPath: workspace.path + "/moved.csv")
    let words = [
      "compare", "slow", "fast", "--data", "moved.csv", "--metric", "loss", "--json", "--gate", "loss <= baseline",
    ]
    let compared = try workspace.start(words).wait()
    let json = try JSONValue(parsing: Data(compared.output.utf8))
    #expect(json["metric"] == "data/loss", "\(compared.errors)")
    for candidate in json["candidates"]?.arrayValue ?? [] {
      let label = candidate["label"]?.stringValue ?? ""
      #expect(candidate["score"]?["value"] == losses[label], "\(label)")
      #expect(candidate["score"]?["rows"] == 30)
    }
    #expect(json["candidates"]?.arrayValue?.count == 2)
    let isBetter = (losses["fast"]?.doubleValue ?? 0) <= (losses["slow"]?.doubleValue ?? 0)
    #expect(compared.code == (isBetter ? 0 : 2))
    let diff = try workspace.kiseki("diff", "slow", "fast", "--data", "moved.csv", "--json")
    let predictions = try JSONValue(parsing: Data(diff.output.utf8))["predictions"]
    #expect(predictions?["data"] != nil && predictions?["validation"] != nil, "\(diff.output)\(diff.errors)")
    // By its recorded name, too, once the file has gone.
    try FileManager.default.removeItem(atPath: workspace.path + "/moved.csv")
    #expect(try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv").code == 0)
  }

  @Test func `an experiment without one is said and does not hide the others, and so are other settings`() throws {
    let workspace = try workspace()
    #expect(try workspace.kiseki("evaluate", "slow", "--data", "other.csv").code == 0)
    let half = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv")
    #expect(
      half.code == 1 && half.sentence.contains("only slow has data/bleu")
        && half.errors.contains(
          "it has no evaluation on other.csv; 'kiseki evaluate fast@1 --data other.csv' makes one"),
      "\(half.errors)")
    #expect(try workspace.kiseki("evaluate", "fast", "--data", "other.csv", "max_length_inference=3").code == 0)
    let mixed = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv")
    #expect(
      mixed.code == 0
        && mixed.errors.contains(
          "were made by different settings (prediction.max_length_inference), and none by equal ones"),
      "\(mixed.errors)")
    // Likelihoods do not depend on how text is generated.
    let loss = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv", "--metric", "loss")
    #expect(loss.code == 0 && !loss.errors.contains("different settings"), "\(loss.errors)")
    try workspace.write(RunWorkspace.data(rows: 31), to: "other.csv")
    let changed = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv")
    #expect(changed.code == 1 && changed.sentence.contains("as it is now"), "\(changed.errors)")
  }

  @Test func `of several evaluations those made by equal settings are compared, the newest of them`() throws {
    let workspace = try workspace()
    func evaluate(_ name: String, _ settings: String...) throws -> String {
      let ended = try workspace.start(["evaluate", name, "--data", "other.csv", "--json"] + settings).wait()
      let json = try JSONValue(parsing: Data(ended.output.utf8))
      return try #require(json["id"]?.stringValue, "\(ended.errors)")
    }
    func compared() throws -> (ids: [String: String], errors: String) {
      let ended = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv", "--metric", "chrf", "--json")
      #expect(ended.code == 0, "\(ended.errors)")
      let candidates = try JSONValue(parsing: Data(ended.output.utf8))["candidates"]?.arrayValue ?? []
      let runs = candidates.compactMap { $0["runs"]?.arrayValue?.first }
      let ids = runs.map { ($0["name"]?.stringValue ?? "", $0["evaluation"]?.stringValue ?? "") }
      return (Dictionary(uniqueKeysWithValues: ids), ended.errors)
    }
    let slow = try (plain: evaluate("slow"), short: evaluate("slow", "max_length_inference=2"))
    let plain = try evaluate("fast")
    _ = try evaluate("fast", "max_length_inference=3")
    // The newest of either is by other settings; the run's own settings are what both have.
    let first = try compared()
    #expect(first.ids == ["slow": slow.plain, "fast": plain])
    #expect(!first.errors.contains("different settings"), "\(first.errors)")
    #expect(
      first.errors.contains("has another prediction.max_length_inference")
        && first.errors.contains("slow@1: its evaluation"), "\(first.errors)")
    // Now both have two in common, and the newer pair counts.
    let short = try evaluate("fast", "max_length_inference=2")
    #expect(try compared().ids == ["slow": slow.short, "fast": short])
  }

  @Test func `where the file has gone, evaluations on one content of it are compared, and never on two`() throws {
    let workspace = try workspace()
    func evaluate(_ name: String) throws -> String {
      let ended = try workspace.kiseki("evaluate", name, "--data", "other.csv", "--json")
      return try #require(JSONValue(parsing: Data(ended.output.utf8))["id"]?.stringValue, "\(ended.errors)")
    }
    let slow = try evaluate("slow")
    try workspace.write(RunWorkspace.data(rows: 31), to: "other.csv")
    let fast = try evaluate("fast")
    try FileManager.default.removeItem(atPath: workspace.path + "/other.csv")
    let mixed = try workspace.kiseki("compare", "slow", "fast", "--data", "other.csv")
    #expect(
      mixed.code == 1
        && mixed.sentence.contains("on different contents of it: slow@1 by \(slow), fast@1 by \(fast)."),
      "\(mixed.errors)")
    // As the sentence says; the newer content is still that of one alone.
    #expect(try workspace.kiseki("evaluate", "fast", "--data", slow).code == 0)
    for name in [slow, "other.csv"] {
      let ended = try workspace.kiseki("compare", "slow", "fast", "--data", name, "--json")
      let candidates = try JSONValue(parsing: Data(ended.output.utf8))["candidates"]?.arrayValue ?? []
      #expect(candidates.map { $0["score"]?["rows"] } == [30, 30], "\(ended.errors)")
      #expect(ended.errors.contains("there is no file other.csv now") == (name == "other.csv"), "\(ended.errors)")
    }
  }

  @Test func `evaluations of validation rows are none of the whole file that those rows are from`() throws {
    let workspace = try workspace()
    func evaluate(_ arguments: String...) throws -> String {
      let ended = try workspace.start(["evaluate"] + arguments + ["max_length_inference=3", "--json"]).wait()
      return try #require(JSONValue(parsing: Data(ended.output.utf8))["id"]?.stringValue, "\(ended.errors)")
    }
    func rows(_ name: String) throws -> [JSONValue?] {
      let ended = try workspace.kiseki("compare", "slow", "fast", "--data", name, "--json")
      return try JSONValue(parsing: Data(ended.output.utf8))["candidates"]?.arrayValue?.map { $0["score"]?["rows"] }
        ?? []
    }
    let part = try evaluate("slow", "--part", "validation")
    _ = try evaluate("fast", "--part", "validation")
    let none = try workspace.kiseki("compare", "slow", "fast", "--data", "train.csv")
    #expect(none.code == 1 && none.sentence.contains("none of these experiments was evaluated on it"), "\(none.errors)")
    for name in ["slow", "fast"] { _ = try evaluate(name, "--data", "train.csv") }
    _ = try evaluate("fast", "--part", "validation", "--metric", "loss")
    #expect(try rows("train.csv") == [12, 12])
    #expect(try rows(part) == [3, 3])
    try FileManager.default.removeItem(atPath: workspace.path + "/train.csv")
    #expect(try rows("train.csv") == [12, 12])
  }

  @Test func `runs evaluated by different settings are not taken for seeds of one setting`() throws {
    let workspace = try workspace()
    try #require(workspace.run("-n", "again", "learning_rate=0.02", "seed=7", "-q").code == 0)
    func seeds(_ metric: String) throws -> [Int] {
      let ended = try workspace.kiseki(
        "compare", "fast", "again", "slow", "--data", "other.csv", "--metric", metric, "--json")
      let candidates = try JSONValue(parsing: Data(ended.output.utf8))["candidates"]?.arrayValue ?? []
      return candidates.compactMap { $0["runs"]?.arrayValue?.count }.sorted()
    }
    for (name, length) in [("slow", "6"), ("fast", "6"), ("again", "3")] {
      let ended = try workspace.kiseki("evaluate", name, "--data", "other.csv", "max_length_inference=\(length)")
      #expect(ended.code == 0, "\(ended.errors)")
    }
    #expect(try seeds("chrf") == [1, 1, 1])
    // Likelihoods do not depend on how text is generated.
    #expect(try seeds("loss") == [1, 2])
    #expect(try workspace.kiseki("evaluate", "again", "--data", "other.csv").code == 0)
    #expect(try seeds("chrf") == [1, 2])
  }

  @Test func `a report lists later evaluations, and compares by them when asked`() throws {
    let workspace = try workspace()
    for name in ["slow", "fast"] { #expect(try workspace.kiseki("evaluate", name, "--data", "other.csv").code == 0) }
    #expect(try workspace.kiseki("evaluate", "fast", "--base", "max_length_inference=3").code == 0)
    #expect(try workspace.kiseki("report", "-o", "all.html").code == 0)
    let all = try workspace.text("all.html")
    #expect(all.contains("Later evaluations") && all.contains("other.csv") && all.contains("max_length_inference=3"))
    let ended = try workspace.kiseki("report", "slow", "fast", "--data", "other.csv", "-o", "data.html", "--lang", "ja")
    #expect(ended.code == 0, "\(ended.errors)")
    let japanese = try workspace.text("data.html")
    #expect(japanese.contains("後からの評価") && japanese.contains("比較した行数"))
    #expect(try workspace.kiseki("publish", "site").code == 0)
    #expect(try workspace.text("site/comparison.html").contains("Later evaluations"))
  }
}
