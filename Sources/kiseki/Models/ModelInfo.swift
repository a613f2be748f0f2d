import CommandLine
import Foundation
import Hub
import LanguageModels
import Spelling
import Tables

/// Says what a model is: one in a directory, in the cache, or on the hub.
struct ModelInfo {
  let subject: ModelSubject

  /// - Throws: `HubError` when there is no such model.
  func start(_ console: Console) throws -> ExitCode {
    switch subject {
    case .directory(let path):
      show(path, place: nil, [("directory", path)], [JSONMember("directory", .string(path))], console) {
        try facts(of: path)
      }
      console.hint("next: a configuration with llm_backbone: \(path)")
    case .hub(let id, let revision, let configuration):
      if let snapshot = HubCache.usual.snapshot(of: id, revision) {
        show(snapshot, revision, console)
        let whole = BackbonePlace.missingFile(in: snapshot.directory) == nil
        console.hint(
          "next: \(whole ? ModelSubject.use(id, revision, configuration) : ModelFetch.command(id, revision))")
      } else {
        try ask(id, revision, console)
        console.hint("next: \(ModelFetch.command(id, revision))")
      }
    }
    return .success
  }

  /// - Throws: `CommandFailure` when something is missing that a run needs.
  private func facts(of directory: String) throws -> ModelFacts {
    if let name = BackbonePlace.missingFile(in: directory) {
      throw CommandFailure("there is no \(name).")
    }
    return try ModelFacts(directory: directory)
  }

  private func show(_ snapshot: HubSnapshot, _ revision: HubRevision, _ console: Console) {
    let revisions = HubCache.usual.revisions(of: snapshot.id)
    show(
      snapshot.id.text, place: snapshot.directory,
      [
        ("commit", "\(snapshot.commit) (\(revision))"), ("in the cache", snapshot.directory),
        ("branches here", revisions.joined(separator: ", ")),
      ],
      [
        JSONMember("id", .string(snapshot.id.text)), JSONMember("commit", .string(snapshot.commit)),
        JSONMember("is_cached", true), JSONMember("directory", .string(snapshot.directory)),
        JSONMember("cached_revisions", .array(revisions.map { .string($0) })),
      ], console
    ) { try facts(of: snapshot.directory) }
  }

  /// Looks at the small files of a model that is not here; nothing of it is kept.
  private func ask(_ id: HubModelID, _ revision: HubRevision, _ console: Console) throws {
    try TemporaryFolder.with { folder in
      let environment = ProcessInfo.processInfo.environment
      let fetch = try HubFetch(
        id, revision, from: HubServer(environment: environment), into: HubCache(directory: folder))
      let listing = try fetch.listing { _ in }
      let names = ["config.json", "generation_config.json"]
      try fetch.fetch(names, of: listing) { _ in }
      let bytes = listing.files.reduce(0) { $0 + $1.bytes }
      show(
        id.text, place: folder,
        [
          ("commit", "\(listing.commit) (\(revision))"), ("in the cache", "no"),
          ("files", "\(Format.count(listing.files.count)), \(Format.bytes(bytes))"),
        ],
        [
          JSONMember("id", .string(id.text)), JSONMember("commit", .string(listing.commit)),
          JSONMember("is_cached", false),
          JSONMember(
            "files",
            .array(listing.files.map { ["name": .string($0.name), "bytes": .integer($0.bytes)] })),
        ], console
      ) {
        _ = try ModelFiles.needed(of: listing, id)
        return try ModelFacts(
          directory: fetch.folder(of: listing), weightBytes: listing.file(named: "model.safetensors")?.bytes)
      }
    }
  }

  /// - Parameter facts: what it is, or why it cannot be used, which is worth knowing too.
  private func show(
    _ name: String, place: String?, _ lines: [(label: String, text: String)], _ members: [JSONMember],
    _ console: Console, facts: () throws -> ModelFacts
  ) {
    var (lines, members) = (lines, members)
    do {
      let facts = try facts()
      lines += try facts.lines
      lines.append(("usable", "yes"))
      members += try facts.json
      members.append(JSONMember("usable", true))
    } catch {
      // A folder that is about to go helps nobody.
      let reason = "\(error)".replacingOccurrences(of: (place ?? "/") + "/", with: place == nil ? "/" : "")
      lines.append(("usable", "no: \(reason)"))
      members += [JSONMember("usable", false), JSONMember("reason", .string(reason))]
    }
    if console.globals.wantsJSON { return console.print(.object(members)) }
    console.print(console.palette(.bold, name))
    let width = lines.map(\.label.count).max() ?? 0
    for (label, text) in lines {
      console.print(
        "  " + console.palette(.dim, label.padding(toLength: width, withPad: " ", startingAt: 0)) + "  \(text)")
    }
  }
}

extension ModelSubject {
  /// How a model that is here is used.
  static func use(_ id: HubModelID, _ revision: HubRevision, _ configuration: String?) -> String {
    if let configuration { return shellCommand("run", configuration) }
    let branch = revision == .main ? "" : ", huggingface_branch: \(revision)"
    return "a configuration with llm_backbone: \(id)\(branch)"
  }
}
