public import Foundation
internal import GitStore
public import Hashing

/// The files of one version beside the SHA-256 that its run wrote down for each of them.
///
/// A version may have come from anywhere, so its paths are checked before one of them is used.
public struct RecordedFiles {
  public struct File: Hashable, Sendable {
    public let path: String
    let id: ObjectID
    let isExecutable: Bool
    /// `nil` for `result.json` itself.
    public let sha256: SHA256Digest?
  }

  /// A file that is not, or not as, the run left it.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let description: String
    /// Nothing can be said about its content, because git cannot read it.
    public let isUnreadable: Bool
  }

  public let version: ExperimentVersion
  /// In the order of their paths.
  public let files: [File]
  /// Files that `result.json` names and the version does not have, and the other way round.
  private let strangers: [Problem]

  /// - Throws: `ExperimentsError` when `result.json` cannot be read or a path of the version cannot be one of ours.
  public init(_ version: ExperimentVersion) throws {
    self.version = version
    let hashes = Dictionary(
      try version.result().files.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    var files: [File] = []
    var strangers: [Problem] = []
    for (path, entry) in try version.repository.files(inTree: version.commit.tree) {
      guard Self.isOrdinary(path), entry.kind == .file || entry.kind == .executable else {
        throw ExperimentsError(
          .invalidContent,
          "cannot use \(version.reference): it holds \(quoted(path)), which is no plain file of an experiment. Fetch it "
            + "again from where it was recorded.")
      }
      if hashes[path] == nil, path != "result.json" {
        strangers.append(
          Problem(
            path: path, description: "\(path) was added after the run: result.json does not name it",
            isUnreadable: false))
      }
      files.append(
        File(path: path, id: entry.id, isExecutable: entry.kind == .executable, sha256: hashes[path]))
    }
    let found = Set(files.map(\.path))
    strangers += hashes.keys.filter { !found.contains($0) }.map {
      Problem(path: $0, description: "\($0) is missing, although result.json names it", isUnreadable: false)
    }
    self.files = files.sorted { $0.path < $1.path }
    self.strangers = strangers.sorted { $0.path < $1.path }
  }

  private static func isOrdinary(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.lowercased() != ".git" && !part.contains("\0")
    }
  }

  public func file(_ path: String) -> File? { files.first { $0.path == path } }

  /// A file's content, checked.
  ///
  /// - Throws: `ExperimentsError` when git cannot read it or it is not what the run left.
  public func data(_ file: File) throws -> Data {
    if let stranger = strangers.first(where: { $0.path == file.path }) {
      throw ExperimentsError(.invalidContent, "cannot use \(version.reference): \(stranger).")
    }
    let (content, problem) = read(file)
    guard let content, problem == nil else {
      throw ExperimentsError(
        .invalidContent,
        "cannot use \(version.reference): \(problem?.description ?? file.path). Fetch the experiment again from a copy "
          + "that is whole.")
    }
    return content
  }

  /// - Throws: `ExperimentsError` as `data(_:)` of the file does, and when the version has no such file.
  public func data(_ path: String) throws -> Data {
    guard let file = file(path) else {
      throw ExperimentsError(.invalidContent, "cannot use \(version.reference): it has no \(quoted(path)).")
    }
    return try data(file)
  }

  /// A file's content as git has it, whether or not the run left it so.
  ///
  /// - Throws: `ExperimentsError` when git cannot read it, or the version has no such file.
  public func content(_ path: String) throws -> Data {
    guard let file = file(path) else {
      throw ExperimentsError(.invalidContent, "cannot use \(version.reference): it has no \(quoted(path)).")
    }
    let (content, problem) = read(file)
    guard let content else {
      throw ExperimentsError(
        .invalidContent, "cannot use \(version.reference): \(problem?.description ?? path). Fetch it again from a copy."
      )
    }
    return content
  }

  /// Everything that is not as the run left it, by path; reads every file.
  public func problems() -> [Problem] {
    (strangers + files.compactMap { read($0).problem }).sorted { $0.path < $1.path }
  }

  private func read(_ file: File) -> (content: Data?, problem: Problem?) {
    let content: Data
    do {
      content = try version.repository.blob(file.id)
    } catch {
      let reason = "\(error)".hasSuffix(".") ? String("\(error)".dropLast()) : "\(error)"
      return (
        nil, Problem(path: file.path, description: "\(file.path) is damaged (\(reason))", isUnreadable: true)
      )
    }
    guard let expected = file.sha256 else { return (content, nil) }
    let found = SHA256.hash(content)
    guard found != expected else { return (content, nil) }
    return (
      content,
      Problem(
        path: file.path,
        description: "\(file.path) was changed after the run: its SHA-256 is \(found.hex), and result.json has "
          + expected.hex,
        isUnreadable: false)
    )
  }
}

extension ExperimentVersion {
  /// As in `demo@2`.
  public var reference: ExperimentReference { ExperimentReference(name: name, version: number) }
}
