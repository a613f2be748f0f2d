import Foundation
import Tables
import TestSupport
import Testing

/// The rows of one evaluation, as 'show --evaluation' has them.
@Suite(.timeLimit(.minutes(5))) struct ShowEvaluationTests {
  private func json(_ workspace: RunWorkspace, _ words: String...) throws -> JSONValue {
    let ended = try workspace.start(["show"] + words + ["--json"]).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    return try JSONValue(parsing: Data(ended.output.utf8))
  }

  @Test func `a later evaluation is shown with intervals, its first rows and its worst, and whole as JSON`() throws {
    let workspace = try RunWorkspace()
    try #require(workspace.run("epochs=8", "learning_rate=0.05").code == 0)
    // Some rows are those it learned, the others have answers it cannot know.
    var rows = RunWorkspace.data(rows: 12).split(separator: "\n").map(String.init)
    rows += (0..<8).map { "close the page \($0),まったく別の答え\($0)" }
    try workspace.write(rows.joined(separator: "\n") + "\n", to: "other.csv")
    let made = try workspace.kiseki("evaluate", "tiny", "--data", "other.csv", "--metric", "chrF", "--json")
    let id = try #require(try JSONValue(parsing: Data(made.output.utf8))["id"]?.stringValue)
    #expect(try workspace.kiseki("show", "tiny").errors.contains("show tiny@1 --evaluation \(id)"))

    let all = try json(workspace, "tiny", "--evaluation", String(id.prefix(6)))
    #expect(
      all["name"] == "tiny" && all["version"] == 1 && all["evaluation"]?.stringValue == id && all["later"] == true)
    #expect(all["metric"] == "chrf" && all["data"]?["path"] == "other.csv" && all["model"] == "tuned")
    let lines = try #require(all["predictions"]?.arrayValue)
    #expect(lines.count == 20 && lines.allSatisfy { $0["statistics"]?["chrf"] != nil })
    // Each score again from the rows, and every one inside of its interval.
    let losses = lines.compactMap { $0["statistics"]?["negative_log_likelihood"]?.doubleValue }
    let tokens = lines.compactMap { $0["statistics"]?["tokens"]?.integerValue }
    let loss = losses.reduce(0, +) / Double(tokens.reduce(0, +))
    #expect(abs(loss - (all["estimates"]?["loss"]?["value"]?.doubleValue ?? 0)) < 1e-12 * loss)
    for estimate in all["estimates"]?.objectMembers ?? [] {
      let bounds = (estimate.value["interval"]?.arrayValue ?? []).compactMap { $0.doubleValue }
      let value = try #require(estimate.value["value"]?.doubleValue)
      #expect(
        estimate.value["rows"] == 20 && bounds.count == 2 && bounds[0] <= value && value <= bounds[1], "\(estimate)")
    }
    #expect(all["estimates"]?.objectMembers?.count == 10 - 1)

    let text = try workspace.kiseki("show", "tiny@1", "--evaluation", id).output
    let worst = lines.enumerated().sorted { first, second in
      let scores = [first, second].map { $0.element["scores"]?["chrf"]?.doubleValue ?? -1 }
      return scores[0] == scores[1] ? first.offset < second.offset : scores[0] < scores[1]
    }.prefix(5).map { ($0.element["row"]?.integerValue ?? -1) + 1 }
    let numbers = text.matches(of: #/row (\d+), chrF/#).compactMap { Int($0.1) }
    #expect(numbers == [1, 2, 3] + worst, "\(text)")
    #expect(text.contains("Worst answers by chrF of the row") && text.contains("other.csv, 20 rows"))
  }

  @Test func `a run's own evaluations are shown by their step, and what there is not is said with what there is`()
    throws
  {
    let workspace = try RunWorkspace()
    try #require(workspace.run("epochs=1", "evaluate_before_training=true", "test_dataframe=../train.csv").code == 0)
    let own = try json(workspace, "tiny", "--evaluation", "0")
    let kept = try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl")
    #expect(own["later"] == false && own["step"] == 0 && own["set"] == "validation")
    #expect(own["predictions"]?.arrayValue?.map { $0["prediction"] } == kept.map { $0["prediction"] })
    #expect(try workspace.kiseki("show", "tiny", "--evaluation", "test").output.contains("its test rows, 12 rows"))
    let small = try workspace.kiseki("show", "tiny", "--evaluation", "2").output
    #expect(small.contains("Answers (rows counted from 1)") && !small.contains("Worst"), "\(small)")
    for id in ["3", "abcd"] {
      let none = try workspace.kiseki("show", "tiny", "--evaluation", id)
      #expect(none.code == 1 && none.sentence.contains("there is no such one. It has 0, 2, test."), "\(none.errors)")
    }
    try #require(workspace.sweep(["lora_r=2,4", "-n", "grid", "epochs=0"]).code == 0)
    let sweep = try workspace.kiseki("show", "grid", "--evaluation", "0")
    #expect(sweep.code == 64 && sweep.sentence.contains("is a sweep"), "\(sweep.errors)")
  }
}
