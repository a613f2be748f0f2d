import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import Tables

/// The judge a run is scored by: where it is asked is in the environment, how in the configuration.
struct JudgeSetup {
  /// In an experiment.
  static let keptTemplate = "judge/template.txt"

  let judge: Judge
  private let template: JudgeTemplate

  /// - Parameter kept: the template kept with an experiment, when it is not to be looked for.
  /// - Returns: `nil` when the metric is another one.
  /// - Throws: `RunError` when nobody could be asked.
  init?(_ configuration: ExperimentConfiguration, template kept: String?) throws {
    let prediction = configuration.prediction
    guard prediction.metric == .judge else { return nil }
    let environment = ProcessInfo.processInfo.environment
    do {
      template = try JudgeTemplate(
        name: prediction.metricGptTemplate, text: try kept ?? Self.text(of: configuration.judgeTemplateLocation))
      var options = JudgeOptions(
        endpoint: try JudgeEndpoint(
          baseURL: environment["OPENAI_BASE_URL"] ?? "", key: environment["OPENAI_API_KEY"] ?? ""),
        model: prediction.metricGptModel, template: template)
      options.concurrency = prediction.judgeConcurrency
      options.timeoutSeconds = prediction.judgeTimeout
      options.retries.attempts = prediction.judgeAttempts
      options.signature =
        "model:\(prediction.metricGptModel)|template:\(SHA256.hash(Data(template.text.utf8)).hex.prefix(16))|scale:0-10"
      judge = try Judge(options)
    } catch let error as JudgeError {
      throw RunError.usage(error.description + ".")
    }
  }

  private static func text(of location: TemplateLocation) throws -> String {
    let path: String
    switch location {
    case .file(let file): path = file
    case .named(let name): path = try Resources.find().root + "/judge/" + name + ".txt"
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunError.usage(
        "cannot read the template \(path): there is no such file. Set prediction.metric_gpt_template to "
          + "\(try names().joined(separator: ", ")) or to a text file of your own.")
    }
    guard let text = String(data: try Data(contentsOf: URL(fileURLWithPath: path)), encoding: .utf8) else {
      throw RunError.usage("cannot read the template \(path): it is no text in UTF-8.")
    }
    return text
  }

  /// The templates that come with the program.
  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Resources.find().root + "/judge")
      .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  /// What is kept with the experiment, so that it can be asked in the same way again.
  var file: (name: String, content: Data) { (Self.keptTemplate, Data(template.text.utf8)) }

  var templateSHA256: SHA256Digest { SHA256.hash(Data(template.text.utf8)) }

  /// Said before a run.
  static let warning =
    "prediction.metric OpenAI API: the scores come from another model, which need not answer alike twice, so this run "
    + "cannot be verified"
}

extension ExperimentConfiguration {
  /// Why runs of this configuration need not come out alike, `nil` when they have to.
  var unverifiable: String? {
    if prediction.maxTime > 0, prediction.metric.needsText {
      return "prediction.max_time ends answers by the clock, so no two runs need be alike"
    }
    if prediction.metric == .judge {
      return "prediction.metric OpenAI API asks another model for scores, which need not answer alike twice"
    }
    return nil
  }
}
