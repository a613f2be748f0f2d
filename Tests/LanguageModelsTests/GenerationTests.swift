import LanguageModels
import Tensors
import Testing

@Suite struct `Generation` {
  static let settings: [String: @Sendable (inout GenerationOptions) -> Void] = [
    "greedy with penalty": { $0.repetitionPenalty = 1.3 },
    "beams": {
      $0.beamCount = 3
      $0.minimumNewTokens = 4
    },
    "beams with penalty and stop words": {
      $0.beamCount = 4
      $0.repetitionPenalty = 1.2
      $0.stopWords = decimalStopWords(["77", "626"])
    },
    "draws": { $0.sampling = SamplingOptions(temperature: 1.2, topK: 40, topP: 0.95, seed: 7) },
    "draws with penalty": {
      $0.sampling = SamplingOptions(seed: 8)
      $0.repetitionPenalty = 1.5
    },
  ]

  static func decimalStopWords(_ words: [String]) -> StopWords? {
    StopWords(words, tokenCount: 101) { Array(String($0).utf8) }
  }

  private static let prompts: [[Int32]] = {
    var random = RandomStream(seed: 3, purpose: .split)
    return (0..<17).map { _ in (0...random.nextIndex(below: 20)).map { _ in Int32(random.nextIndex(below: 101)) } }
  }()

  private static func options(_ name: String, batchSize: Int = 1) throws -> GenerationOptions {
    var options = GenerationOptions(maximumNewTokens: 20, endOfSequenceIDs: [34, 77], batchSize: batchSize)
    let change = try #require(settings[name])
    change(&options)
    return options
  }

  @Test(arguments: settings.keys.sorted())
  func `neither batch size nor order nor threads change an answer`(name: String) throws {
    let fixture = try Fixture("tied")
    var first: [Continuation]?
    for (batchSize, threads) in [(1, 1), (2, 2), (5, 1), (17, 2), (40, 3)] {
      let model = try fixture.model(engine: Engine(threadCount: threads))
      let generator = try Generator(model, options: Self.options(name, batchSize: batchSize), longestPrompt: 40)
      let answers = generator.generate(Self.prompts)
      #expect(answers == first ?? answers, "\(name) with batches of \(batchSize)")
      first = answers
      let numbers = Array(Self.prompts.indices.reversed())
      let reversed = generator.generate(Self.prompts.reversed(), rowNumbers: numbers)
      #expect(Array(reversed.reversed()) == answers)
    }
    let answers = try #require(first)
    #expect(Set(answers.map(\.tokens)).count > 10)
    #expect(Set(answers.map(\.tokens.count)).count > 3)
  }

  @Test func `draws depend on the seed and on the row, and nothing else is changed by them`() throws {
    let model = try Fixture("tied").model(engine: Engine())
    func answers(_ seed: UInt64, _ rows: [Int]) throws -> [[Int32]] {
      var options = GenerationOptions(maximumNewTokens: 8, endOfSequenceIDs: [], batchSize: 3)
      options.sampling = SamplingOptions(temperature: 1.5, seed: seed)
      let prompts = rows.map { _ in [Int32(5), 9] }
      return try Generator(model, options: options, longestPrompt: 2).generate(prompts, rowNumbers: rows).map(\.tokens)
    }
    let some = try answers(1, [0, 1, 2, 1 << 40, (1 << 40) + 1])
    #expect(Set(some).count == 5)
    #expect(try answers(1, [2]) == [some[2]] && answers(1, [1 << 40]) == [some[3]])
    #expect(Set(try answers(2, [0, 1, 2, 3])).isDisjoint(with: some))
  }

  @Test func `a temperature near 0 and a top k of 1 take the likeliest`() throws {
    let model = try Fixture("untied-relu").model(engine: Engine())
    var options = GenerationOptions(maximumNewTokens: 12, endOfSequenceIDs: [])
    let prompts = Self.prompts.map { $0.map { $0 % 97 } }
    let greedy = try Generator(model, options: options, longestPrompt: 20).generate(prompts)
    for sampling in [
      SamplingOptions(temperature: 1e-30, seed: 1), SamplingOptions(topK: 1, seed: 2),
      SamplingOptions(topP: 1e-9, seed: 3),
    ] {
      options.sampling = sampling
      #expect(try Generator(model, options: options, longestPrompt: 20).generate(prompts) == greedy)
    }
  }

  @Test func `draws with beams are refused`() throws {
    let model = try Fixture("tied").model(engine: Engine())
    var options = GenerationOptions(maximumNewTokens: 12, endOfSequenceIDs: [])
    options.sampling = SamplingOptions(seed: 1)
    options.beamCount = 2
    let error = #expect(throws: ModelError.self) { try Generator(model, options: options, longestPrompt: 4) }
    #expect(error?.description.contains("prediction.do_sample") == true)
  }

  @Test(arguments: [1, 3]) func `a time limit ends every answer by itself`(beams: Int) throws {
    let model = try Fixture("tied").model(engine: Engine())
    var options = GenerationOptions(maximumNewTokens: 20, endOfSequenceIDs: [], batchSize: 4)
    options.beamCount = beams
    let free = try Generator(model, options: options, longestPrompt: 20).generate(Self.prompts)
    #expect(free.allSatisfy { $0.ending == .length && $0.tokens.count == 20 })
    options.maximumSeconds = 3600
    #expect(try Generator(model, options: options, longestPrompt: 20).generate(Self.prompts) == free)
    options.maximumSeconds = 1e-9
    let hurried = try Generator(model, options: options, longestPrompt: 20).generate(Self.prompts)
    #expect(hurried.allSatisfy { $0.ending == .time && $0.tokens.count == 1 })
  }

  @Test(arguments: [1, 2, 5]) func `positions that run out end an answer, which is told`(beams: Int) throws {
    let model = try Fixture("tied").model(engine: Engine())
    let prompts: [[Int32]] = [
      Array(repeating: 7, count: 60), [5], Array(1...63), Array(1...50).map { Int32($0) },
    ]
    var options = GenerationOptions(maximumNewTokens: 14, endOfSequenceIDs: [62], batchSize: 2)
    options.beamCount = beams
    options.repetitionPenalty = 1.1
    let answers = try Generator(model, options: options, longestPrompt: 63).generate(prompts)
    for (prompt, answer) in zip(prompts, answers) {
      #expect(answer.tokens.count <= min(14, 64 - prompt.count))
      #expect(
        answer.wasClamped == (answer.tokens.count == 64 - prompt.count && answer.tokens.last != 62 && prompt.count > 50)
      )
      // As if the user had set that limit.
      options.maximumNewTokens = min(14, 64 - prompt.count)
      let alone = try Generator(model, options: options, longestPrompt: prompt.count).generate([prompt])[0]
      #expect(alone.tokens == answer.tokens)
      options.maximumNewTokens = 14
    }
    #expect(answers[2].tokens.count == 1 && answers[2].ending == .positions)
  }

  @Test func `more beams than the vocabulary has tokens are followed as far as there are any`() throws {
    let fixture = try Fixture("options")
    let model = try fixture.model(engine: Engine())
    var options = GenerationOptions(
      minimumNewTokens: 2, maximumNewTokens: 6, endOfSequenceIDs: [3, 900, -1], batchSize: 2)
    options.beamCount = 60
    options.repetitionPenalty = 1.2
    let answers = try Generator(model, options: options, longestPrompt: 3).generate([[1, 2, 3], [4]])
    #expect(answers.allSatisfy { $0.tokens.count >= 2 })
  }

  @Test(arguments: settings.keys.sorted()) func `tokens are told in their order, and a stop is heeded`(name: String)
    throws
  {
    let model = try Fixture("tied").model(engine: Engine())
    let generator = try Generator(model, options: Self.options(name, batchSize: 3), longestPrompt: 40)
    var told: [Int: [Int32]] = [:]
    let answers = generator.generate(Self.prompts) { prompt, token in
      told[prompt, default: []].append(token)
      return true
    }
    #expect(Self.prompts.indices.map { told[$0] ?? [] } == answers.map(\.tokens))
    var count = 0
    let stopped = generator.generate(Self.prompts) { _, _ in
      count += 1
      return count < 30
    }
    #expect(count == 30)
    #expect(stopped.contains { $0.ending == .interruption })
    // What a stop left behind is gone.
    #expect(generator.generate(Self.prompts) == answers)
  }

  @Test func `a stop word ends the row that has it, with the token that completes it`() throws {
    let model = try Fixture("tied").model(engine: Engine())
    var options = GenerationOptions(maximumNewTokens: 20, endOfSequenceIDs: [], batchSize: 4)
    let free = try Generator(model, options: options, longestPrompt: 20).generate(Self.prompts)
    for words in [["87"], ["35"], ["626", "64"]] {
      options.stopWords = Self.decimalStopWords(words)
      let answers = try Generator(model, options: options, longestPrompt: 20).generate(Self.prompts)
      for (answer, whole) in zip(answers, free) {
        let count = whole.tokens.indices.first { last in
          let text = whole.tokens[...last].map(String.init).joined()
          return words.contains { text.contains($0) }
        }
        #expect(answer.tokens == Array(whole.tokens.prefix(count.map { $0 + 1 } ?? 20)))
        #expect(answer.ending == (count == nil ? .length : .stopWord))
      }
      #expect(answers.contains { $0.ending == .stopWord })
    }
  }
}
