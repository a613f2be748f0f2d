/// A language that settings are explained in.
public enum ExplanationLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case japanese = "ja"
}

/// One text in both languages.
public struct ExplanationText: Sendable, Equatable {
  public let english: String
  public let japanese: String

  init(_ english: String, _ japanese: String) {
    self.english = english
    self.japanese = japanese
  }

  public subscript(language: ExplanationLanguage) -> String {
    switch language {
    case .english: english
    case .japanese: japanese
    }
  }
}

/// What a beginner wants to know about a setting beyond what it does.
public struct ParameterAdvice: Sendable {
  /// When to change it, and what to try.
  public let use: ExplanationText
  /// What the tutorial's page says wrongly, or H2O LLM Studio does otherwise; `nil` where both agree with this program.
  public let correction: ExplanationText?

  init(english: String, japanese: String, correction: ExplanationText? = nil) {
    use = ExplanationText(english, japanese)
    self.correction = correction
  }

  static let byKey: [String: ParameterAdvice] = [
    topLevel, datasetFiles, datasetColumns, datasetMarkers, tokenizer, augmentation, architecture, optimization,
    adapter, schedule, prediction, judge, environment,
  ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }
}

extension Parameter {
  /// What it does, in one to three sentences.
  public var explanation: ExplanationText { ExplanationText(english, japanese) }

  /// Every setting of the table has one.
  public var advice: ParameterAdvice? { ParameterAdvice.byKey[key] }
}
