import Experiments
import Scores
import Tables
import Testing

@Suite struct ComparisonTests {
  private let make = RunMaker()

  @Test func `a clear difference is more than luck, and the verdict says which way`() throws {
    let comparison = try Comparison.of([make.run("a", wrong: 20), make.run("b", wrong: 2)], baseline: .run("a"))
    #expect(comparison.candidates.map(\.label) == ["b", "a"])
    guard case .decided(let lead) = comparison.verdict else { throw Unexpected(comparison.verdict) }
    #expect(lead.winner == 0 && lead.rival == 1 && lead.isMoreThanLuck && lead.rows == 40)
    #expect(lead.margin > 20 && lead.lower > 0 && lead.lower < lead.margin && lead.margin < lead.upper)
    let test = try #require(comparison["b"]?.standing.test)
    #expect(test.isBetter && test.adjustedPValue == test.pValue && test.pValue < 0.01)
  }

  @Test func `a difference of one row is luck`() throws {
    let comparison = try Comparison.of([make.run("a", wrong: 6), make.run("b", wrong: 5)])
    guard case .decided(let lead) = comparison.verdict else { throw Unexpected(comparison.verdict) }
    #expect(!lead.isMoreThanLuck && lead.margin > 0 && lead.adjustedPValue > 0.05)
  }

  @Test func `a lower loss wins, and its margin is positive`() throws {
    let comparison = try Comparison.of(
      [make.run("a", wrong: 0, loss: 2), make.run("b", wrong: 9, loss: 1.5)], baseline: .run("a"), metric: "loss")
    #expect(comparison.candidates.map(\.label) == ["b", "a"])
    guard case .decided(let lead) = comparison.verdict else { throw Unexpected(comparison.verdict) }
    #expect(abs(lead.margin - 0.5) < 1e-12 && lead.lower <= lead.upper && lead.lower > 0.4)
    #expect(comparison["b"]?.standing.test.map { $0.rows.difference < 0 && $0.isBetter } == true)
  }

  @Test func `several tests are corrected together`() throws {
    let comparison = try Comparison.of(
      [make.run("a", wrong: 6), make.run("b", wrong: 5), make.run("c", wrong: 12), make.run("d", wrong: 30)],
      baseline: .run("a"))
    let tests = comparison.candidates.compactMap(\.standing.test)
    #expect(tests.count == 3)
    #expect(HolmCorrection.adjusted(tests.map(\.pValue)) == tests.map(\.adjustedPValue))
    #expect(comparison.warnings.contains(.optimisticWinner(candidates: 4, isTested: false)))
    #expect(!comparison.warnings.contains(.bestIsBaseline))
  }

  @Test func `the same comparison gives the same numbers, whatever the order of the runs`() throws {
    let runs = [try make.run("a", wrong: 6), try make.run("b", wrong: 9), try make.run("c", wrong: 12)]
    let (one, other) = (try Comparison.of(runs), try Comparison.of(runs.reversed()))
    for candidate in one.candidates {
      #expect(other[candidate.label]?.score == candidate.score)
      #expect(other[candidate.label]?.standing == candidate.standing)
    }
    #expect(one.verdict == other.verdict)
  }

  // MARK: Seeds

  @Test func `runs that differ in their seed alone are one candidate with its spread`() throws {
    let runs = try [
      make.run("s/r=4,seed=1", wrong: 20), make.run("s/r=4,seed=2", wrong: 22, seed: 2),
      make.run("s/r=8,seed=1", wrong: 2, rank: 8), make.run("s/r=8,seed=2", wrong: 3, seed: 2, rank: 8),
      make.run("s/r=8,seed=3", wrong: 1, seed: 3, rank: 8),
    ]
    let comparison = try Comparison.of(runs)
    #expect(comparison.candidates.map(\.label) == ["s/r=8", "s/r=4"])
    let best = try #require(comparison["s/r=8"])
    #expect(best.runs == [2, 3, 4] && best.spread?.count == 3)
    #expect(abs(try #require(best.score?.value) - (try #require(best.spread?.mean))) < 1e-12)
    let test = try #require(comparison["s/r=4"]?.standing.test)
    #expect(test.pValue == max(test.rows.pValue, try #require(test.seedPValue)))
    #expect(!comparison.warnings.contains(.singleSeeds))
    let each = try Comparison.of(runs, groupsSeeds: false)
    #expect(each.candidates.count == 5 && each.warnings.contains(.singleSeeds))
  }

  @Test func `the spread of seeds can make a difference luck that rows alone call real`() throws {
    let comparison = try Comparison.of([
      make.run("a1", wrong: 10), make.run("a2", wrong: 30, seed: 2), make.run("b1", wrong: 0, rank: 8),
      make.run("b2", wrong: 25, seed: 2, rank: 8),
    ])
    let test = try #require(comparison["a1 + a2"]?.standing.test)
    #expect(test.rows.pValue < 0.05 && (test.seedPValue ?? 0) > 0.3 && !test.isMoreThanLuck)
  }

  @Test func `a repetition with the same seed is no further seed`() throws {
    let comparison = try Comparison.of([make.run("a", wrong: 5), make.run("again", wrong: 5)])
    #expect(comparison.candidates.count == 2)
    guard case .decided(let lead) = comparison.verdict else { throw Unexpected(comparison.verdict) }
    #expect(lead.isEqual && !lead.isMoreThanLuck && lead.adjustedPValue == 1)
  }

  @Test(arguments: ["chrf", "chrf++", "exact_match", "token_accuracy"])
  func `every score of answers and tokens has an interval and a test`(metric: String) throws {
    let comparison = try Comparison.of([make.run("worse", wrong: 20), make.run("better", wrong: 2)], metric: metric)
    #expect(comparison.metric.isHigherBetter && comparison.metric.shortName == metric)
    guard case .decided(let lead) = comparison.verdict else { throw Unexpected(comparison.verdict) }
    #expect(comparison.candidates[lead.winner].label == "better" && lead.isMoreThanLuck)
    #expect(comparison.candidates.allSatisfy { $0.score?.interval != nil })
  }

  @Test func `how BLEU cuts words matters to no other score`() throws {
    var otherBLEU = make
    otherBLEU.tokenizer = .none
    let runs = [try make.run("a", wrong: 9), try otherBLEU.run("b", wrong: 2)]
    #expect(try Comparison.of(runs, baseline: .run("b"), metric: "chrf")["a"]?.standing.test != nil)
    let byBLEU = try Comparison.of(runs, baseline: .run("b"), metric: "bleu")["a"]?.standing
    guard case .untested(.differentSignature) = byBLEU else { throw Unexpected(String(describing: byBLEU)) }
  }

  // MARK: What cannot be compared

  @Test func `runs scored on other rows, with another BLEU or in other tokens are named and not tested`() throws {
    var otherRows = make
    otherRows.references[3] += "。"
    var otherBLEU = make
    otherBLEU.tokenizer = .thirteenA
    var otherTokens = make
    otherTokens.tokensPerRow = 5
    let runs = [
      try make.run("a", wrong: 9), try make.run("b", wrong: 8), try otherRows.run("rows", wrong: 0),
      try otherBLEU.run("words", wrong: 0), try otherTokens.run("tokens", wrong: 10),
    ]
    let comparison = try Comparison.of(runs)
    // The best of the largest set on equal terms is the baseline, not the best number.
    #expect(comparison.baselineCandidate?.label == "b" && comparison.candidates[0].label == "b")
    #expect(comparison["rows"]?.standing == .untested(.differentRows(own: 40, others: 40, shared: 39)))
    guard case .untested(.differentSignature) = comparison["words"]?.standing else {
      throw Unexpected(comparison.candidates)
    }
    #expect(comparison["tokens"]?.standing.test != nil, "BLEU does not count the model's tokens")
    let byLoss = try Comparison.of([runs[0], runs[4]], baseline: .run("a"), metric: "loss")
    #expect(byLoss["tokens"]?.standing == .untested(.differentTokens(own: 200, others: 320)))
    #expect(
      comparison.warnings.contains(
        .notCompared(label: "rows", reason: .differentRows(own: 40, others: 40, shared: 39))))
  }

  @Test func `one row gives no interval, a few give a rough one`() throws {
    var one = make
    one.references = ["設定を保存"]
    let single = try Comparison.of([one.run("a", wrong: 0), one.run("b", wrong: 1)])
    #expect(single.candidates.map(\.score?.whyNoInterval) == [.tooFewRows(1), .tooFewRows(1)])
    #expect(single["b"]?.standing == .untested(.tooFewRows(1)))
    guard case .incomparable(_, _, .tooFewRows(1)) = single.verdict else { throw Unexpected(single.verdict) }
    var few = make
    few.references = Array(few.references.prefix(5))
    let rough = try Comparison.of([few.run("a", wrong: 0), few.run("b", wrong: 3)])
    #expect(rough.warnings.contains(.fewRows(5)) && rough["a"]?.score?.interval != nil)
  }

  @Test func `runs without the score, unfinished ones and lone ones are listed with the reason`() throws {
    let unfinished = ComparedRun(unfinished: try ExperimentName("left"), status: .interrupted)
    let likely = ComparedRun(
      name: try ExperimentName("likely"), settings: [],
      scores: [JSONMember("validation/loss", 1), JSONMember("validation/perplexity", 2.7)])
    let broken = ComparedRun(
      name: try ExperimentName("broken"), settings: [], scores: [JSONMember("validation/bleu", .null)])
    let comparison = try Comparison.of([unfinished, likely, broken, make.run("a", wrong: 3)])
    #expect(comparison.candidates.map(\.label) == ["a", "left", "likely", "broken"])
    #expect(comparison["left"]?.problem == .unfinished)
    #expect(comparison["likely"]?.problem == .noScore(metric: "bleu"))
    #expect(comparison["broken"]?.problem == .notFinite)
    #expect(comparison.verdict == .onlyOne(winner: 0))
    #expect(try Comparison.of([unfinished]).verdict == .noScore)
    #expect(try Comparison.of([]).verdict == .noScore)
    // A named baseline without a score leaves nothing to be tested against.
    let lost = try Comparison.of([unfinished, make.run("a", wrong: 3)], baseline: .run("left"))
    #expect(lost["a"]?.standing == .untested(.baseline))
  }

  @Test func `rows that do not give the recorded score are not drawn anew`() throws {
    var run = try make.run("a", wrong: 3)
    run = ComparedRun(
      name: run.name, settings: run.settings, scores: [JSONMember("validation/bleu", 99)], validation: run.validation)
    let estimate = try #require(try Comparison.of([run])["a"]?.score)
    #expect(estimate.value == 99 && estimate.interval == nil)
    guard case .noRowStatistics = estimate.whyNoInterval else { throw Unexpected(estimate) }
  }

  @Test func `a baseline that is not there is refused with the nearest name`() throws {
    #expect(throws: ExperimentsError.self) { try Comparison.of([make.run("small", wrong: 1)], baseline: .run("smal")) }
  }

  @Test func `so many tests draw more, because the correction needs it`() throws {
    let runs = try (0..<60).map { try make.run("r\($0)", wrong: 5, rank: $0) }
    let comparison = try Comparison.of(runs)
    let smallest = Double(59) / Double(comparison.resampling.count + 1)
    #expect(smallest < comparison.options.significance)
  }

  // MARK: Differences

  @Test func `only what differs is listed, with a value a run`() throws {
    let comparison = try Comparison.of([make.run("a", wrong: 1), make.run("b", wrong: 2, seed: 3, rank: 8)])
    #expect(comparison.differences.settings.map(\.key) == ["training.lora_r", "environment.seed"])
    #expect(comparison.differences.settings[0].values == [4, 8])
    #expect(comparison.json["verdict"]?["winner"] == "a")
  }
}

/// What was found where something else had to be.
struct Unexpected: Error {
  let text: String

  init(_ value: some Any) { text = "\(value)" }
}
