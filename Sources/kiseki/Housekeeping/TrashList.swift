import CommandLine
import Experiments
import Spelling
import Tables

/// What was removed and can come back, newest removal first.
struct TrashList {
  private let workspace: Workspace
  private let items: [TrashedExperiment]

  init(in workspace: Workspace) throws {
    self.workspace = workspace
    items = try workspace.trashed()
  }

  func show(_ console: Console) {
    guard !console.globals.wantsJSON else { return console.print(.array(items.map(Self.json))) }
    guard let first = items.first else { return console.hint("the trash is empty; next: kiseki ls") }
    var table = TextTable(columns: [.init("name"), .init("commit"), .init("directory"), .init("removed"), .init("id")])
    for item in items {
      table.add([
        item.name.text, item.commit?.short ?? "", item.hasDirectory ? "yes" : "no", item.time.localText, item.id,
      ])
    }
    table.lines(width: console.width, palette: console.palette).forEach { console.print($0) }
    console.hint("next: " + shellCommand("restore", first.name.text))
  }

  private static func json(_ item: TrashedExperiment) -> JSONValue {
    .object([
      JSONMember("name", .string(item.name.text)), JSONMember("id", .string(item.id)),
      JSONMember("removed_at", .string(item.time.documentText)),
      JSONMember("commit", item.commit.map { .string($0.hex) } ?? .null),
      JSONMember("directory", .bool(item.hasDirectory)),
    ])
  }

  /// Brings back an experiment as last removed, a sweep's trials of its last removal, or everything of one removal.
  ///
  /// - Throws: `CommandFailure` when the trash has nothing of that name.
  func restore(_ what: String, _ console: Console) throws {
    let chosen = chosen(what)
    guard let id = chosen.first?.id else {
      throw CommandFailure(
        "cannot restore '\(withoutControls(what))': the trash has nothing of that name. 'kiseki restore' lists what it has."
      )
    }
    for item in chosen {
      try workspace.restore(item)
      if !console.globals.wantsJSON { console.print("restored \(item.name)", done: "What was named is back") }
    }
    for sweep in Set(chosen.map { $0.name.sweep ?? $0.name.text }).sorted() {
      try workspace.restorePlan(ofSweep: sweep, id: id)
    }
    if console.globals.wantsJSON {
      console.print(JSONValue.object([JSONMember("restored", .array(chosen.map { .string($0.name.text) }))]).line())
    }
    console.hint(chosen.count == 1 ? "next: " + shellCommand("show", chosen[0].name.text) : "next: kiseki ls")
  }

  /// In the order of their names, so that a sweep's own folder comes before those of its trials.
  private func chosen(_ what: String) -> [TrashedExperiment] {
    let byID = items.filter { $0.id == what }
    if !byID.isEmpty { return byID.sorted { $0.name < $1.name } }
    guard let newest = items.first(where: { $0.name.text == what || $0.name.sweep == what }) else { return [] }
    return items.filter { item in
      item.id == newest.id && (item.name.text == what || item.name.sweep == what)
    }.sorted { $0.name < $1.name }
  }
}
