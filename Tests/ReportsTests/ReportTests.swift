import Experiments
import Foundation
import Reports
import Tables
import Testing

struct ReportTests {
  @Test(arguments: Language.allCases) func `the same content gives the same bytes`(language: Language) throws {
    #expect(try html(sweep(), language) == html(sweep(), language))
  }

  @Test(arguments: Language.allCases) func `nothing is loaded from anywhere`(language: Language) throws {
    let page = try html(sweep(), language)
    // The one address is the name of SVG's namespace, which nobody visits.
    let addresses = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
    for address in ["http://", "https://", "url(", "@import", "src=", "fetch(", "XMLHttpRequest"] {
      #expect(!addresses.contains(address), "\(address)")
    }
    #expect(page.contains("default-src &apos;none&apos;") || page.contains("default-src &#39;none&#39;"))
    // A style attribute would be refused by the page's own policy.
    #expect(!page.contains(" style=\""))
    #expect(!page.contains(" onclick"))
  }

  @Test func `the drawings are well formed`() throws {
    // One a candidate and the axis, two or three charts, and a swatch a run.
    #expect(try wellFormedDrawings(html(sweep())) >= 6 + 1 + 2 + 6)
  }

  @Test func `every run's numbers stand beside its version and commit`() throws {
    let content = sweep()
    let page = try html(content)
    for (run, candidate) in zip(content.runs, content.candidates) {
      let commit = try #require(run.origin.commit)
      let score = try #require(candidate.score).value.formatted(.number.precision(.fractionLength(2)))
      let rows = page.components(separatedBy: "<tr").filter { $0.contains(">\(score)<") && $0.contains(commit) }
      #expect(rows.count >= 2, "\(run.origin.label)")
      #expect(page.contains("title=\"\(run.origin.label), \(commit)\""))
    }
  }

  @Test func `the verdict says who won, by how much, and whether that is luck`() throws {
    var content = sweep()
    let lead = try html(content)
    #expect(lead.contains("is best: BLEU <strong>30.00</strong>"))
    #expect(lead.contains("1.50 ahead of"))
    #expect(lead.contains("(95\u{A0}% interval +0.50 to +3.00, p = 0.020, 100 rows)"))
    #expect(lead.contains("more than luck"))
    content.conclusion = .incomparable(winner: 0, rival: 1, reason: .tooFewRows(1))
    #expect(try html(content).contains("cannot be said: one row gives no interval"))
    content.conclusion = .noScore
    #expect(try html(content).contains("No run has a score"))
  }

  @Test func `Japanese pages have the same numbers and no English headings`() throws {
    let (english, japanese) = (try html(sweep()), try html(sweep(), .japanese))
    #expect(japanese.contains("<html lang=\"ja\">") && japanese.contains("順位表") && japanese.contains("ランクです。"))
    #expect(!japanese.contains("Leaderboard") && !japanese.contains("The rank."))
    func numbers(_ page: String) -> [String: Int] {
      let cells = page.components(separatedBy: "<td class=\"num").dropFirst().compactMap {
        $0.components(separatedBy: ">").dropFirst().first?.components(separatedBy: "<").first
      }
      return Dictionary(cells.map { ($0, 1) }, uniquingKeysWith: +)
    }
    #expect(numbers(english).filter { Double($0.key) != nil } == numbers(japanese).filter { Double($0.key) != nil })
    #expect(numbers(english).count > 6)
  }

  @Test func `a sweep over two settings becomes a table of shades, seeds averaged`() throws {
    var content = sweep()
    let page = try html(content)
    let map = try #require(page.components(separatedBy: "class=\"heatmap\"").dropFirst().first)
    #expect(map.components(separatedBy: "<span class=\"figure\">").count == 7)
    #expect(map.contains("class=\"q7 best\"") && map.contains("class=\"q0\""))
    // Two runs of one pair are one cell with their mean.
    content.runs[1].settings = content.runs[0].settings
    #expect(try html(content).contains("<span class=\"figure\">29.25</span>"))
    content.varyingSettings.append("training.epochs")
    content.runs[0].settings = content.runs[0].settings.map {
      $0.key == "training.epochs" ? JSONMember($0.key, 3) : $0
    }
    #expect(try !html(content).contains("class=\"heatmap\""))
  }

  @Test func `a run beside a sweep does not take its table of shades away`() throws {
    var content = sweep()
    content.add(named: "plain", like: 0, changing: ["training.epochs": 9, "training.lora_r": 64])
    let page = try html(content)
    let map = try #require(page.components(separatedBy: "class=\"heatmap\"").dropFirst().first)
    #expect(map.components(separatedBy: "<span class=\"figure\">").count == 7)
    #expect(page.contains("Only the trials of <strong><bdi>grid</bdi></strong>."))
  }

  @Test func `scores stand before settings, and many settings share a column`() throws {
    var content = sweep()
    func headings() throws -> [String] {
      let table = try #require(html(content).components(separatedBy: "<table class=\"leaderboard").dropFirst().first)
      return table.prefix(while: { $0 != "\n" }).isEmpty
        ? []
        : (table.components(separatedBy: "</thead>").first ?? "").components(separatedBy: "</th>").dropLast().map {
          String($0.components(separatedBy: ">").last ?? "")
        }
    }
    #expect(
      try headings() == [
        "Run", "BLEU", "Difference", "p", "Validation loss", "Training time", "lora_r", "learning_rate",
      ])
    let keys = ["training.epochs", "training.batch_size", "training.warmup_epochs"]
    content.add(named: "plain", like: 0, changing: Dictionary(uniqueKeysWithValues: keys.map { ($0, 9) }))
    #expect(try headings() == ["Run", "BLEU", "Difference", "p", "Validation loss", "Training time", "Settings"])
    #expect(try html(content).contains("<span class=\"key\" title=\"The rank.\">lora_r</span> <bdi>2</bdi></span>"))
  }

  @Test func `a name is not broken within a number`() {
    #expect(
      HTML.name("grid/lora_r=4,learning_rate=5e-4").markup
        == "<bdi>grid/lora_r=<wbr>4,<wbr>learning_rate=<wbr><span class=\"nb\">5e-4</span></bdi>")
    #expect(HTML.name("a<b-c").markup == "<bdi>a&lt;b-c</bdi>")
  }

  @Test func `one run alone, one that failed, and none with anything to show make a page`() throws {
    var content = sweep(rows: 1, columns: 1)
    content.conclusion = .onlyOne(winner: 0)
    content.varyingSettings = []
    let single = try html(content)
    #expect(single.contains("reaches BLEU <strong>30.00</strong>") && !single.contains("Leaderboard"))
    content.runs = [ReportedRun(origin: Origin(name: "broken", version: 1, commit: commit(1)), status: .failed)]
    content.runs[0].problem = "out of memory"
    content.candidates = [
      ReportedCandidate(
        label: "broken", runs: [0], score: nil, problem: .failed("out of memory"), standing: .untested(.baseline))
    ]
    content.conclusion = .noScore
    #expect(try html(content).contains("out of memory"))
    content.runs[0].curves["train/loss"] = [CurvePoint(step: 0, value: .nan), CurvePoint(step: 5, value: .infinity)]
    #expect(try wellFormedDrawings(html(content)) == 0)
  }
}
