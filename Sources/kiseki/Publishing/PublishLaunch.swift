import CommandLine
import Experiments
import Foundation
import Privacy
import Reports
import Spelling
import Tables

/// What `publish` was asked for.
struct PublishLaunch {
  let directory: String
  let words: [String]
  let metric: ComparisonMetric?
  let title: String?
  let language: Language
  let extras: PublishedExperiment.Extras

  /// Makes the directory hold the site.
  func start(_ console: Console) throws {
    let workspace = try Workspace.find(from: console.directory)
    let path = absolutePath(console)
    guard path != workspace.experimentsDirectory, !path.hasPrefix(workspace.experimentsDirectory + "/") else {
      throw CommandFailure(
        "cannot publish into \(directory): experiments/ is for runs alone. Name another directory.")
    }
    let writer = SiteWriter(directory: path)
    // Better said before the work than after it.
    try writer.check()
    let resources = try Resources.find()
    let templates = try TemplateSet(directory: resources.root + "/report", addition: resources.root + "/site")
    let privacy = PrivateText(
      Machine.current(workspace: workspace.root, spellings: [{ HTML(escaping: $0).markup }]))
    let selection = try PublishedSelection(words, extras: extras, privacy: privacy, in: workspace)
    let made = try site(workspace, selection.experiments, templates, privacy, notes: workspace.allNotes()).make()
    let changes = try writer.write(made.files)
    tell(console, selection, made, changes)
  }

  private func site(
    _ workspace: Workspace, _ experiments: [PublishedExperiment], _ templates: TemplateSet, _ privacy: PrivateText,
    notes: [ExperimentName: ExperimentNotes]
  ) throws -> Site {
    var options = Comparison.Options()
    options.metric = metric
    let runs = experiments.map { ComparedRun($0.version) }
    let comparison = try Comparison(runs: runs, baseline: .best, options: options)
    options.metric = comparison.metric
    options.groupsSeeds = false
    let hasSeeds = comparison.candidates.contains(where: \.hasSeveralSeeds)
    let alone = hasSeeds ? try Comparison(runs: runs, baseline: .best, options: options) : comparison
    return try Site(
      comparison, alone: alone, experiments: experiments, title: title, notes: notes,
      laterEvaluations: ReportMaking.laterEvaluations(of: experiments.map(\.version), in: workspace).evaluations,
      explanations: ReportMaking.explanations, language: language, templates: templates, privacy: privacy)
  }

  private func absolutePath(_ console: Console) -> String {
    let path = directory.hasPrefix("/") ? directory : console.directory + "/" + directory
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private func tell(
    _ console: Console, _ selection: PublishedSelection, _ made: Site.Made, _ changes: SiteWriter.Changes
  ) {
    let bytes = made.files.reduce(0) { $0 + $1.bytes }
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "directory": .string(directory), "experiments": .integer(selection.experiments.count),
        "files": .integer(made.files.count), "bytes": .integer(bytes),
        "written": .array(changes.written.map { .string($0) }), "unchanged": .integer(changes.unchanged),
        "removed": .array(changes.removed.map { .string($0) }),
        "private": .array(made.leaks.map(\.json)),
        "withheld": .array(
          selection.experiments.flatMap { experiment in
            experiment.withheld.map { .string("\(experiment.label): \($0.path)") }
          }),
      ]
      console.print(json)
    } else {
      console.print(
        "\(directory)  \(Format.count(selection.experiments.count, "experiment")), \(Format.count(made.files.count, "file")), "
          + "\(Format.bytes(bytes)): \(Format.count(changes.written.count)) written, "
          + "\(Format.count(changes.unchanged)) unchanged, \(Format.count(changes.removed.count)) removed",
        done: "The site is written")
    }
    console.warn(leftOut: selection.leftOut)
    for experiment in selection.experiments {
      for file in experiment.withheld {
        let part = file.path.hasPrefix("adapter/") ? "the adapter" : file.path
        console.warn("\(experiment.label): \(part) is not published: \(file.reason)")
      }
    }
    for line in LeakWarnings.lines(made.leaks) { console.warn(line) }
    console.hint(
      "next: open \(shellWord(directory + "/index.html")) in a browser, or copy \(shellWord(directory)) to any web server"
    )
  }
}

extension SiteLeak {
  fileprivate var json: JSONValue {
    [
      "file": .string(path), "line": .integer(finding.line), "found": .string(finding.kind.rawValue),
      "removed": .bool(finding.isRemoved),
    ]
  }
}
