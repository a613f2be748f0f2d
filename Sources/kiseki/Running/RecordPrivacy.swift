import Configuration
import Experiments
import Foundation
import GitStore
import Privacy

/// Says, before there is a record, what a person would rather not have in it.
///
/// A record keeps what it was given byte for byte, so nothing is taken out: whoever was told can.
struct RecordPrivacy {
  private let workspace: Workspace
  private let scanner: PrivateText

  init(_ workspace: Workspace) {
    self.workspace = workspace
    // The user's name stands in every commit anyway.
    var machine = Machine.current(workspace: workspace.root)
    machine.forgetNames()
    scanner = PrivateText(machine)
  }

  /// One sentence, or none, about what `config.source.yaml` will hold.
  ///
  /// - Parameters:
  ///   - file: the configuration as the user wrote it, `name` what it is called.
  ///   - record: the same with what follows it in the record: overrides.
  func warnings(aboutFile file: Data, named name: String, record: Data) -> [String] {
    var kinds = Dictionary(grouping: scanner.scan(record).findings, by: \.kind.rawValue).mapValues { $0.map(\.line) }
    let known = Set(kinds.values.joined())
    let absolute = Self.absolutePaths(in: file).filter { !known.contains($0) }
    if !absolute.isEmpty { kinds["an absolute path"] = absolute }
    guard !kinds.isEmpty else { return [] }
    // A last line without an end gets one in the record.
    let ends = file.count { $0 == UInt8(ascii: "\n") }
    let fileLines = file.last == UInt8(ascii: "\n") ? ends : ends + 1
    let places = kinds.map { kind, lines in (first: lines[0], text: Self.place(kind, lines, of: fileLines)) }
      .sorted { ($0.first, $0.text) < ($1.first, $1.text) }
    return [
      "\(name) holds \(places.map(\.text).joined(separator: " and ")), and so will the record, its clones and what is "
        + "published; write paths relative to the file, and keep keys out of it"
    ]
  }

  /// One sentence, or none, about what `workspace.patch` will hold.
  ///
  /// - Throws: `GitError` when the changes cannot be read.
  func warnings(aboutChangesUnder policy: DirtyPolicy) throws -> [String] {
    guard policy == .record else { return [] }
    let patch = try workspace.repository.patchOfTrackedChanges()
    let findings = scanner.scan(patch).findings
    guard !findings.isEmpty else { return [] }
    let files = ChangedFiles(patch: patch)
    var found: [String] = []
    for finding in findings {
      guard let file = files.name(atLine: finding.line) else { continue }
      let text = "\(finding.kind.rawValue) (\(file))"
      if !found.contains(text) { found.append(text) }
    }
    guard !found.isEmpty else { return [] }
    let shown = found.prefix(5).joined(separator: ", ") + (found.count > 5 ? " and \(found.count - 5) more" : "")
    return [
      "the uncommitted changes, which the record keeps as workspace.patch, hold \(shown), and so will its clones and what "
        + "is published; --dirty allow keeps no patch, --dirty refuse does not run"
    ]
  }

  /// `a key (line 3, 7)`
  private static func place(_ kind: String, _ lines: [Int], of fileLines: Int) -> String {
    let inFile = Set(lines.filter { $0 <= fileLines }).sorted()
    var places: [String] = []
    if !inFile.isEmpty {
      places.append("line\(inFile.count == 1 ? "" : "s") " + inFile.map(String.init).joined(separator: ", "))
    }
    if inFile.count < Set(lines).count { places.append("an override") }
    return "\(kind) (\(places.joined(separator: ", ")))"
  }

  /// The lines that give an absolute path to a setting that names files.
  private static func absolutePaths(in file: Data) -> [Int] {
    let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let blank = CharacterSet(charactersIn: " \t\"'")
      let value = parts[1].trimmingCharacters(in: blank)
      let named = ParameterTable.parameters(named: parts[0].trimmingCharacters(in: blank))
      return value.hasPrefix("/") && named.contains(where: \.namesFiles) ? index + 1 : nil
    }
  }
}

/// Which file each line of a patch is about.
private struct ChangedFiles {
  private var starts: [(line: Int, name: String?)] = []

  init(patch: Data) {
    for (index, line) in patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.starts(with: "diff --git ".utf8) {
        let text = String(decoding: line, as: UTF8.self)
        // Both names are the same but for what git writes in front of them.
        let name = text.range(of: " b/", options: .backwards).map { String(text[$0.upperBound...]) }
        starts.append((index + 1, name ?? "a file"))
      } else if line == Data("GIT binary patch".utf8) {
        // Its letters are no text.
        starts.append((index + 1, nil))
      }
    }
  }

  func name(atLine line: Int) -> String? { starts.last { $0.line <= line }?.name }
}
