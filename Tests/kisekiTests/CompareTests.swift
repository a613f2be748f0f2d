import Foundation
import Tables
import Testing

@Suite struct CompareTests {
  /// A sweep's worth of tiny runs, made once for every test here.
  private static let folder = Result {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("base", "lora_r=2")
    try folder.train("tuned", "lora_r=4", "epochs=3", "learning_rate=0.05")
    try folder.train("likely", "metric=Perplexity")
    try folder.train("grid/lora_r=4,seed=1", "lora_r=4", "seed=1")
    try folder.train("grid/lora_r=4,seed=2", "lora_r=4", "seed=2")
    try folder.train("grid/lora_r=8,seed=1", "lora_r=8", "seed=1")
    // Other rows to be scored on.
    try folder.train("elsewhere", "validation_dataframe=../sample/data/test.csv")
    try folder.kiseki(
      "run", "experiments/demo.yaml", "-n", "fails", "epochs=1", "learning_rate=1e30", "max_length_inference=2",
      expecting: 1)
    // A run from another machine that did not end.
    try folder.write("state", to: "work/experiments/left/checkpoint/state")
    return folder
  }

  @Test func `two runs are compared, and the same again gives the same bytes`() throws {
    let folder = try Self.folder.get()
    let text = try folder.kiseki("compare", "base", "tuned")
    for part in ["95 % interval", "difference", "lora_r", "learning_rate", "baseline", "luck?"] {
      #expect(text.output.contains(part), "\(part) in \(text.output)")
    }
    #expect(text.errors.contains("kiseki diff") && text.errors.contains("rough"))
    let json = try folder.kiseki("compare", "base", "tuned", "--json")
    #expect(try folder.kiseki("compare", "base", "tuned", "--format", "json").output == json.output)
    let value = try json.json()
    #expect(value["baseline"] == "base" && value["baseline_named"] == true && value["metric"] == "validation/bleu")
    #expect(value["candidates"]?.arrayValue?.count == 2)
    #expect(value["differences"]?["settings"]?["training.lora_r"]?["tuned"] == 4)
    let loss = try folder.kiseki("compare", "tuned", "base", "--metric", "loss", "--json").json()
    #expect(loss["verdict"]?["winner"] == "tuned" && loss["baseline"] == "tuned")
  }

  @Test func `a sweep is compared with its best, seeds together, and the winner's test score is given`() throws {
    let folder = try Self.folder.get()
    let outcome = try folder.kiseki("compare", "grid", "--metric", "loss")
    #expect(outcome.output.contains("seeds") && outcome.output.contains("sd of seeds"))
    #expect(outcome.output.contains("On 2 test rows"))
    let value = try folder.kiseki("compare", "grid", "--json").json()
    #expect(value["baseline_named"] == false)
    let labels = value["candidates"]?.arrayValue?.compactMap { $0["label"]?.stringValue }
    #expect(labels?.sorted() == ["grid/lora_r=4", "grid/lora_r=8,seed=1"])
    let each = try folder.kiseki("compare", "grid", "--each-run", "--json").json()
    #expect(each["candidates"]?.arrayValue?.count == 3)
  }

  @Test func `runs that cannot be compared are named with the reason`() throws {
    let folder = try Self.folder.get()
    let outcome = try folder.kiseki("compare", "base", "tuned", "elsewhere", "likely", "fails", "left")
    for reason in [
      "elsewhere is not compared: scored on other rows: 2 against 4", "likely is not compared: it has no bleu",
      "fails is not compared: the run failed", "left is not compared: the run is not finished",
    ] { #expect(outcome.errors.contains(reason), "\(reason) in \(outcome.errors)") }
    #expect(outcome.output.contains("not compared"))
    for name in ["base", "likely"] { try folder.kiseki("compare", name) }
    for name in ["fails", "left"] {
      let nothing = try folder.kiseki("compare", name, expecting: 1)
      #expect(nothing.errors.contains("kiseki: cannot compare: no run has validation/bleu."), "\(nothing.errors)")
    }
    let others = try folder.kiseki("compare", "base", "elsewhere", expecting: 1)
    #expect(
      others.errors.contains("kiseki: cannot compare base and elsewhere: scored on other rows"), "\(others.errors)")
    let alone = try folder.kiseki("compare", "base", "fails", expecting: 1)
    #expect(alone.errors.contains("kiseki: cannot compare: only base has validation/bleu."), "\(alone.errors)")
    #expect(try folder.kiseki("compare", "base").output.contains("a second setting is needed"))
    #expect(try folder.kiseki("compare", "bse", expecting: 1).errors.contains("'base'"))
    try folder.kiseki("compare", expecting: 64)
    try folder.kiseki("compare", "base", "tuned", "--metric", "blue", expecting: 64)
  }

  @Test func `a gate decides the exit code and says by how much`() throws {
    let folder = try Self.folder.get()
    try folder.kiseki("compare", "base", "tuned", "--gate", "loss < baseline")
    let failed = try folder.kiseki(
      "compare", "tuned", "base", "--gate", "loss < baseline", "--gate", "bleu >= 0", expecting: 2)
    #expect(failed.errors.contains("gate 'loss < baseline', base: fails by "))
    #expect(failed.errors.contains("gate 'bleu >= 0', base: holds"))
    let missing = try folder.kiseki("compare", "base", "likely", "--gate", "bleu >= 0", expecting: 2)
    #expect(missing.errors.contains("likely: fails, it has no bleu"))
    try folder.kiseki("compare", "base", "fails", "--gate", "bleu >= baseline", expecting: 2)
    let mistake = try folder.kiseki("compare", "base", "tuned", "--gate", "bleu => 20", expecting: 64)
    #expect(mistake.errors.contains("\n  bleu => 20\n       ^") && mistake.output == "")
    #expect(
      try folder.kiseki("compare", "grid", "--gate", "bleu > baseline", expecting: 64).errors.contains("--baseline"))
    let gates = try folder.kiseki("compare", "tuned", "base", "--gate", "loss < baseline", "--json", expecting: 2)
    #expect(try gates.json()["gates"]?.arrayValue?.first?["holds"] == false)
  }

  @Test func `Markdown and CSV hold the same table`() throws {
    let folder = try Self.folder.get()
    let markdown = try folder.kiseki("compare", "base", "tuned", "--format", "markdown").output
    #expect(markdown.hasPrefix("| name | ") && markdown.contains("| ---: |"))
    try folder.write(try folder.kiseki("compare", "base", "tuned", "--format", "csv").output, to: "table.csv")
    let lines = try folder.read("table.csv").split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("name,runs,") && lines[0].hasSuffix(",p,p_holm,note"))
  }

  @Test func `diff shows settings, data rows, scores, adapters and answers`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("one", "lora_r=2")
    var data = try folder.read("work/sample/data/train.csv").split(separator: "\n")
    data.remove(at: 3)
    data.append("another,新しい設定")
    data[1] = "number 1,変わりました"
    try folder.write(data.joined(separator: "\n") + "\n", to: "work/sample/data/train.csv")
    try folder.train("two", "lora_r=4", "epochs=3", "learning_rate=0.05")
    try folder.train("whole", "lora=false")

    let text = try folder.kiseki("diff", "one", "two").output
    for part in [
      "one@1 -> two@1", "training.lora_r", "18 kept, 1 added, 1 removed, 1 changed", "+ another | 新しい設定",
      "validation/bleu", "cosine", "all layers", "of 4 rows are answered differently",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    let json = try folder.kiseki("diff", "one", "two", "--json").json()
    #expect(json["data"]?["train"]?["changed"]?.arrayValue?.count == 1)
    #expect(json["data"]?["test"]?["finding"] == "same bytes")
    let layers = try #require(json["adapter"]?.arrayValue)
    #expect(layers.count == 5)
    for layer in layers {
      let figures = try ["first_norm", "second_norm", "distance", "cosine"].map {
        try #require(layer[$0]?.doubleValue)
      }
      // The law of cosines ties the four together.
      let squared = figures[0] * figures[0] + figures[1] * figures[1] - 2 * figures[3] * figures[0] * figures[1]
      #expect(abs(squared - figures[2] * figures[2]) < 1e-9 * (1 + squared))
    }
    let same = try folder.kiseki("diff", "one@1", "one").output
    #expect(same.contains("score the same") && same.contains("0 of 4 rows"))
    try folder.train("more", "lora_target_modules=c_attn")
    let more = try folder.kiseki("diff", "one", "more")
    let warnings = more.errors.split(separator: "\n").filter { $0.contains("layers are") }
    #expect(
      warnings.count == 1 && warnings[0].contains("3 layers are adapted by one@1 alone, the first is "),
      "\(more.errors)")
    let whole = try folder.kiseki("diff", "one", "whole")
    #expect(whole.errors.contains("whole@1 has no adapter: it was trained as a whole"))
    try folder.kiseki("diff", "one", expecting: 64)
    #expect(try folder.kiseki("diff", "one", "two@7", expecting: 1).errors.contains("only version 1"))
  }
}
