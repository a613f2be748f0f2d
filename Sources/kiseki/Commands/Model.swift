import CommandLine

extension Kiseki {
  private static let action = RequiredArgument(
    "ACTION", kind: .choice(["fetch", "info"]),
    help:
      "fetch: download what a run needs into the cache of Hugging Face; info: what the model is, and whether a run can "
      + "use it")
  private static let model = RequiredArgument(
    "MODEL", kind: .file,
    help: "a model's id on the hub, or a configuration (.yaml), whose llm_backbone is meant; info: a directory, too")
  private static let branch = ValueOption(
    "branch", placeholder: "BRANCH", kind: .text,
    help: "a branch, tag or commit; main, or the configuration's huggingface_branch, unless given")

  static let modelCommand = Command(
    "model", summary: "download a model of the hub, or look at one",
    arguments: [action, model], options: [branch],
    examples: [
      "kiseki model info line-corporation/japanese-large-lm-1.7b",
      "kiseki model fetch line-corporation/japanese-large-lm-1.7b --branch main",
      "kiseki model fetch templates/tutorial.yaml", "kiseki model info sample/model",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let subject = try ModelSubject(arguments[model], branch: arguments[branch], console)
    if arguments[action] == "info" { return try ModelInfo(subject: subject).start(console) }
    guard case .hub(let id, let revision, let configuration) = subject else {
      throw UsageError("'\(arguments[model])' is a directory, or names one: there is nothing to fetch")
    }
    return try ModelFetch(
      id: id, revision: revision, next: ModelSubject.use(id, revision, configuration)
    ).start(console)
  }
}
