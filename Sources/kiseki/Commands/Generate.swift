import CommandLine
import Experiments
import FineTuning

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let words = RepeatedArgument(
    "PROMPT|KEY=VALUE", kind: .setting,
    help:
      "what to answer, one prompt a line from stdin when left out or '-'; and other settings of 'prediction': "
      + "do_sample=true temperature=0.7")
  private static let base = Flag("base", help: "ask the untouched model instead of the tuned one")

  static let generateCommand = Command(
    "generate", summary: "answer prompts with a tuned model, or the untouched one", arguments: [experiment, words],
    options: [
      base, GenerationSettings.systemOption, EarlierTurns.option, GenerationSettings.maximumOption,
      GenerationSettings.seedOption, BackboneSearch.option,
    ],
    examples: [
      "kiseki generate demo \"次の英文を日本語に訳してください。Could not save.\"", "kiseki generate demo@1 --base < prompts.txt",
      "kiseki generate demo num_beams=4 repetition_penalty=1.2 --json < prompts.txt",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let most = try arguments.integer(GenerationSettings.maximumOption, in: 1...1_048_576)
    let seed = try arguments.integer(GenerationSettings.seedOption, in: 0...Int(Int32.max))
    let (settings, prompts) = try GenerationSettings.split(arguments[words])
    guard prompts.count <= 1 else {
      throw UsageError("'\(prompts[1])' is a second prompt; put a prompt of several words in quotes")
    }
    let workspace = try Workspace.find(from: console.directory)
    let version = try workspace.version(ExperimentReference(argument: arguments[experiment]))
    let generation = try GenerationSettings(
      version.configuration(in: workspace), overrides: settings, maximum: most, in: workspace)
    for warning in generation.warnings { console.warn(warning) }
    if seed != nil, !generation.configuration.prediction.doSample {
      console.warn("--seed has no effect, because prediction.do_sample is false")
    }
    let earlier = try arguments[EarlierTurns.option].map { try EarlierTurns.read(console.path($0), named: $0) }
    let prediction = generation.configuration.prediction
    let configured =
      prediction.batchSizeInference > 0
      ? prediction.batchSizeInference : generation.configuration.training.batchSize
    let batchSize = prompts.isEmpty || prompts == ["-"] ? Conversation.batchSize(configured) : 1
    let model = try RecordedModel(
      version, generation.configuration, in: workspace, isBase: arguments[base],
      backbone: arguments[BackboneSearch.option].map(console.path), batchSize: batchSize)
    let answering = try PromptAnswering(model, seed: seed.map { UInt64($0) }, batchSize: batchSize)
    let conversation = Conversation(
      answering: answering, isBase: arguments[base], system: arguments[GenerationSettings.systemOption] ?? "",
      earlier: earlier ?? [], batchSize: batchSize, console: console)
    try conversation.hold(prompts.first)
    return .success
  }
}
