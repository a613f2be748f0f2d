internal import Experiments

extension ReportView {
  /// Backbone, machine and program, once for all runs that share them.
  public func environmentSection() throws(ReportError) -> Section? {
    struct Surroundings: Hashable {
      let backbone: BackboneRecord?
      let environment: EnvironmentRecord?
    }
    let groups = grouped { run -> Surroundings? in
      guard run.backbone != nil || run.environment != nil else { return nil }
      return Surroundings(backbone: run.backbone, environment: run.environment)
    }
    guard !groups.isEmpty else { return nil }
    var body = HTML.empty
    for (surroundings, runs) in groups {
      var facts: [(Label, HTML)] = []
      if let backbone = surroundings.backbone { facts.append((.backbone, text(backbone))) }
      if let environment = surroundings.environment { facts += self.facts(environment) }
      let list = try templates.render(
        "facts",
        ["facts": .list(facts.map { ["label": .text(words[$0]), "value_html": .markup($1)] })])
      body =
        body
        + (try templates.render(
          "group", ["used_by": .text(usedBy(runs)), "content_html": .markup(list), "facts": .list([])]))
    }
    return Section(id: "environment", heading: words[.environmentHeading], body: body)
  }

  private func text(_ backbone: BackboneRecord) -> HTML {
    let name = words.shortened(backbone.id) + (backbone.revision.map { " @ \($0)" } ?? "")
    let weights = backbone.files.filter { $0.path.hasSuffix(".safetensors") || $0.path.hasSuffix(".bin") }
    return
      ([HTML.isolated(name)]
      + weights.map { file in
        HTML.isolated(words.shortened(file.path, to: 80)) + HTML(escaping: ", \(Figures.bytes(file.bytes)), SHA-256 ")
          + hash(file.sha256.hex)
      }).joined("<br>")
  }

  private func facts(_ environment: EnvironmentRecord) -> [(Label, HTML)] {
    let program = environment.program
    var workspace = [environment.workspaceCommit.map { hash($0) } ?? HTML(escaping: words[.noCommit])]
    if environment.isDirty { workspace.append(HTML(escaping: words[.changed])) }
    if environment.untrackedCount > 0 {
      workspace.append(words.html(.untracked, ["count": HTML(escaping: Figures.count(environment.untrackedCount))]))
    }
    let compute = [
      program.instructionSet, words.text(.threads, ["count": Figures.count(program.threads)]),
      "BLAS \(program.blasKernel)",
    ]
    return [
      (
        .machine,
        HTML.isolated(
          environment.processor + " · " + words.text(.memory, ["bytes": Figures.bytes(environment.memoryBytes)]))
      ),
      (.system, .isolated(environment.operatingSystem)),
      (.program, .isolated("kiseki \(program.version), build \(program.build)")),
      (.compute, .isolated(compute.joined(separator: " · "))),
      (.workspace, workspace.joined(" · ")),
    ]
  }
}
