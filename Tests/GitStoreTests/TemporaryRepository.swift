import Foundation
import GitStore
import TestSupport

/// A fresh repository in a temporary directory, driven by the `git` command; removed with the value.
final class TemporaryRepository: TemporaryWorkTree {
  let path: String

  init(arguments: [String] = []) throws {
    TestEnvironment.isolate()
    path = NSTemporaryDirectory() + "gitstore-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try runGit(["init", "--quiet"] + arguments + [path])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open() throws -> Repository { try Repository.open(from: path) }
}
