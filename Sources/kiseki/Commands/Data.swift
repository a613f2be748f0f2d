import CommandLine
import Tables

extension Kiseki {
  private static let action = RequiredArgument(
    "ACTION", kind: .choice(["check", "stats", "convert"]),
    help:
      "check: everything to see before training; stats: rows, columns and token lengths; convert: make what we train on "
      + "of public layouts")
  private static let file = RequiredArgument(
    "FILE",
    help: "a data file (CSV, TSV, JSON, JSON Lines), or a configuration (.yaml), whose data and limits then count")
  private static let settings = RepeatedArgument(
    "KEY=VALUE", help: "settings as for 'run': prompt_column=question max_length=512")
  private static let tokenizer = ValueOption(
    "tokenizer", placeholder: "PATH", kind: .file,
    help:
      "count tokens with this model directory, SentencePiece file or model of the hub; a configuration's backbone unless "
      + "given")
  private static let validation = ValueOption(
    "validation", placeholder: "FILE", help: "rows to measure on, to be compared with those to train on")
  private static let test = ValueOption("test", placeholder: "FILE", help: "rows to test on, compared likewise")
  private static let strict = Flag("strict", help: "check: end with code 2 when there is any finding")
  private static let output = ValueOption(
    "output", short: "o", placeholder: "FILE",
    help: "convert: the .csv or .jsonl to write; beside the input unless given")
  private static let yes = Flag("yes", short: "y", help: "convert: overwrite the output when it is there")
  private static let prompt = RepeatedOption(
    "prompt", placeholder: "COLUMN", kind: .text, help: "convert: a column of the prompt, several in order")
  private static let answer = ValueOption("answer", placeholder: "COLUMN", help: "convert: the column with the answer")
  private static let system = ValueOption(
    "system", placeholder: "COLUMN", help: "convert: the column with the system text")
  private static let separator = ValueOption(
    "separator", placeholder: "TEXT", help: "convert: stands between prompt columns; an empty line unless given")

  static let dataCommand = Command(
    "data", summary: "look at data before training, or convert public layouts to what we train on",
    arguments: [action, file, settings],
    options: [tokenizer, validation, test, strict, output, yes, prompt, answer, system, separator],
    examples: [
      "kiseki data check experiments/demo.yaml",
      "kiseki data stats train.jsonl prompt_column=question --tokenizer model/",
      "kiseki data check train.csv --validation held-out.csv --strict",
      "kiseki data convert databricks-dolly-15k-ja.json -o dolly.csv",
      "kiseki data convert faq.csv --prompt title --prompt question --answer reply -o train.jsonl",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    if arguments[action] == "convert" {
      guard arguments[settings].isEmpty else {
        throw UsageError("'\(arguments[settings][0])' is a setting, and data convert takes none")
      }
      return try DataConversionLaunch(
        input: arguments[file], output: arguments[output], prompt: arguments[prompt], answer: arguments[answer],
        system: arguments[system], separator: arguments[separator] ?? "\n\n", mayOverwrite: arguments[yes]
      ).start(console)
    }
    let request = DataSubject.Request(
      file: arguments[file], settings: arguments[settings], tokenizer: arguments[tokenizer],
      validation: arguments[validation], test: arguments[test])
    return try DataInspectionLaunch(
      request: request, isCheck: arguments[action] == "check", isStrict: arguments[strict]
    ).start(console)
  }
}
