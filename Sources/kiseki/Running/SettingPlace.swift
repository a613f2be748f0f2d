import CommandLine
import Configuration

extension ExperimentConfiguration {
  /// Does what may find that a setting cannot be, and says then where the setting was written.
  ///
  /// - Throws: what `body` throws, as a `ConfigurationError` when it names a setting that was written.
  func placingRefusals<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch  where !(error is ConfigurationError) && Kiseki.exitCode(of: error) == .usage {
      throw refusal("\(error)") ?? error
    }
  }
}
