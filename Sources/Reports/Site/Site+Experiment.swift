internal import Experiments
internal import Foundation
internal import Spelling
internal import Tables

/// The sections that only the page of one experiment has.
extension Site {
  private static let stepColumns: [(name: String, label: Label, digits: Int)] = [
    ("validation/bleu", Label("BLEU", "BLEU"), 2), ("validation/chrf", Label("chrF", "chrF"), 2),
    ("validation/judge", Label("judge score", "採点モデルの点数"), 2), ("validation/loss", .loss, 4),
    ("validation/perplexity", .perplexity, 2),
  ]

  /// The scores of every evaluation.
  func stepsSection(
    _ run: ReportedRun, _ experiment: PublishedExperiment, _ view: ReportView
  ) throws -> Section? {
    let columns = Self.stepColumns.filter { run.curves[$0.name] != nil }
    let steps = Set(columns.flatMap { run.curves[$0.name] ?? [] }.map(\.step)).sorted()
    guard !steps.isEmpty else { return nil }
    let outcome = try experiment.version.result().outcome
    let saved = outcome.saved?.step
    var table = TableView(
      [.init(words[.step])] + columns.map { .init(words[$0.label], isNumber: true) } + [.init("")],
      isSortable: true, style: "leaderboard")
    for (index, step) in steps.enumerated() {
      if step == saved { table.emphasized = index }
      let values = columns.map { column in
        run.curves[column.name]?.last { $0.step == step }.map {
          TableView.Cell(
            HTML(escaping: Figures.decimal($0.value, column.digits))
              + view.part(run.coverage(of: column.name, step: step)),
            value: $0.value)
        } ?? .none
      }
      let remarks: [(Label, Bool)] = [
        (.untouchedStep, step == 0), (.bestRemark, step == outcome.best?.step), (.savedStep, step == saved),
      ]
      let remark = remarks.filter(\.1).map { words[$0.0] }.joined(separator: ", ")
      table.add(
        [.init(HTML(escaping: Figures.count(step)), value: Double(step))] + values + [
          .init(HTML(escaping: remark), style: "quiet")
        ])
    }
    return Section(id: "steps", heading: words[.stepsHeading], body: try table.html(templates))
  }

  /// Every setting with what it does, those that differ on this site first.
  func settingsSection(_ run: ReportedRun, _ view: ReportView) throws -> Section? {
    let settings = run.settings.filter { $0.key != "experiment_name" }
    guard !settings.isEmpty else { return nil }
    func table(_ members: [JSONMember]) throws -> HTML {
      guard !members.isEmpty else { return .empty }
      var table = TableView(
        [.init(words[.setting]), .init(words[.value]), .init(words[.meaning])], style: "settings")
      for member in members {
        var key = Element("code")
        key.add(text: member.key)
        table.add([
          .init(key.html), .init(view.text(member.value)),
          .init(view.explanation(member.key) ?? "", style: "meaning"),
        ])
      }
      return try table.html(templates)
    }
    let varying = settings.filter { content.varyingSettings.contains($0.key) }
    let others = settings.filter { !content.varyingSettings.contains($0.key) }
    let body = try templates.render(
      "site_settings",
      [
        "varying_html": .markup(try table(varying)), "others_html": .markup(try table(others)),
        "summary": .text(
          words.text(varying.isEmpty ? .allSettings : .otherSettings, ["count": Figures.count(others.count)])),
        "is_open": .flag(varying.isEmpty),
      ])
    return Section(
      id: "settings", heading: words[.settingsHeading],
      introduction: varying.isEmpty ? nil : words.html(.settingsIntroductionSite), body: body)
  }

  /// Every file of the version with its hash, those on the site to download.
  func filesSection(_ experiment: PublishedExperiment) throws -> Section {
    var table = TableView(
      [.init(words[.file]), .init(words[.size], isNumber: true), .init("SHA-256"), .init("")], style: "files")
    for file in experiment.files {
      var sum = Element("code", ["class": "sum"])
      sum.add(text: file.sha256?.hex ?? "—")
      let name = file.published.map { link($0.path, from: experiment.page, title: file.path) }
      let remark: Label? =
        file.isDamaged ? .damaged : file.published == nil ? .notOnSite : file.isCleaned ? .cleaned : nil
      table.add([
        .init(name ?? .isolated(file.path)), .init(HTML(escaping: Figures.bytes(file.bytes))), .init(sum.html),
        .init(HTML(escaping: remark.map { words[$0] } ?? ""), style: "quiet"),
      ])
    }
    return Section(
      id: "files", heading: words[.filesHeading],
      introduction: words.html(
        .filesIntroduction,
        ["sums": link(experiment.folder + "/SHA256SUMS", from: experiment.page, title: "SHA256SUMS")]),
      body: try table.html(templates))
  }

  /// How to have the experiment back, see it judged, and repeat it.
  func commandsSection(_ experiment: PublishedExperiment) throws -> Section {
    let name = experiment.label
    let commands: [(String, Label)] = [
      (shellCommand("checkout", name), .checkoutCommand), (shellCommand("verify", name), .verifyCommand),
      (shellCommand("rerun", name), .rerunCommand),
    ]
    let body = try templates.render(
      "site_commands",
      ["commands": .list(commands.map { ["command": .text($0), "meaning": .text(words[$1])] })])
    return Section(
      id: "again", heading: words[.commandsHeading],
      introduction: words.html(
        .commandsIntroduction, ["commit": .strong(.isolated(experiment.version.commit.id.hex))]), body: body)
  }
}
