import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let settings = RepeatedArgument(
    "KEY=VALUE", help: "other settings of 'prediction': do_sample=true temperature=0.7")
  private static let base = Flag("base", help: "talk to the untouched model instead; in the chat, /base shows both")

  static let chatCommand = Command(
    "chat", summary: "talk to a tuned model: earlier turns count, /base shows the untouched model beside it",
    arguments: [experiment, settings],
    options: [
      base, GenerationSettings.systemOption, EarlierTurns.option, GenerationSettings.maximumOption,
      GenerationSettings.seedOption, BackboneSearch.option,
    ],
    examples: [
      "kiseki chat demo", "kiseki chat demo@1 do_sample=true temperature=0.7",
      "kiseki chat demo --json < prompts.txt",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let most = try arguments.integer(GenerationSettings.maximumOption, in: 1...1_048_576)
    let seed = try arguments.integer(GenerationSettings.seedOption, in: 0...Int(Int32.max))
    let workspace = try Workspace.find(from: console.directory)
    let version = try workspace.version(ExperimentReference(argument: arguments[experiment]))
    var beginning = ChatSession.Beginning()
    let words = arguments[settings]
    beginning.overrides =
      try GenerationSettings.overrides(ofMaximum: most, beside: words, version.configuration(in: workspace)) + words
    beginning.turns =
      try arguments[EarlierTurns.option].map { try EarlierTurns.read(console.path($0), named: $0) } ?? []
    beginning.system = arguments[GenerationSettings.systemOption] ?? ""
    beginning.isBase = arguments[base]
    let source = ChatVoice.Source(
      version: version, workspace: workspace, backbone: arguments[BackboneSearch.option].map(console.path),
      seed: seed.map { UInt64($0) })
    return try ChatSession(source, beginning, console).hold()
  }
}
