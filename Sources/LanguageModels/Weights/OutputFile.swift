import Foundation

/// Small files beside weights, put in place whole.
enum OutputFile {
  static func write(_ content: Data, to path: String) throws(ModelError) {
    do {
      try content.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw refusal("write \(path)", error)
    }
  }

  static func makeDirectory(_ path: String) throws(ModelError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw refusal("make the directory \(path)", error)
    }
  }

  /// What Foundation throws names the path again and is no sentence for a person.
  private static func refusal(_ operation: String, _ error: any Error) -> ModelError {
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace?: ModelError("cannot \(operation): the disk is full. Free some space and try again.")
    case .fileWriteNoPermission?, .fileWriteVolumeReadOnly?:
      ModelError("cannot \(operation): it is not writable for you. Make the place writable and try again.")
    default: ModelError("cannot \(operation): \(error.localizedDescription)")
    }
  }
}
