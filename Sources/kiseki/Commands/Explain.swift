import CommandLine
import Configuration
import Foundation

extension Kiseki {
  private static let key = OptionalArgument(
    "KEY", kind: .parameter, help: "a setting, such as lora_r or training.lora_r; all of them unless given")
  private static let language = ValueOption(
    "lang", placeholder: "LANG", choices: ExplanationLanguage.allCases.map(\.rawValue),
    help: "en or ja; that of the locale (LANG) unless given")

  static let explainCommand = Command(
    "explain", summary: "say what a setting does, what it may be, when to change it and what to try",
    arguments: [key], options: [language],
    examples: ["kiseki explain", "kiseki explain lora_r", "kiseki explain training.gradient_clip --lang ja"]
  ) { arguments in
    let given = arguments[language].flatMap(ExplanationLanguage.init(rawValue:))
    let launch = ExplainLaunch(
      name: arguments[key], language: given ?? ExplanationLanguage(environment: ProcessInfo.processInfo.environment))
    try launch.start(Console(arguments.globals))
    return .success
  }
}
