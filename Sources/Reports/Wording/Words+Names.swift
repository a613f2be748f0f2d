internal import Experiments
internal import Foundation

extension Words {
  /// What people call a metric; its rows are said elsewhere.
  func name(_ metric: ComparisonMetric) -> String {
    switch metric.measure {
    case .bleu: "BLEU"
    case .meanSentenceBLEU: self[Label("mean sentence BLEU", "文ごとの平均 BLEU")]
    case .chrf: "chrF"
    case .chrfWithWords: "chrF++"
    case .exactMatch: self[Label("exact match", "完全一致率")]
    case .tokenAccuracy: self[Label("token accuracy", "トークン正解率")]
    case .judge: self[Label("judge score", "採点モデルの点数")]
    case .loss: self[Label("loss", "損失")]
    case .perplexity: self[Label("perplexity", "パープレキシティ")]
    case .meanRowPerplexity: self[Label("mean row perplexity", "行ごとの平均パープレキシティ")]
    }
  }

  func score(_ value: Double, of metric: ComparisonMetric) -> String {
    Figures.decimal(value, Self.fractionDigits(metric))
  }

  static func fractionDigits(_ metric: ComparisonMetric) -> Int { metric.measure.fractionDigits }

  func status(_ status: ExperimentSummary.Status) -> String {
    switch status {
    case .completed: self[.completed]
    case .failed: self[.failed]
    case .running: self[.running]
    case .interrupted: self[.interrupted]
    case .unreadable: self[.unreadable]
    }
  }

  /// `95 %`, with a space at which no line ends.
  func confidence(_ share: Double) -> String {
    "\(Figures.coordinate((share * 1_000).rounded() / 10, digits: 4))\u{A0}%"
  }

  /// Why something is not compared, as the end of a sentence.
  func reason(_ reason: Incomparable) -> String {
    switch reason {
    case .failed(let text): self.text(.reasonFailed, ["reason": sentencePart(text)])
    case .unfinished: self[.reasonUnfinished]
    case .unreadable(let text): self.text(.reasonUnreadable, ["reason": sentencePart(text)])
    case .noScore(let metric):
      self.text(.reasonNoScore, ["metric": ComparisonMetric(name: metric).map { name($0) } ?? metric])
    case .notFinite: self[.reasonNotFinite]
    case .noRowStatistics(let missing): self.text(.reasonNoStatistics, ["missing": sentencePart(missing)])
    case .tooFewRows(let rows):
      rows == 1 ? self[.reasonOneRow] : self.text(.reasonTooFewRows, ["rows": Figures.count(rows)])
    case .differentRows(let own, let others, let shared):
      self.text(
        .reasonOtherRows,
        ["own": Figures.count(own), "others": Figures.count(others), "shared": Figures.count(shared)])
    case .differentSignature(let own, let others):
      self.text(.reasonOtherSignature, ["own": own, "others": others])
    case .differentJudge(let own, let others): self.text(.reasonOtherJudge, ["own": own, "others": others])
    case .differentTokens(let own, let others):
      self.text(.reasonOtherTokens, ["own": Figures.count(own), "others": Figures.count(others)])
    case .baseline: self[.reasonBaseline]
    }
  }

  /// A sentence of another part of the program, to go on after.
  private func sentencePart(_ text: String) -> String {
    let short = shortened(text)
    return short.hasSuffix(".") ? String(short.dropLast()) : short
  }

  /// The same on every machine, whatever its time zone: `2026-01-31 12:34`.
  func time(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(includingFractionalSeconds: false))
  }
}
