import CommandLine
import Experiments
import Foundation
import Tables

extension Console {
  /// A result as a JSON document.
  func print(_ json: JSONValue) { write(String(decoding: json.document(), as: UTF8.self)) }
}

extension ExperimentReference {
  /// An experiment named on the command line.
  ///
  /// - Throws: `UsageError` for what can be no name.
  init(argument: String) throws {
    do {
      try self.init(parsing: argument)
    } catch let error as ExperimentsError {
      // The usage error goes on after it.
      throw UsageError(
        error.description.hasSuffix(".") ? String(error.description.dropLast()) : error.description)
    }
  }

  /// The name alone, for what concerns all versions.
  ///
  /// - Throws: `UsageError` when a version is named.
  var whole: ExperimentName {
    get throws(UsageError) {
      guard let version else { return name }
      throw UsageError("'\(name)@\(version)' names one version, but all are meant; give '\(name)'")
    }
  }
}
