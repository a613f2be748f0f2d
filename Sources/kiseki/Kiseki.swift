package import CommandLine
import Foundation
import Hashing

/// The program: a table of commands.
@main
package struct Kiseki {
  static let version = "0.1.0"

  /// Tells apart programs that may compute differently: the start of the SHA-256 of the program's file.
  static func build(_ hashes: FileHashCache) throws -> String {
    String(try hashes.sha256(ofFileAt: "/proc/self/exe").hex.prefix(16))
  }

  package static let program: Program = Program(
    name: "kiseki", version: version,
    summary: "Fine-tunes causal language models with LoRA and keeps every experiment as a version in git.",
    examples: [
      "kiseki init my-work && cd my-work", "kiseki run experiments/demo.yaml lora_r=8",
      "kiseki sweep experiments/demo.yaml lora_r=4,8 learning_rate=1e-4,1e-3", "kiseki ls",
      "kiseki generate demo \"次の英文を日本語に訳してください。Could not save.\"",
    ],
    environment: [
      EnvironmentVariable("KISEKI_THREADS", help: "threads to compute with; changes the speed, never a result"),
      EnvironmentVariable(
        "KISEKI_INSTRUCTION_SET",
        help: "baseline, x86-64-v3 or x86-64-v4 instead of the best the processor has, for the same bytes on others"),
      EnvironmentVariable("KISEKI_MEMORY_LIMIT", help: "memory a run may take, as in 8G, instead of what is free"),
      EnvironmentVariable("OPENAI_API_KEY, OPENAI_BASE_URL", help: "the judge of prediction.metric 'OpenAI API'"),
      EnvironmentVariable(
        "HF_HUB_CACHE, HF_HOME", help: "the cache of Hugging Face, where models of the hub are looked for and put"),
      EnvironmentVariable("HF_ENDPOINT, HF_TOKEN", help: "the hub of 'kiseki model', and who asks it"),
      EnvironmentVariable("KISEKI_TEMPLATES, KISEKI_IPADIC", help: "folders of templates and of MeCab's dictionary"),
      EnvironmentVariable("NO_COLOR", help: "no colours"),
    ],
    commands: [
      initCommand, runCommand, sweepCommand, resumeCommand, listCommand, showCommand, logCommand, compareCommand,
      diffCommand, reportCommand, publishCommand, checkoutCommand, rerunCommand, verifyCommand, generateCommand,
      chatCommand, evaluateCommand, tagCommand, noteCommand, renameCommand, removeCommand, restoreCommand,
      explainCommand,
      dataCommand, modelCommand,
      completionsCommand, completeCommand,
    ])

  package static func main() {
    TextOutput.prepare()
    let isTrial = Swift.CommandLine.arguments.dropFirst().first == "trial"
    let code = (isTrial ? trialProgram : program).execute(
      try ProcessWords.read(),
      output: { TextOutput.results.write($0) }, errors: { TextOutput.messages.write($0 + "\n") },
      exitCode: exitCode(of:))
    exit(TextOutput.ending(code) { TextOutput.messages.write("kiseki: \($0)\n") }.rawValue)
  }
}
