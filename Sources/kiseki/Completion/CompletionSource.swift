import CommandLine
import Configuration
import Experiments
import Foundation
import Tables

/// Knows the words of this program that are not in its declarations: experiments, settings, files.
struct CompletionSource {
  /// Where the command would work.
  let directory: String

  func candidates(_ kind: ArgumentKind, _ typed: String, below folder: String?) -> [CompletionCandidate] {
    let base = folder.map { $0.hasPrefix("/") ? $0 : directory + "/" + $0 } ?? directory
    switch kind {
    case .text, .choice: return []
    case .experiment: return experiments(typed, in: base)
    case .setting: return Self.settings(typed)
    case .parameter: return Self.parameters(typed)
    case .configuration: return files(typed, in: base) { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    case .file: return files(typed, in: base) { _ in true }
    case .directory: return files(typed, in: base) { _ in false }
    }
  }

  // MARK: Experiments

  /// Versions of a numbered experiment offered at once.
  private static let mostVersions = 30

  /// None where no workspace is or it cannot be read: a shell has no place for an error here.
  private func experiments(_ typed: String, in base: String) -> [CompletionCandidate] {
    do {
      let workspace = try Workspace.find(from: base)
      if let at = typed.lastIndex(of: "@") {
        let name = try ExperimentName(String(typed[..<at]))
        let count = try workspace.version(ExperimentReference(parsing: name.text)).count
        return stride(from: count, to: max(0, count - Self.mostVersions), by: -1).map {
          CompletionCandidate("\(name)@\($0)")
        }
      }
      let (names, sweeps) = try workspace.experimentNames()
      guard !typed.contains("/") else { return names.map { CompletionCandidate($0.text) } }
      // The trials of a sweep are many; they are offered once its name is typed.
      let single = names.filter { $0.sweep == nil }.map { CompletionCandidate($0.text, help: "experiment") }
      let exact = sweeps.contains(typed) ? [CompletionCandidate(typed + "/", help: "its trials")] : []
      return single + sweeps.map { CompletionCandidate($0, help: "sweep") } + exact
    } catch {
      return []
    }
  }

  // MARK: Settings

  private static func parameters(_ typed: String) -> [CompletionCandidate] {
    ParameterTable.all.map { parameter in
      let sentence = parameter.explanation.english.split(separator: ". ").first.map(String.init) ?? ""
      return CompletionCandidate(typed.contains(".") ? parameter.key : parameter.shortKey, help: sentence)
    }
  }

  private static func settings(_ typed: String) -> [CompletionCandidate] {
    guard let equals = typed.firstIndex(of: "=") else {
      return ParameterTable.all.compactMap { parameter in
        let isShort = !typed.contains(".") && ParameterTable.parameters(named: parameter.name).count == 1
        let help = "default \(parameter.defaultValue.settingText)"
        return CompletionCandidate((isShort ? parameter.name : parameter.key) + "=", help: help)
      }
    }
    let key = String(typed[..<equals])
    let matching = ParameterTable.parameter(key).map { [$0] } ?? ParameterTable.parameters(named: key)
    guard matching.count == 1 else { return [] }
    // A sweep lists values with commas.
    let value = typed[typed.index(after: equals)...]
    let before = typed[...equals] + (value.lastIndex(of: ",").map { value[...$0] } ?? "")
    return matching[0].offeredValues.map { CompletionCandidate(before + $0) }
  }

  // MARK: Files

  private func files(_ typed: String, in base: String, where isWanted: (String) -> Bool) -> [CompletionCandidate] {
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let start = String(typed.dropFirst(folder.count))
    let place = folder.hasPrefix("/") ? folder : base + "/" + folder
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: place).sorted() } catch { return [] }
    return names.compactMap { name in
      guard name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".") else { return nil }
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: place + "/" + name, isDirectory: &isDirectory) else { return nil }
      if isDirectory.boolValue { return CompletionCandidate(folder + name + "/") }
      return isWanted(name) ? CompletionCandidate(folder + name) : nil
    }
  }
}

extension Parameter {
  /// The values worth offering: all of a short list, else the default.
  fileprivate var offeredValues: [String] {
    switch kind {
    case .bool: ["True", "False"]
    case .choice(let names, _): names
    case .choices(let names): names
    default: defaultValue.settingText.isEmpty ? [] : [defaultValue.settingText]
    }
  }
}
