internal import Foundation
internal import Glibc

extension Workspace {
  /// Hands a new, empty folder beside git's objects to `body` and removes it afterwards.
  ///
  /// What a killed process left there is removed by the next one that asks.
  ///
  /// - Throws: `ExperimentsError` when none can be made; what `body` throws.
  public func withAsideFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = try repository.ownDirectory("aside")
    let guardLock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard guardLock >= 0 else { throw ExperimentsError.system("open the folder \(folder)") }
    // Held until the new folder is locked, so that nobody takes it for a forgotten one.
    flock(guardLock, LOCK_EX)
    let path = folder + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
    let descriptor: Int32
    do {
      defer { close(guardLock) }
      for name in try namesInDirectory(folder) { try Self.removeForgotten(folder + "/" + name) }
      try makeDirectories(path)
      descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw ExperimentsError.system("open the folder \(path)") }
      flock(descriptor, LOCK_EX | LOCK_NB)
    }
    defer { close(descriptor) }
    let result = Result { try body(path) }
    try removeTree(path)
    return try result.get()
  }

  private static func removeForgotten(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try removeTree(path) }
  }
}
