extension Parameter {
  /// What the setting may be, in words.
  public func allowed(in language: ExplanationLanguage) -> String {
    switch language {
    case .english: allowed
    case .japanese: japaneseAllowed
    }
  }

  private var japaneseAllowed: String {
    switch kind {
    case .bool: "true または false"
    case .integer(let range):
      range.upperBound >= ParameterTable.largestSeed
        ? "\(range.lowerBound) 以上の整数" : "\(range.lowerBound) から \(range.upperBound) までの整数"
    case .number(let range): range.japaneseText
    case .text, .optionalText, .marker: "文字列"
    case .path: "ファイルまたはフォルダのパス"
    case .adapter: "アダプターのフォルダ、または name@version の実験"
    case .template: "テンプレートの名前、またはテキストファイルのパス"
    case .backbone: "モデルのフォルダ、またはハブの ID"
    case .choice(let names, let aliases): (names + aliases.keys.sorted()).joined(separator: "、") + " のいずれか"
    case .texts(let minimum): minimum > 0 ? "名前、または名前の一覧" : "名前の一覧（空でもよい）"
    case .choices(let names): names.joined(separator: "、") + " から一つ以上の一覧"
    }
  }
}

extension NumberRange {
  /// "0 より大きい数", "0 以上 1 未満の数"
  fileprivate var japaneseText: String {
    let low = Self.short(minimum)
    guard maximum < .greatestFiniteMagnitude else { return low + (includesMinimum ? " 以上の数" : " より大きい数") }
    return low + (includesMinimum ? " 以上 " : " より大きく ") + Self.short(maximum)
      + (includesMaximum ? " 以下の数" : " より小さい数")
  }
}
