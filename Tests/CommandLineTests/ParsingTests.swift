import CommandLine
import Testing

private let config = RequiredArgument("CONFIG", help: "the configuration file")
private let overrides = RepeatedArgument("KEY=VALUE", help: "settings to change")
private let folder = OptionalArgument("DIR", help: "where")
private let runName = ValueOption("name", short: "n", placeholder: "NAME", help: "the experiment's name")
private let limit = ValueOption("limit", placeholder: "N", help: "at most N rows")
private let tags = RepeatedOption("tag", short: "t", placeholder: "TAG", help: "a tag")
private let dryRun = Flag("dry-run", help: "only check")

private struct Broken: Error, CustomStringConvertible { var description: String { "the disk is full" } }

private let program = Program(
  name: "kiseki", version: "1.2", summary: "keeps experiments in git", examples: ["kiseki init"],
  environment: [EnvironmentVariable("KISEKI_THREADS", help: "threads to compute with")],
  commands: [
    Command(
      "run", summary: "train and record", arguments: [config, overrides], options: [runName, tags, dryRun],
      examples: ["kiseki run demo.yaml lora_r=8"]
    ) { _ in throw Broken() },
    Command("init", summary: "make a workspace", arguments: [folder], examples: ["kiseki init demo"]) { _ in
      .success
    },
    Command("ls", summary: "list experiments", options: [limit], examples: ["kiseki ls"]) { arguments in
      _ = try arguments.integer(limit, in: 1...100)
      return .refusedByGate
    },
  ])

private func parsed(_ words: String...) throws -> (name: String, arguments: ParsedArguments) {
  guard case .run(let command, let arguments) = try program.parse(words) else { throw Broken() }
  return (command.name, arguments)
}

private func refusal(_ words: [String]) throws -> UsageError {
  try #require(throws: UsageError.self) { try program.parse(words) }
}

@Test func `words and options are read in any order`() throws {
  let (name, arguments) = try parsed(
    "run", "-n", "a", "demo.yaml", "lora_r=8", "--tag=x", "-ty", "--dry-run", "b=c=d")
  #expect(name == "run")
  #expect(arguments[config] == "demo.yaml")
  #expect(arguments[overrides] == ["lora_r=8", "b=c=d"])
  #expect(arguments[runName] == "a")
  #expect(arguments[tags] == ["x", "y"])
  #expect(arguments[dryRun])
}

@Test func `what is left out is absent`() throws {
  let (_, arguments) = try parsed("run", "demo.yaml")
  #expect(arguments[overrides].isEmpty)
  #expect(arguments[runName] == nil)
  #expect(arguments[tags].isEmpty)
  #expect(!arguments[dryRun])
  #expect(arguments.globals == GlobalOptions())
  #expect(try parsed("init").arguments[folder] == nil)
}

@Test func `global options stand before or after the command`() throws {
  let (_, arguments) = try parsed("-C", "a", "-qv", "ls", "-C", "b", "--json", "--color", "never")
  #expect(arguments.globals.directory == "a/b")
  #expect(arguments.globals.isQuiet)
  #expect(arguments.globals.isVerbose)
  #expect(arguments.globals.wantsJSON)
  #expect(arguments.globals.color == .never)
  #expect(try parsed("-C", "a", "-C", "/b", "ls").arguments.globals.directory == "/b")
}

@Test func `a double dash ends the options`() throws {
  let (_, arguments) = try parsed("run", "--", "-n", "--tag")
  #expect(arguments[config] == "-n")
  #expect(arguments[overrides] == ["--tag"])
}

@Test func `a dash and a negative number are words`() throws {
  #expect(try parsed("init", "-").arguments[folder] == "-")
  #expect(try parsed("init", "-1e-3").arguments[folder] == "-1e-3")
}

@Test func `given twice, the later value counts, and a value may be empty`() throws {
  #expect(try parsed("run", "c", "-n", "a", "-n=b").arguments[runName] == "b")
  #expect(try parsed("run", "c", "--name=").arguments[runName] == "")
  #expect(try parsed("run", "c", "--name", "--x").arguments[runName] == "--x")
}

@Test(arguments: [
  (["rnu"], "unknown command 'rnu'; did you mean 'run'?"),
  ([], "no command is given"),
  (["run", "c", "--nam", "x"], "unknown option '--nam'; did you mean '--name'?"),
  (["run", "c", "-x"], "unknown option '-x'"),
  (["run"], "run needs CONFIG: the configuration file"),
  (["run", "c", "--name"], "option '--name' needs a value: --name NAME"),
  (["run", "c", "--dry-run=yes"], "option '--dry-run' takes no value, but got 'yes'"),
  (["init", "a", "b"], "'b' is more than init takes"),
  (
    ["ls", "--color", "allways"],
    "option '--color' is 'allways', but must be one of auto, always, never; did you mean 'always'?"
  ),
  (["help", "shw"], "unknown command 'shw'"),
])
func `wrong usage is refused in one sentence`(_ words: [String], _ description: String) throws {
  #expect(try refusal(words).description == description)
}

@Test func `execution maps every ending to an exit code and a message`() {
  var output = ""
  var errors: [String] = []
  func execute(_ words: String...) -> ExitCode {
    program.execute(words, output: { output += $0 }, errors: { errors.append($0) })
  }
  #expect(execute("init") == .success)
  #expect(execute("ls") == .refusedByGate)
  #expect(execute("run", "c") == .failure)
  #expect(errors == ["kiseki: the disk is full"])
  #expect(execute("run") == .usage)
  #expect(errors.last == "kiseki: run needs CONFIG: the configuration file. See 'kiseki help run'.")
  #expect(execute("ls", "--limit", "0") == .usage)
  #expect(
    errors.last == "kiseki: --limit is '0', but must be a whole number from 1 to 100. See 'kiseki help ls'.")
  #expect(execute("zebra") == .usage)
  #expect(errors.last == "kiseki: unknown command 'zebra'. See 'kiseki --help'.")
  #expect(output.isEmpty)
  #expect(execute("--version") == .success)
  #expect(output == "kiseki 1.2\n")
}

@Test func `the exit codes are the documented ones`() {
  let codes: [ExitCode] = [.success, .failure, .refusedByGate, .usage, .interrupted]
  #expect(codes.map(\.rawValue) == [0, 1, 2, 64, 130])
}

@Test func `help shows commands, options and an example`() throws {
  for words in [["--help"], ["-h"], ["help"]] {
    guard case .help(let text) = try program.parse(words) else { throw Broken() }
    #expect(text.hasPrefix("kiseki: keeps experiments in git\n\nUsage: kiseki [options] COMMAND ...\n"))
    #expect(text.contains("\n  run   train and record\n"))
    #expect(text.contains("  -C, --directory DIR"))
    #expect(text.contains("\nEnvironment:\n  KISEKI_THREADS  threads to compute with\n"))
    #expect(text.contains("\nExamples:\n  kiseki init\n"))
  }
}

@Test func `a command's help needs no arguments`() throws {
  for words in [["run", "--help"], ["help", "run"], ["run", "c", "-h"]] {
    guard case .help(let text) = try program.parse(words) else { throw Broken() }
    #expect(text.contains("Usage: kiseki run [options] CONFIG [KEY=VALUE ...]\n"))
    #expect(text.contains("  -n, --name NAME  the experiment's name\n"))
    #expect(text.contains("      --dry-run    only check\n"))
    #expect(text.contains("  kiseki run demo.yaml lora_r=8\n"))
  }
}
