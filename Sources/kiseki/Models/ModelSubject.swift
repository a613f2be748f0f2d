import CommandLine
import Configuration
import Foundation
import Hub
import Spelling

/// What `kiseki model` was given: a configuration, a directory, or the id of a model on the hub.
enum ModelSubject {
  case directory(String)
  /// - Parameter configuration: as the user named it.
  case hub(HubModelID, HubRevision, configuration: String?)

  /// - Parameters:
  ///   - branch: wins over that of a configuration.
  ///   - overrides: settings for a configuration.
  /// - Throws: `UsageError` for what can be none of them, `ConfigurationError` for a configuration that is wrong.
  init(_ text: String, branch: String?, _ console: Console) throws {
    if text.lowercased().hasSuffix(".yaml") || text.lowercased().hasSuffix(".yml") {
      let configuration = try ExperimentConfiguration.load(path: console.namedPath(text), overrides: []).configuration
      switch configuration.backboneLocation {
      case .directory(let path): self = .directory(path)
      case .hub(let id):
        self = try Self.hub(id, branch ?? configuration.environment.huggingfaceBranch, configuration: text)
      }
      return
    }
    guard !text.isEmpty else { throw UsageError("a model needs a name; give its id, a directory or a configuration") }
    let path = console.path(text)
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
      self = .directory(path)
    } else if ["/", "./", "../"].contains(where: text.hasPrefix) {
      throw UsageError("'\(text)' is no directory; give a model's directory, its id on the hub, or a configuration")
    } else {
      self = try Self.hub(text, branch ?? HubRevision.main.text, configuration: nil)
    }
  }

  private static func hub(_ id: String, _ branch: String, configuration: String?) throws(UsageError) -> ModelSubject {
    do {
      return .hub(try HubModelID(id), try HubRevision(branch), configuration: configuration)
    } catch {
      throw UsageError(error.description)
    }
  }
}
