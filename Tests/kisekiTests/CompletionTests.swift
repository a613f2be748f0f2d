import Foundation
import Testing

/// Tab in real shells, as far as they are there.
@Suite struct CompletionTests {
  static func hasShell(_ name: String) -> Bool {
    ["/bin/", "/usr/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
  }

  /// A workspace with versions made by git alone: names are all that is looked at.
  private func workspace(_ names: [String]) throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    for name in names { try workspace.git("update-ref", "refs/experiments/" + name, "HEAD") }
    try workspace.write("a: 1\n", to: "experiments/日本 語.yaml")
    return workspace
  }

  private let names = ["base", "grid/lora_r=4,seed=1", "grid/lora_r=8,seed=1", "grid/plan", "日本", "$(touch x)"]

  private func complete(_ workspace: RunWorkspace, _ words: String...) throws -> [String] {
    let ended = try workspace.start(["complete", "--"] + words).wait()
    #expect(ended.code == 0 && ended.errors == "")
    return ended.output.split(separator: "\n").map { String($0.split(separator: "\t")[0]) }
  }

  @Test func `experiments, sweeps, versions, settings and files are known`() throws {
    let workspace = try workspace(names.filter { !$0.contains(" ") })
    #expect(try complete(workspace, "show", "") == ["base", "日本", "grid"])
    #expect(try complete(workspace, "show", "grid") == ["grid", "grid/"])
    #expect(try complete(workspace, "show", "grid/") == ["grid/lora_r=4,seed=1", "grid/lora_r=8,seed=1"])
    #expect(try complete(workspace, "show", "日") == ["日本"])
    #expect(try complete(workspace, "show", "base@") == ["base@1"])
    #expect(try complete(workspace, "run", "exp") == ["experiments/"])
    #expect(try complete(workspace, "run", "experiments/") == ["experiments/tiny.yaml", "experiments/日本 語.yaml"])
    #expect(try complete(workspace, "run", "x.yaml", "lora_r") == ["lora_r="])
    #expect(try complete(workspace, "run", "x.yaml", "training.lora_r") == ["training.lora_r="])
    #expect(try complete(workspace, "run", "x.yaml", "lora=") == ["lora=True", "lora=False"])
    #expect(try complete(workspace, "run", "x.yaml", "lora=True,F") == ["lora=True,False"])
    #expect(try complete(workspace, "run", "--dirty", "re") == ["record", "refuse"])
    #expect(try complete(workspace, "completions", "") == ["bash", "zsh", "fish"])
  }

  @Test func `nothing is said outside of a workspace, for a damaged one, or for nonsense`() throws {
    let outside = try RunWorkspace(hasRepository: false)
    #expect(try complete(outside, "show", "").isEmpty)
    let damaged = try workspace(["base"])
    try damaged.write("nonsense", to: ".git/refs/experiments/base")
    try damaged.write("nonsense", to: ".git/HEAD")
    for words in [["show", ""], ["show", "base@"], ["nothing", ""], ["show", "a@b@"], ["run", "/no/such/"]] {
      let ended = try damaged.start(["complete", "--"] + words).wait()
      #expect(ended.code == 0 && ended.output == "" && ended.errors == "", "\(words)")
    }
  }

  @Test(.enabled(if: hasShell("bash"), "no bash here"))
  func `bash completes words with breaks, quotes and dangerous names`() throws {
    let workspace = try workspace(names.filter { !$0.contains(" ") } + ["$(touch,x)"])
    func tab(_ line: String) throws -> [String] {
      // What readline sets before it calls the function, with its own way to take words apart.
      let script = """
        source <("$1" completions bash 2>/dev/null); PATH="${1%/*}:$PATH"
        COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'; COMP_LINE=$2; COMP_POINT=${#2}
        _kiseki kiseki; printf '%s\\n' "${COMPREPLY[@]}"
        """
      let ended = try Running(
        "/usr/bin/env", ["bash", "-c", script, "test", RunWorkspace.program, line], in: workspace.path,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LC_ALL": "C.UTF-8"],
        notes: workspace.path + "/.git"
      ).wait()
      #expect(ended.errors == "")
      return ended.output.split(separator: "\n").map(String.init)
    }
    #expect(try tab("kiseki sh") == ["show"])
    #expect(try tab("kiseki show ba") == ["base"] && tab("kiseki show base@") == ["1"])
    #expect(try tab("kiseki show grid/lora_r=") == ["4,seed=1", "8,seed=1"])
    #expect(try tab("kiseki run experiments/日") == ["experiments/日本\\ 語.yaml"])
    #expect(try tab("kiseki run \"experiments/日") == ["experiments/日本 語.yaml"])
    #expect(try tab("kiseki run x.yaml lora=F") == ["False"])
    #expect(try tab("kiseki show '$(") == ["$(touch,x)"] && tab("kiseki show \\$") == ["\\$\\(touch,x\\)"])
    #expect(try tab("cd x; kiseki log 日") == ["日本"])
  }

  @Test(.enabled(if: hasShell("zsh"), "no zsh here"))
  func `zsh accepts the script and asks for the word being typed`() throws {
    let workspace = try workspace(["base", "bass"])
    // compadd only works in a widget; what it would be given is what counts.
    let script = """
      compadd() { while [[ $1 != -a ]]; do shift; done; print -l -- ${(P)2}; }
      PATH="${1%/*}:$PATH"; source <(kiseki completions zsh 2>/dev/null)
      words=(kiseki show ba); CURRENT=3; _kiseki
      words=(kiseki run x.yaml 'lora_r'); CURRENT=4; _kiseki
      """
    let ended = try Running(
      "/usr/bin/env", ["zsh", "-f", "-c", script, "test", RunWorkspace.program], in: workspace.path,
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LC_ALL": "C.UTF-8"],
      notes: workspace.path + "/.git"
    ).wait()
    #expect(ended.output == "base\nbass\nlora_r=\n" && ended.errors == "", "\(ended.errors)")
  }

  @Test(.enabled(if: hasShell("fish"), "no fish here"))
  func `fish completes a line`() throws {
    let workspace = try workspace(["base", "bass"])
    let script = """
      set -x PATH (string replace -r '/[^/]*$' '' $argv[1]) $PATH
      kiseki completions fish 2>/dev/null | source
      complete -C 'kiseki show ba'; complete -C 'kiseki run x.yaml lora_r'
      """
    let ended = try Running(
      "/usr/bin/env", ["fish", "--no-config", "-c", script, RunWorkspace.program], in: workspace.path,
      environment: [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LC_ALL": "C.UTF-8",
        "HOME": workspace.path + "/.git",
      ], notes: workspace.path + "/.git"
    ).wait()
    #expect(
      ended.output.split(separator: "\n").map { $0.split(separator: "\t")[0] } == ["base", "bass", "lora_r="],
      "\(ended.output)\(ended.errors)")
  }
}
