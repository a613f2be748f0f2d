public import Experiments
internal import Foundation
public import Privacy
internal import Tables

/// A static site of experiments: an index, a comparison, a page for each, and all numbers as JSON and CSV.
public struct Site {
  /// What a published site comes to.
  public struct Made {
    /// In the order in which they are to be written.
    public let files: [SiteFile]
    /// By file and line.
    public let leaks: [SiteLeak]
  }

  static let index = "index.html"
  static let comparison = "comparison.html"

  let content: ReportContent
  /// The runs without seeds taken together, in any order.
  let scores: [String: ReportedScore]
  let experiments: [PublishedExperiment]
  let comparisonDocument: JSONValue
  let words: Words
  let templates: TemplateSet
  let privacy: PrivateText
  /// Found in what people wrote, before it reached any page.
  private let remarkLeaks: [SiteLeak]

  /// - Parameters:
  ///   - comparison: of all experiments, as the index shows it.
  ///   - alone: the same with every run as its own candidate.
  ///   - notes: what was said about the experiments later.
  ///   - laterEvaluations: made of the experiments' versions later.
  public init(
    _ comparison: Comparison, alone: Comparison, experiments: [PublishedExperiment], title: String?,
    notes: [ExperimentName: ExperimentNotes], laterEvaluations: [ExperimentName: [LaterEvaluation]] = [:],
    explanations: [String: Label], language: Language, templates: TemplateSet,
    privacy: PrivateText
  ) {
    self.experiments = experiments
    self.templates = templates
    self.privacy = privacy
    let words = Words(language)
    self.words = words
    comparisonDocument = comparison.json
    let versions = experiments.map(\.version)
    func read(_ comparison: Comparison) -> ReportContent {
      ReportContent(
        comparison, versions: versions, title: title ?? words[.siteTitle], notes: notes,
        laterEvaluations: laterEvaluations, explanations: explanations)
    }
    var whole = read(comparison)
    var leaks: [SiteLeak] = []
    for index in whole.runs.indices { leaks += whole.runs[index].keepAtHome(privacy) }
    whole.title = privacy.scan(whole.title).clean
    remarkLeaks = leaks
    self.content = whole
    let single = read(alone)
    scores = Dictionary(
      single.candidates.compactMap { candidate in
        candidate.score.map { (single.runs[candidate.runs[0]].origin.label, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// - Throws: `ReportError` when a template cannot be used; an error of the record when it cannot be read.
  public func make() throws -> Made {
    var leaks = remarkLeaks + experiments.flatMap(\.leaks)
    func cleaned(_ file: (path: String, data: Data)) -> SiteFile {
      // Pages show samples of the data; what else is on them was cleaned before.
      let (clean, findings) = privacy.scan(file.data, isData: file.path.hasSuffix(".html"))
      // The same text stands in the files it came from, and there the line is of more use.
      let known = Set(leaks.map { [$0.finding.kind.rawValue, $0.finding.excerpt] })
      leaks += findings.filter { !known.contains([$0.kind.rawValue, $0.excerpt]) }
        .map { SiteLeak(path: file.path, finding: $0) }
      return SiteFile(file.path, clean)
    }
    // Weights first: a damaged one ends all before a page has changed.
    let published = experiments.flatMap { $0.files.compactMap(\.published) }.sorted { first, second in
      (first.path.hasSuffix(".safetensors") ? 0 : 1, first.path)
        < (second.path.hasSuffix(".safetensors") ? 0 : 1, second.path)
    }
    let data = dataFiles().map(cleaned)
    var files = published + experiments.map { published.checksums(in: $0.folder) } + data
    for experiment in experiments { files.append(cleaned((experiment.page, try page(of: experiment)))) }
    files.append(cleaned((Self.comparison, try comparisonPage())))
    let index = cleaned((Self.index, try indexPage(data)))
    files.append((files + [index]).checksums())
    files.append(index)
    return Made(files: files, leaks: leaks)
  }

  func run(of experiment: PublishedExperiment) -> ReportedRun? {
    content.runs.first { $0.origin.label == experiment.label }
  }

  /// Where the page of each run is, as seen from another page.
  func links(from page: String) -> [String: String] {
    Dictionary(
      experiments.map { ($0.label, SitePath.link(to: $0.page, from: page)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension ReportedRun {
  /// Takes out of our own records what says where and by whom they were made, and out of remarks what must not be seen.
  ///
  /// - Returns: what was found in remarks, which no file of the site has as they were.
  fileprivate mutating func keepAtHome(_ privacy: PrivateText) -> [SiteLeak] {
    var leaks: [SiteLeak] = []
    let label = origin.label
    func clean(_ text: String?, _ what: String) -> String? {
      guard let (clean, findings) = text.map({ privacy.scan($0) }) else { return nil }
      leaks += findings.map { SiteLeak(path: "\(what) of \(label)", finding: $0) }
      return clean
    }
    note = clean(note, "the note")
    problem = clean(problem, "the failure")
    tags = tags.compactMap { clean($0, "a tag") }
    // The file of the configuration tells what was found in them, with the line.
    settings = settings.map { JSONMember($0.key, $0.value.mappingTexts { privacy.scan($0).clean }) }
    if var environment {
      environment.untracked = []
      environment.operatingSystem = privacy.withoutNames(environment.operatingSystem)
      environment.processor = privacy.withoutNames(environment.processor)
      self.environment = environment
    }
    if let id = backbone?.id { backbone?.id = privacy.scan(id).clean }
    return leaks
  }
}

extension JSONValue {
  /// The value with every text in it replaced; keys stay.
  fileprivate func mappingTexts(_ change: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let values): .array(values.map { $0.mappingTexts(change) })
    case .object(let members): .object(members.map { JSONMember($0.key, $0.value.mappingTexts(change)) })
    default: self
    }
  }
}
