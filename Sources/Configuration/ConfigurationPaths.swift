internal import Foundation

/// Where a backbone is to be found.
public enum BackboneLocation: Sendable, Equatable {
  /// An absolute path, which may not exist.
  case directory(String)
  /// An id on the hub; no such directory exists beside the configuration.
  case hub(String)
}

/// Where the adapter is that a run begins with.
public enum InitialAdapterLocation: Sendable, Equatable {
  /// An absolute path, which may not exist.
  case directory(String)
  /// An experiment, with or without a version; no such directory exists beside the configuration.
  case experiment(String)
}

/// Where the template is that a judge is asked by.
public enum TemplateLocation: Sendable, Equatable {
  /// An absolute path, which may not exist.
  case file(String)
  /// One that comes with the program, or should.
  case named(String)
}

extension ExperimentConfiguration {
  /// The absolute path of a path as written in this configuration.
  public func absolutePath(of path: String) -> String { PathText.absolute(path, from: configDirectory) }

  /// What `llm_backbone` means: a directory when one is there or it is written as a path, a hub id otherwise.
  public var backboneLocation: BackboneLocation {
    let absolute = absolutePath(of: llmBackbone)
    let exists = FileManager.default.fileExists(atPath: absolute)
    let parts = llmBackbone.split(separator: "/", omittingEmptySubsequences: false)
    let isHubID =
      parts.count <= 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { Self.hubBytes.contains($0) }
      }
    return Self.isWrittenAsPath(llmBackbone) || exists || !isHubID ? .directory(absolute) : .hub(llmBackbone)
  }

  /// What `architecture.pretrained_weights` means: a directory when there is an adapter in it or it is written as a
  /// path, an experiment otherwise; `nil` when it is empty.
  public var initialAdapterLocation: InitialAdapterLocation? {
    let text = architecture.pretrainedWeights
    if text.isEmpty { return nil }
    let absolute = absolutePath(of: text)
    // The directory of an experiment of that name, which holds its adapter in a folder, is none.
    let isAdapter = FileManager.default.fileExists(atPath: absolute + "/adapter_config.json")
    return Self.isWrittenAsPath(text) || isAdapter ? .directory(absolute) : .experiment(text)
  }

  /// What `prediction.metric_gpt_template` means: a file when it ends in `.txt` or holds a slash, a name otherwise.
  public var judgeTemplateLocation: TemplateLocation {
    let text = prediction.metricGptTemplate
    return text.contains("/") || text.hasSuffix(".txt") ? .file(absolutePath(of: text)) : .named(text)
  }

  private static func isWrittenAsPath(_ text: String) -> Bool { ["/", "./", "../"].contains { text.hasPrefix($0) } }

  private static let hubBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
}
