import Configuration
import Tables

/// What an explanation says around the texts of the table.
struct ExplanationWords {
  let language: ExplanationLanguage

  private func choose(_ english: String, _ japanese: String) -> String {
    language == .english ? english : japanese
  }

  var values: String { choose("Values", "値") }
  var defaultValue: String { choose("Default", "既定値") }
  var tutorial: String { choose("Tutorial", "チュートリアル") }
  var status: String { choose("Here", "対応") }
  var use: String { choose("When to change it, and what to try", "いつ変えるか、何を試すか") }
  var correction: String { choose("Often misread", "間違えやすい点") }
  var notInTutorial: String { choose("not set there", "指定なし") }
  var meaning: String { choose("Meaning", "意味") }
  var key: String { choose("Key", "項目") }

  var next: String {
    choose("next: kiseki explain lora_r, or any other key", "次は: kiseki explain lora_r のように、項目を指定")
  }

  func tryIt(_ key: String) -> String {
    let command = "kiseki run experiments/demo.yaml \(key)="
    return choose("next: \(command)VALUE", "次は: \(command)値")
  }

  var foreign: String {
    choose(
      "A setting of H2O LLM Studio without a counterpart here: accepted from its files, and ignored.",
      "H2O LLM Studio の項目で、ここには相当するものがありません。ファイルにあっても読み飛ばします。")
  }

  func title(ofSection section: String) -> String {
    switch section {
    case "": choose("Top level", "全体")
    case "dataset": choose("dataset: the examples", "dataset: 学習する例")
    case "tokenizer": choose("tokenizer: lengths and pieces of text", "tokenizer: 文の長さと分け方")
    case "augmentation": choose("augmentation: varied examples", "augmentation: 例に変化を付ける")
    case "architecture": choose("architecture: the model", "architecture: モデル")
    case "training": choose("training: how it learns", "training: 学習の進め方")
    case "prediction": choose("prediction: answers and scores", "prediction: 答えの生成と採点")
    case "environment": choose("environment: machine and chance", "environment: 計算機と乱数")
    default: section
    }
  }

  /// Whether values of the setting have their effect.
  func status(of parameter: Parameter) -> String {
    switch parameter.support {
    case .acts: choose("it acts", "働きます")
    case .recordedOnly: choose("recorded, without meaning", "記録するだけで、意味はありません")
    case .onlyDefault:
      choose("only the default; other values are not supported yet", "既定値だけ。ほかの値にはまだ対応していません")
    case .actsFor(let values):
      choose(
        "it acts for \(list(values, " and ")); other values are not supported yet",
        "\(list(values, "、")) で働きます。ほかの値にはまだ対応していません")
    }
  }

  private func list(_ values: [JSONValue], _ separator: String) -> String {
    values.map(Parameter.text).joined(separator: separator)
  }
}
