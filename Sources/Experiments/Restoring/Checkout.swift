internal import Foundation
internal import GitStore
internal import Glibc
internal import Spelling

/// What a checkout did.
public struct Checkout: Hashable, Sendable {
  public let version: ExperimentReference
  /// Absolute.
  public let directory: String
  public let fileCount: Int
  public let byteCount: Int
  /// The version whose directory this one replaces.
  public internal(set) var replacedVersion: Int?
  /// The directory was this version's already.
  public internal(set) var wasThere = false
}

extension Workspace {
  /// Puts the directory of a version back into its place, every file checked.
  ///
  /// A directory that equals one of its versions is replaced; at every moment the former or the new one is there.
  ///
  /// - Throws: `ExperimentsError` when the directory holds unsaved work, an interrupted or a living run, and when a file
  ///   of the version is damaged; nothing has changed then.
  public func checkOut(_ version: ExperimentVersion) throws -> Checkout {
    let name = version.name
    let lease = try Lease.acquire(name, in: self, to: "check out")
    let previous = Lease.previousRecord(of: lease)
    return try giving(lease, backTo: previous) {
      let place = try settledPlace(of: name)
      try requirePresent(name, to: "check out")
      let directory = directory(of: name)
      let saved = try replaceable(directory, by: version, wasInterrupted: previous != nil)
      if saved == version.number {
        let files = try recordedFiles(below: directory)
        return Checkout(
          version: version.reference, directory: directory, fileCount: files.count,
          byteCount: files.reduce(0) { $0 + Int(fileStatus(directory + "/" + $1)?.st_size ?? 0) }, wasThere: true)
      }
      let beside =
        place == nil
        ? experimentsDirectory + "/.checkout-" + Self.fileKey(name) : Self.stagePath(for: directory)
      var checkout = try fill(directory, with: version, beside: beside, mark: place?.mark)
      checkout.replacedVersion = saved
      return checkout
    }
  }

  /// Writes the files of a version into a folder of the user's choice, which must be empty or new.
  ///
  /// - Parameter folder: absolute.
  /// - Throws: `ExperimentsError` when the folder holds anything, and when a file of the version is damaged.
  public func checkOut(_ version: ExperimentVersion, to folder: String) throws -> Checkout {
    let place = Self.real(folder)
    if place == directory(of: version.name) { return try checkOut(version) }
    if fileStatus(place) != nil {
      guard isDirectory(place) else {
        throw ExperimentsError(
          .unsavedWork, "cannot check out into \(folder): that is no folder. Name another one.")
      }
      if let first = try namesInDirectory(place).first {
        throw ExperimentsError(
          .unsavedWork,
          "cannot check out into \(folder): it is not empty, it holds \(quoted(first)). Name an empty or a new folder.")
      }
    }
    try makeDirectories(parentDirectory(place))
    return try fill(place, with: version, beside: Self.stagePath(for: place))
  }

  private static func stagePath(for directory: String) -> String {
    parentDirectory(directory) + "/" + temporaryPrefix + "checkout-" + lastComponent(directory)
  }

  /// The path with the links of what exists of it resolved.
  private static func real(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// - Parameter mark: what says that the directory was made where it is.
  private func fill(
    _ directory: String, with version: ExperimentVersion, beside path: String, mark: Data? = nil
  ) throws -> Checkout {
    let recorded = try RecordedFiles(version)
    let stage = try StagedDirectory(at: path) { former in
      _ = try moveAside(former, key: Self.fileKey(version.name))
    }
    do {
      var byteCount = 0
      if let mark { try stage.write(placeMark, mark, isExecutable: false) }
      for file in recorded.files.filter({ $0.path != StagedDirectory.lastFile })
        + recorded.files.filter({ $0.path == StagedDirectory.lastFile })
      {
        let content = try recorded.data(file)
        byteCount += content.count
        try stage.write(file.path, content, isExecutable: file.isExecutable)
      }
      if let former = try stage.takePlace(of: directory) {
        let aside = try moveAside(former, key: Self.fileKey(version.name))
        // On a disk of its own nothing would ever clear it away, and a version holds all of it.
        if mark != nil, parentDirectory(aside) == parentDirectory(directory) { try removeTree(aside) }
      }
      return Checkout(
        version: version.reference, directory: directory, fileCount: recorded.files.count, byteCount: byteCount)
    } catch {
      try stage.discard()
      throw error
    }
  }

  /// The version a directory equals, `nil` when there is nothing in it.
  ///
  /// - Throws: `ExperimentsError` when replacing it would lose something.
  private func replaceable(
    _ directory: String, by version: ExperimentVersion, wasInterrupted: Bool
  ) throws -> Int? {
    let operation = "cannot check out \(version.reference)"
    let remedy = "Name another folder: \(shellCommand("checkout", "\(version.reference)")) FOLDER"
    let versions = try versions(of: version.name)
    switch try DirectoryState.of(directory, versions: versions, in: repository) {
    case .absent, .empty: return nil
    case .saved(let number): return number
    case .changed(let number, let path):
      throw ExperimentsError(
        .unsavedWork,
        "\(operation): experiments/\(version.name) differs from version \(number) in \(quoted(path)), which would be lost. "
          + remedy)
    case .unfinished:
      if wasInterrupted || isDirectory(directory + "/" + checkpointDirectory) {
        throw ExperimentsError(
          .interruptedRun,
          "\(operation): experiments/\(version.name) is an interrupted run. Finish it with '\(shellCommand("resume", version.name.text))', "
            + "or name another folder.")
      }
      let first = try recordedFiles(below: directory).first.map { ", \(quoted($0)) first" } ?? ""
      throw ExperimentsError(
        .unsavedWork,
        "\(operation): experiments/\(version.name) holds files that no version has\(first), which would be lost. \(remedy)"
      )
    }
  }

  private func giving<Value>(
    _ lease: Lease, backTo previous: LeaseRecord?, _ body: () throws -> Value
  ) throws -> Value {
    let result = Result { try body() }
    try lease.giveBack(to: previous)
    return try result.get()
  }
}
