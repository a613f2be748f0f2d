import Foundation

/// A command that ended with another code than 0.
public struct CommandFailure: Error {
  public let message: String
}

/// What `git` printed.
@discardableResult
public func runGit(_ arguments: [String]) throws -> String { try run("/usr/bin/env", ["git"] + arguments) }

/// What a program printed on both streams.
///
/// - Throws: `CommandFailure` when it failed.
@discardableResult
public func run(_ program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CommandFailure(message: "\(arguments.joined(separator: " ")): \(text)")
  }
  return text
}
