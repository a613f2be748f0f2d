import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import Tables

/// A conversation with a tuned model: what was said, by which settings, and the commands of the person.
final class ChatSession {
  private let source: ChatVoice.Source
  private let recorded: RecordedConfiguration
  private var overrides: [String]
  private var settings: GenerationSettings
  private var voice: ChatVoice
  /// Loaded when it is first asked for.
  private var untouched: ChatVoice?
  private var turns: [ConversationTurn]
  private var system: String
  private var answersTwice = false
  /// What was asked last, and what the first voice said.
  private var last: (question: PromptAnswering.Question, text: String, number: Int)?
  private var count = 0
  private var hasSaidLeftOut = false
  private let isTyped = isatty(STDIN_FILENO) == 1
  private let console: Console

  /// What a chat begins with.
  struct Beginning {
    var overrides: [String] = []
    var turns: [ConversationTurn] = []
    var system = ""
    var isBase = false
  }

  init(_ source: ChatVoice.Source, _ beginning: Beginning, _ console: Console) throws {
    self.source = source
    self.console = console
    recorded = try source.version.configuration(in: source.workspace)
    overrides = beginning.overrides
    settings = try GenerationSettings(recorded, overrides: overrides, in: source.workspace)
    for warning in settings.warnings { console.warn(warning) }
    turns = beginning.turns
    system = beginning.system
    voice = try source.voice(settings.configuration, isBase: beginning.isBase)
  }

  private var label: String { "\(source.version.name)@\(source.version.number)" }
  private var hasTerminal: Bool { TerminalStream.standardOutput.isTerminal && !console.globals.wantsJSON }

  // MARK: The conversation

  func hold() throws -> ExitCode {
    ChatSignals.install()
    let erasing = isTyped ? WholeCharacterErasing() : nil
    defer { erasing?.end() }
    var lines = PromptLines()
    if isTyped { greet() }
    while console.isHeard {
      if isTyped, hasTerminal { console.write(console.palette(.bold, "> ")) }
      let line: String?
      do {
        line = try lines.next()
      } catch  where isTyped {
        // A slip of the keyboard is no reason to lose the conversation.
        console.warn("\(error)")
        continue
      }
      if ChatSignals.isEnding { return leave() }
      if line == nil, lines.wasInterrupted {
        if !isTyped || ChatSignals.interruptionCount > 1 { return leave() }
        console.note("\nCtrl-C again or Ctrl-D ends the chat.")
        continue
      }
      guard let line else { break }
      ChatSignals.forget()
      if isTyped && line.isEmpty { continue }
      if try !obey(ChatCommand(line)) { return .success }
      if ChatSignals.isEnding || (ChatSignals.interruptionCount > 0 && !isTyped) { return leave() }
    }
    if isTyped, hasTerminal { console.write("\n") }
    return .success
  }

  private func leave() -> ExitCode {
    if isTyped, hasTerminal { console.write("\n") }
    if let name = ChatSignals.endingName { console.note("The chat was ended by \(name).") }
    return .interrupted
  }

  private func greet() {
    console.note("\(label), \(voice.isBase ? "untouched" : "tuned"). /help lists the commands; Ctrl-D ends.")
    if recorded.configuration.dataset.parentIDColumn == nil, !voice.isBase {
      console.note("It was trained on single turns: earlier ones may confuse it, and /reset forgets them.")
    }
    let beams = settings.configuration.prediction.numBeams
    if beams > 1 {
      console.note("With \(beams) beams an answer is shown when it is whole; /set num_beams=1 shows it as it grows.")
    }
  }

  /// - Returns: whether the chat goes on.
  private func obey(_ command: ChatCommand) throws -> Bool {
    do {
      switch command {
      case .say(let prompt): try say(prompt)
      case .base(let change): try base(change)
      case .reset: reset()
      case .system(let text): set(system: text)
      case .set(let words): try set(words)
      case .history: showHistory()
      case .save(let path): try save(path)
      case .help: help()
      case .quit: return false
      case .mistake(let sentence): throw RunError.usage(sentence)
      }
    } catch  where isTyped {
      // A slip is no reason to lose a conversation.
      console.warn("\(error)")
    }
    return true
  }

  private func say(_ prompt: String) throws {
    let question = PromptAnswering.Question(prompt: prompt, earlier: turns, system: system)
    let number = count
    let answer = try answersTwice ? answerTwice(question, number) : ask(voice, question, number)
    count += 1
    last = (question, answer.text, number)
    // A stopped answer was said as far as it came.
    turns.append(ConversationTurn(prompt: prompt, answer: answer.text))
    if answer.leftOutTurnCount > 0, !hasSaidLeftOut {
      hasSaidLeftOut = true
      console.note(
        "(The oldest \(Format.count(answer.leftOutTurnCount, "turn")) had to be left out: there is no room for more. "
          + "This goes on as the chat does, and is not said again.)")
    }
  }

  /// Asks one model and shows its answer.
  ///
  /// - Parameter isSilent: the answer is shown later.
  private func ask(
    _ voice: ChatVoice, _ question: PromptAnswering.Question, _ number: Int, isSilent: Bool = false
  ) throws -> PromptAnswering.Answer {
    let streams = hasTerminal && !isSilent
    let answer = try voice.answering.answer(
      question, occurrence: number,
      isStopping: { ChatSignals.interruptionCount > 0 || ChatSignals.isEnding || !self.console.isHeard },
      show: { if streams { self.console.write($0.withoutCommands) } })
    if streams {
      console.write("\n")
    } else if console.globals.wantsJSON {
      console.print(answer.json(prompt: question.prompt, isBase: voice.isBase).line())
    } else if !isSilent {
      console.print(answer.text)
    }
    for remark in answer.remarks { console.warn(remark) }
    if answer.ending == .interruption, isTyped, !ChatSignals.isEnding {
      console.note("(stopped; Ctrl-C again ends the chat)")
    }
    return answer
  }

  // MARK: The untouched model

  private func base(_ change: ChatCommand.Switch?) throws {
    guard !voice.isBase else { throw RunError.usage("this chat is with the untouched model already") }
    if let change {
      answersTwice = change == .on
      console.note(answersTwice ? "Both models answer from now on." : "The tuned model answers alone again.")
      return
    }
    guard let last else {
      throw RunError.usage("nothing was asked yet; ask first, or let both answer with /base on")
    }
    let isWide = hasTerminal && AnswersBesideEachOther.isWide(console.width)
    if hasTerminal, !isWide { console.write(console.palette(.bold, "untouched:") + "\n") }
    let answer = try ask(untouchedVoice(), last.question, last.number, isSilent: isWide)
    if isWide { showBesideEachOther([last.text, answer.text]) }
  }

  private func answerTwice(_ question: PromptAnswering.Question, _ number: Int) throws -> PromptAnswering.Answer {
    let other = try untouchedVoice()
    let isWide = hasTerminal && AnswersBesideEachOther.isWide(console.width)
    var answers: [PromptAnswering.Answer] = []
    for one in [voice, other] where ChatSignals.interruptionCount == 0 {
      if hasTerminal, !isWide { console.write(console.palette(.bold, one.title + ":") + "\n") }
      answers.append(try ask(one, question, number, isSilent: isWide))
    }
    if isWide { showBesideEachOther(answers.map(\.text)) }
    return answers[0]
  }

  private func showBesideEachOther(_ texts: [String]) {
    let both = AnswersBesideEachOther(
      titles: ["tuned", "untouched"], texts: texts + Array(repeating: "", count: 2 - texts.count),
      palette: console.palette)
    both.lines(width: console.width).forEach { console.print($0) }
  }

  private func untouchedVoice() throws -> ChatVoice {
    if let untouched { return untouched }
    let voice = try source.voice(settings.configuration, isBase: true)
    untouched = voice
    return voice
  }

  // MARK: Commands

  private func reset() {
    turns = []
    last = nil
    hasSaidLeftOut = false
    console.note("Forgotten.")
  }

  private func set(system text: String?) {
    guard let text else { return console.note(system.isEmpty ? "There is no system text." : "System text: \(system)") }
    system = text
    if text.isEmpty { return console.note("No system text from now on.") }
    console.note(
      "The system text stands in front from now on."
        + (recorded.configuration.dataset.systemColumn == nil ? " (The run was trained without any.)" : ""))
  }

  private func set(_ words: [String]) throws {
    if !words.isEmpty {
      let changed = try GenerationSettings(recorded, overrides: overrides + words, in: source.workspace)
      try voice.answer(by: changed.configuration)
      try untouched?.answer(by: changed.configuration)
      overrides += words
      settings = changed
      for warning in settings.warnings { console.warn(warning) }
    }
    if words.isEmpty || isTyped {
      for line in GenerationSettings.lines(settings.configuration) { console.note(line) }
    }
  }

  private func showHistory() {
    if console.globals.wantsJSON { return console.write(EarlierTurns.text(turns)) }
    if turns.isEmpty { console.note("Nothing was said yet.") }
    for turn in turns {
      console.print(console.palette(.bold, "> ") + turn.prompt.withoutCommands)
      console.print(turn.answer.withoutCommands)
    }
  }

  private func save(_ path: String) throws {
    let full = console.path(path)
    guard fileStatus(full) == nil else {
      throw RunError.usage("cannot save to \(path): there is a file already. Choose another name.")
    }
    try writeDurably(Data(EarlierTurns.text(turns).utf8), to: full)
    console.note("Saved \(Format.count(turns.count, "turn")) in \(path).")
  }

  private func help() {
    let width = ChatCommand.explanations.map { displayWidth(of: $0.0) }.max() ?? 0
    for (command, meaning) in ChatCommand.explanations { console.note(padded(command, to: width + 2) + meaning) }
    console.note("Ctrl-C stops an answer. For arrow keys and a history of prompts: rlwrap kiseki chat \(label)")
  }
}
