import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let prompt = OptionalArgument(
    "PROMPT", help: "what to answer; one prompt a line from stdin when left out or '-'")
  private static let base = Flag("base", help: "ask the untouched model instead of the tuned one")
  private static let maximum = ValueOption(
    "max-new-tokens", placeholder: "N", help: "the most tokens of an answer; as in the run's evaluations unless given")

  static let generateCommand = Command(
    "generate", summary: "answer prompts with a tuned model, or the untouched one", arguments: [experiment, prompt],
    options: [base, maximum, BackboneSearch.option],
    examples: [
      "kiseki generate demo \"次の英文を日本語に訳してください。Could not save.\"", "kiseki generate demo@1 --base < prompts.txt",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let most = try arguments.integer(maximum, in: 1...1_048_576)
    let workspace = try Workspace.find(from: console.directory)
    let version = try workspace.version(ExperimentReference(argument: arguments[experiment]))
    let model = try RecordedModel(
      version, version.configuration(in: workspace).configuration, in: workspace, isBase: arguments[base],
      backbone: arguments[BackboneSearch.option].map(console.path))
    let answering = try PromptAnswering(model, maximumNewTokens: most)
    try Conversation(answering: answering, isBase: arguments[base], console: console).hold(arguments[prompt])
    return .success
  }
}
