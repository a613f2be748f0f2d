import CommandLine
import Configuration

/// The comments of the shipped configurations: what the table says about each setting, above its line.
enum TemplateComments {
  /// Columns of a comment, its mark and indentation included.
  private static let width = 120

  /// The text with the comment directly above each setting replaced by the table's; other comments stay.
  static func annotated(_ text: String, in language: ExplanationLanguage) -> String {
    var result: [String] = []
    var section = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if !line.hasPrefix(" "), line.hasSuffix(":") { section = line.dropLast() + "." }
      guard let parameter = parameter(on: line, section: section) else {
        result.append(line)
        continue
      }
      let indentation = String(line.prefix { $0 == " " })
      while let last = result.last, last.hasPrefix(indentation + "#") { result.removeLast() }
      result += comment(on: parameter, in: language, indentation: indentation)
      result.append(line)
    }
    return result.joined(separator: "\n")
  }

  static func comment(
    on parameter: Parameter, in language: ExplanationLanguage, indentation: String
  ) -> [String] {
    let mark = indentation + "# "
    return wrapped(parameter.explanation[language], to: width - mark.count).map { mark + $0 }
  }

  /// The setting written on a line, `nil` for any other.
  static func parameter(on line: String, section: String) -> Parameter? {
    guard !line.contains("#") || line.contains(": "), let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon].drop { $0 == " " }
    return ParameterTable.parameter((line.hasPrefix(" ") ? section : "") + name)
  }
}

/// The tutorial's configuration, written from the table alone.
enum TutorialTemplate {
  /// The data are our own: the tutorial's are not given away with it.
  private static let given: [String: String] = ["dataset.train_dataframe": "sample/data/tutorial.csv"]

  static let files: [(name: String, language: ExplanationLanguage)] = [
    ("tutorial.yaml", .english), ("tutorial.ja.yaml", .japanese),
  ]

  static func text(in language: ExplanationLanguage) -> String {
    var text = language == .english ? englishHead : japaneseHead
    for section in ParameterTable.sections {
      let parameters = ParameterTable.all.filter { $0.section == section && ($0.isInTutorial || given[$0.key] != nil) }
      text += section.isEmpty ? "" : "\n\(section):\n"
      let indentation = section.isEmpty ? "" : "  "
      for (index, parameter) in parameters.enumerated() {
        if index > 0 { text += "\n" }
        text += TemplateComments.comment(on: parameter, in: language, indentation: indentation)
          .map { $0 + "\n" }.joined()
        text += "\(indentation)\(parameter.name): \(given[parameter.key] ?? Parameter.text(parameter.tutorialValue))\n"
      }
    }
    return text
  }

  private static let englishHead = """
    # The tutorial: its settings as they are, with what each of them means. 'kiseki explain KEY' says more about any one.
    #
    #   kiseki run tutorial.yaml
    #   kiseki run tutorial.yaml llm_backbone=sample/model
    #
    # The first line wants the model of 1.7 billion weights, which does not come with Kiseki: 'kiseki model fetch
    # tutorial.yaml' downloads it. The second takes the sample's tiny one instead. The data are 11 questions about a shop
    # that does not exist, as many rows as the tutorial had: one is measured, the others are learned by heart. Paths count
    # from this file's folder.


    """

  private static let japaneseHead = """
    # チュートリアルの設定を、それぞれの意味とともにそのまま書いたものです。kiseki explain 項目名 で、さらに詳しい説明が出ます。
    #
    #   kiseki run tutorial.ja.yaml
    #   kiseki run tutorial.ja.yaml llm_backbone=sample/model
    #
    # 一つ目には 17 億パラメータのモデルが必要ですが、Kiseki には付いていません（kiseki model fetch tutorial.ja.yaml で取得します）。
    # 二つ目は代わりに付属の小さなモデルを使います。
    # データは架空の店についての質問 11 個で、チュートリアルと同じ行数です。1 行で測定し、残りは丸暗記することになります。
    # パスはこのファイルのあるフォルダから数えます。


    """
}
