internal import Foundation

/// Where a backbone is to be found.
public enum BackboneLocation: Sendable, Equatable {
  /// An absolute path, which may not exist.
  case directory(String)
  /// An id on the hub; no such directory exists beside the configuration.
  case hub(String)
}

extension ExperimentConfiguration {
  /// The absolute path of a path as written in this configuration.
  public func absolutePath(of path: String) -> String { PathText.absolute(path, from: configDirectory) }

  /// What `llm_backbone` means: a directory when one is there or it is written as a path, a hub id otherwise.
  public var backboneLocation: BackboneLocation {
    let absolute = absolutePath(of: llmBackbone)
    let isWrittenAsPath = ["/", "./", "../"].contains { llmBackbone.hasPrefix($0) }
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory)
    let parts = llmBackbone.split(separator: "/", omittingEmptySubsequences: false)
    let isHubID =
      parts.count <= 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { Self.hubBytes.contains($0) }
      }
    return isWrittenAsPath || exists || !isHubID ? .directory(absolute) : .hub(llmBackbone)
  }

  private static let hubBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
}
