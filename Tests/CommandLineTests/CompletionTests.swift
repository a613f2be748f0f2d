import CommandLine
import Testing

@Suite struct CompletionTests {
  private static let kinds: [(ArgumentKind, [String])] = [
    (.experiment, ["base", "base@1", "bass", "other"]), (.configuration, ["a.yaml", "folder/"]),
    (.setting, ["lora_r=", "learning_rate="]),
  ]

  private static let program = Program(
    name: "tool", version: "1", summary: "a tool", examples: [],
    commands: [
      Command(
        "run", summary: "run it",
        arguments: [RequiredArgument("CONFIG", help: "file"), RepeatedArgument("KEY=VALUE", help: "settings")],
        options: [
          ValueOption("dirty", placeholder: "POLICY", choices: ["record", "refuse", "allow"], help: "what to do"),
          ValueOption("name", short: "n", placeholder: "NAME", help: "its name"),
          ValueOption("baseline", placeholder: "NAME[@V]", help: "to compare with"),
          Flag("dry-run", help: "do nothing"),
        ], examples: ["tool run a.yaml"]
      ) { _ in .success },
      Command("show", summary: "show one", arguments: [RequiredArgument("NAME[@V]", help: "which")], examples: []) {
        _ in .success
      },
      Command(
        "shell", summary: "for a shell",
        arguments: [RequiredArgument("SHELL", kind: .choice(["bash", "zsh"]), help: "which")], examples: []
      ) { _ in .success },
      Command("secret", summary: "not for people", examples: [], isHidden: true) { _ in .success },
    ])

  private func words(_ line: String, in expected: String? = nil) -> [String] {
    let candidates = Self.program.completions(of: ShellWords.split(line).words) { kind, _, directory in
      #expect(directory == expected)
      return (Self.kinds.first { $0.0 == kind }?.1 ?? []).map { CompletionCandidate($0) }
    }
    return candidates.map(\.word)
  }

  @Test func `commands come first, options where a dash is typed, hidden commands never`() {
    #expect(words("") == ["run", "show", "shell", "help"])
    #expect(words("s") == ["show", "shell"] && words("help sh") == ["show", "shell"] && words("help run ") == [])
    #expect(words("run --d") == ["--dirty", "--dry-run", "--directory"])
    #expect(words("-q --color al") == ["always"] && words("--color=al") == ["--color=always"])
    #expect(words("sec") == [] && words("nothing ") == [])
  }

  @Test func `words of a command are those of its arguments, whatever options stand between`() {
    #expect(words("show b") == ["base", "base@1", "bass"] && words("show base ") == [])
    #expect(words("run ") == ["a.yaml", "folder/"])
    #expect(words("run a.yaml l") == ["lora_r=", "learning_rate="] && words("run a.yaml lora_r=4 lo") == ["lora_r="])
    #expect(words("run --dry-run -n x a.yaml lo") == ["lora_r="] && words("run -nx -- a.yaml lo") == ["lora_r="])
    #expect(words("run --dirty re") == ["record", "refuse"] && words("run --dirty=a") == ["--dirty=allow"])
    #expect(words("run -n ") == [] && words("run --baseline ba") == ["base", "base@1", "bass"])
    #expect(words("shell z") == ["zsh"])
    #expect(words("-C a -Cb show o", in: "a/b") == ["other"] && words("--directory=/x show o", in: "/x") == ["other"])
  }

  @Test func `a word outside of an argument's choices is refused`() {
    let error = #expect(throws: UsageError.self) { try Self.program.parse(["shell", "zhs"]) }
    #expect(error?.description == "SHELL is 'zhs', but must be one of bash, zsh; did you mean 'zsh'?")
  }

  @Test func `a line is taken apart as a shell does, and quoted words are read back`() {
    #expect(ShellWords.split("a 'b c' \"d \\\" e\" f\\ g").words == ["a", "b c", "d \" e", "f g"])
    #expect(ShellWords.split("cd x && tool run ").words == ["tool", "run", ""])
    let open = ShellWords.split("show \"ba")
    #expect(open.words == ["show", "ba"] && open.openQuote == "\"")
    for word in ["日本", "a b", "$(x)", "it's", "a\"b\\", "r=8,b=1e-4"] {
      for quote in [nil, "'", "\""] as [Character?] {
        let text = (quote.map(String.init) ?? "") + ShellWords.quoted(word, in: quote) + (quote.map(String.init) ?? "")
        #expect(ShellWords.split(text).words == [word], "\(text)")
      }
    }
  }
}
