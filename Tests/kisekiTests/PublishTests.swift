import Foundation
import Glibc
import Tables
import Testing

/// `publish`, on runs of the tiny model.
@Suite struct PublishTests {
  private static let templates = ["KISEKI_TEMPLATES": TinyModel.repository + "/templates"]

  @discardableResult
  private func publish(
    _ workspace: RunWorkspace, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Ended {
    try workspace.start(["publish"] + arguments, environment: Self.templates.merging(environment) { $1 }).wait()
  }

  /// Every file of a site with its content.
  private func contents(_ workspace: RunWorkspace, _ folder: String) throws -> [String: Data] {
    Dictionary(
      uniqueKeysWithValues: try workspace.files(below: folder).map { ($0, try workspace.data("\(folder)/\($0)")) })
  }

  @Test func `a site has a page for each experiment, its files and hashes, and all links lead somewhere`() throws {
    let workspace = try RunWorkspace()
    for (name, rate) in [
      ("s/lora_r=4,learning_rate=0.01", "0.01"), ("s/lora_r=4,learning_rate=0.1", "0.1"), ("実験#1", "0.02"),
    ] {
      #expect(try workspace.run("-n", name, "learning_rate=\(rate)", "evaluate_before_training=true").code == 0)
    }
    let ended = try publish(workspace, "out/site")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output.contains("out/site  3 experiments, "))
    #expect(!ended.errors.contains("warning"), "\(ended.errors)")
    let files = try workspace.files(below: "out/site")
    let trial = "experiments/s/lora_r=4,learning_rate=0.01"
    for name in [
      "index.html", "comparison.html", "data/experiments.json", "data/experiments.csv", "data/comparison.json",
      "\(trial)/index.html", "\(trial)/config.yaml", "\(trial)/metrics.jsonl", "\(trial)/adapter/adapter_config.json",
      "\(trial)/adapter/adapter_model.safetensors", "\(trial)/evaluations/0/predictions.jsonl",
      "experiments/実験~231/index.html",
    ] { #expect(files.contains(name), "\(name)") }
    // What is not asked for stays at home.
    #expect(!files.contains { $0.hasSuffix("log.txt") || $0.contains("/data/") || $0.hasSuffix("environment.json") })
    #expect(
      try workspace.data("out/site/\(trial)/adapter/adapter_model.safetensors")
        == workspace.data("experiments/s/lora_r=4,learning_rate=0.01/adapter/adapter_model.safetensors"))
    let sums = try Running(
      "/usr/bin/env", ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], in: workspace.path + "/out/site",
      environment: [:], notes: NSTemporaryDirectory()
    ).wait()
    #expect(sums.code == 0, "\(sums.output)\(sums.errors)")

    for page in files where page.hasSuffix(".html") {
      let text = try workspace.text("out/site/" + page)
      let base = URL(filePath: "/" + page)
      for piece in text.components(separatedBy: "href=\"").dropFirst() {
        let link = String(piece.prefix { $0 != "\"" })
        guard !link.hasPrefix("#"), !link.hasPrefix("data:") else { continue }
        let target = try #require(URL(string: link, relativeTo: base)?.absoluteURL.standardized.path)
        #expect(files.contains(String(target.dropFirst())), "\(page): \(link)")
      }
      #expect(!text.contains("src=\"http") && !text.contains("href=\"http"), "\(page)")
    }
    let json = try workspace.json("out/site/data/experiments.json")
    let experiments = try #require(json["experiments"]?.arrayValue)
    #expect(experiments.count == 3)
    for experiment in experiments {
      let name = try #require(experiment["name"]?.stringValue)
      let commit = try workspace.git("rev-parse", "refs/experiments/\(name)")
      #expect(experiment["commit"]?.stringValue == commit.trimmingCharacters(in: .whitespacesAndNewlines))
      #expect(try workspace.text("out/site/index.html").contains(commit.prefix(7)))
    }
  }

  @Test func `publishing again writes nothing, a new run only what it changes, a removed one goes`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("-n", "a")
    try workspace.run("-n", "b", "learning_rate=0.1")
    try publish(workspace, "site")
    try publish(workspace, "site2")
    let first = try contents(workspace, "site")
    #expect(try contents(workspace, "site2") == first)
    #expect(try publish(workspace, "site", "--json").output.contains("\"written\": []"))

    try workspace.write("theirs", to: "site/CNAME")
    try workspace.git("update-ref", "-d", "refs/experiments/b")
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/b")
    let again = try JSONValue(parsing: Data(publish(workspace, "site", "--json").output.utf8))
    #expect(again["removed"]?.arrayValue?.contains("experiments/b/adapter/adapter_model.safetensors") == true)
    #expect(again["written"]?.arrayValue?.contains("experiments/a/adapter/adapter_model.safetensors") == false)
    #expect(!workspace.exists("site/experiments/b") && workspace.exists("site/experiments/a/index.html"))
    #expect(try workspace.text("site/CNAME") == "theirs")
  }

  @Test func `no directory, name or key of this machine gets in, and what was found is said without showing it`() throws
  {
    let workspace = try RunWorkspace()
    let key = "sk-proj-Abc123Def456Ghi789"
    let home = "/home/somebody77"
    let machine = ["HOME": home, "USER": "somebody77"]
    // A word that a person put into the data may be a name; directories and keys are none.
    let row = "open \(workspace.path)/x with \(key) by somebody77,see \(home)/notes\n"
    try workspace.write(RunWorkspace.data(rows: 3) + row, to: "valid.csv")
    let ran = try workspace.run(
      "validation_strategy=custom", "validation_dataframe=../valid.csv", "max_length=64",
      "max_length_prompt=32", "-m", "password=hunter2 for \(home)",
      environment: machine)
    #expect(ran.code == 0, "\(ran.errors)")
    let ended = try publish(workspace, "site", environment: machine)
    #expect(ended.code == 0, "\(ended.errors)")
    for (name, data) in try contents(workspace, "site") {
      for secret in [key, home, workspace.path, "hunter2"] {
        #expect(data.range(of: Data(secret.utf8)) == nil, "\(name): \(secret)")
      }
    }
    let place = "site/experiments/tiny/evaluations/"
    #expect(!ended.errors.contains(key) && !ended.errors.contains("hunter2"))
    let errors = ended.errors.replacing("site/", with: "")
    #expect(errors.contains("predictions.jsonl:4: a key (sk-…), removed from the site"), "\(errors)")
    #expect(errors.contains("predictions.jsonl:4: the user name, left in"), "\(errors)")
    #expect(errors.contains("a password or token (password=…), removed from the site"), "\(errors)")
    #expect(workspace.exists(place))
  }

  @Test func `logs and uncommitted changes are published on request, looked through`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("x = 1\n", to: "code.py")
    try workspace.git("add", "code.py")
    try workspace.git("commit", "-qm", "code")
    try workspace.write("x = 1\ntoken = \"abcdef123456\"\n", to: "code.py")
    try workspace.run()
    try publish(workspace, "site")
    #expect(!workspace.exists("site/experiments/tiny/workspace.patch"))
    let ended = try publish(workspace, "site", "--with-patch", "--with-logs")
    let patch = try workspace.text("site/experiments/tiny/workspace.patch")
    #expect(patch.contains("+token = \"[removed]\"") && workspace.exists("site/experiments/tiny/log.txt"))
    let line = patch.components(separatedBy: "\n").firstIndex { $0.contains("[removed]") }.map { $0 + 1 }
    #expect(
      ended.errors.contains("workspace.patch:\(line ?? 0): a password or token (token=…), removed"), "\(ended.errors)")
    #expect(!ended.errors.contains("abcdef123456"))
    #expect(try workspace.text("site/experiments/tiny/index.html").contains("private parts removed"))
  }

  @Test func `a place that is not for a site is refused in a sentence, and nothing is written`() throws {
    let workspace = try RunWorkspace()
    #expect(try publish(workspace, "site").sentence.contains("there is no experiment"))
    try workspace.run()
    try workspace.write("theirs", to: "file")
    for (place, reason) in [
      ("file", "it is a file, not a directory"), ("model", "it holds 'config.json' and is no site of kiseki"),
      (".", "and is no site of kiseki"), ("experiments/site", "experiments/ is for runs alone"),
      ("file/site", "Not a directory"),
    ] {
      let ended = try publish(workspace, place)
      #expect(ended.code == 1 && ended.sentence.contains(reason), "\(place): \(ended.errors)")
      #expect(ended.output == "")
    }
    #expect(try publish(workspace, "site", "nobody").sentence.contains("nobody"))
    #expect(!workspace.exists("site"))
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func `a full disk leaves a site that the next time completes`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try Mount.withSmallDisk(kibibytes: 160) { disk in
      let ended = try publish(workspace, disk)
      #expect(ended.code == 1 && ended.sentence.contains("No space left on device"), "\(ended.errors)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: disk)
      #expect(!names.contains { $0.contains(".kiseki-tmp-") } && !names.contains("index.html"))
    }
  }

  @Test func `a site in Japanese says so`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try publish(workspace, "site", "--lang", "ja", "--title", "翻訳の<実験>")
    let text = try workspace.text("site/index.html")
    #expect(text.contains("<html lang=\"ja\">") && text.contains("翻訳の&lt;実験&gt;"))
    #expect(try workspace.text("site/experiments/tiny/index.html").contains("kiseki verify tiny@1"))
  }
}
