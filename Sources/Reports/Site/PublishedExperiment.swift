public import Experiments
internal import Foundation
internal import Hashing
public import Privacy

/// One version of an experiment on a site: where its page is, and which of its files go with it.
public struct PublishedExperiment {
  /// What is published beside what always is.
  public struct Extras: Sendable {
    public var logs = false
    public var patch = false

    public init() {}
  }

  /// A file of the version.
  struct File {
    let path: String
    let bytes: Int
    /// Of the file as recorded; `nil` when the record does not say.
    let sha256: SHA256Digest?
    /// What is on the site.
    let published: SiteFile?
    /// Whether something was removed from it, so that it is no longer the one recorded.
    let isCleaned: Bool
    /// It is not the file its run left, so it is not passed on.
    var isDamaged = false
  }

  /// A file that is not published because it is not what the run left.
  public struct Withheld: Hashable, Sendable {
    public let path: String
    /// What is wrong with it, as a sentence.
    public let reason: String
  }

  public let version: ExperimentVersion
  public let folder: String
  let files: [File]
  let leaks: [SiteLeak]
  public let withheld: [Withheld]

  public var label: String { "\(version.name)@\(version.number)" }
  var page: String { folder + "/index.html" }

  /// Reads and checks what is published. An adapter of which one file is not as its run left it stays at home as a whole:
  /// nobody should load other weights in its name.
  ///
  /// - Throws: `ExperimentsError` or `GitError` when something of the version cannot be read.
  public init(_ version: ExperimentVersion, extras: Extras, privacy: PrivateText) throws {
    self.version = version
    folder = SitePath.folder(of: version.name, version: version.isNewest ? nil : version.number)
    let record = try RecordedFiles(version)
    var recorded: [String: SHA256Digest] = [:]
    for file in record.files { recorded[file.path] = file.sha256 }
    let withheld = Self.withheld(record, extras)
    let isAdapterDamaged = withheld.contains { $0.path.hasPrefix("adapter/") }
    var files: [File] = []
    var leaks: [SiteLeak] = []
    for (path, bytes, _) in try version.files().sorted(by: { $0.path < $1.path }) where path != ".gitattributes" {
      let place = folder + "/" + path
      guard Self.isPublished(path, extras) else {
        files.append(File(path: path, bytes: bytes, sha256: recorded[path], published: nil, isCleaned: false))
        continue
      }
      if withheld.contains(where: { $0.path == path }) || (isAdapterDamaged && path.hasPrefix("adapter/")) {
        files.append(
          File(path: path, bytes: bytes, sha256: recorded[path], published: nil, isCleaned: false, isDamaged: true))
        continue
      }
      guard Self.isText(path) else {
        let sum = try recorded[path] ?? SHA256.hash(version.data(path))
        let file = SiteFile(place, sha256: sum, bytes: bytes) { try Self.checked(version, path, sum) }
        files.append(File(path: path, bytes: bytes, sha256: sum, published: file, isCleaned: false))
        continue
      }
      let content = try version.data(path)
      let (clean, findings) = privacy.scan(content, isData: path.hasSuffix("/predictions.jsonl"))
      leaks += findings.map { SiteLeak(path: place, finding: $0) }
      let sum = SHA256.hash(content)
      let isCleaned = findings.contains(where: \.isRemoved)
      // What is published as it was is read again when it is written, so that memory does not grow with the site.
      let file =
        isCleaned
        ? SiteFile(place, clean) : SiteFile(place, sha256: sum, bytes: bytes) { try Self.checked(version, path, sum) }
      files.append(File(path: path, bytes: bytes, sha256: sum, published: file, isCleaned: isCleaned))
    }
    self.files = files
    self.leaks = leaks
    self.withheld = withheld
  }

  private static func withheld(_ record: RecordedFiles, _ extras: Extras) -> [Withheld] {
    record.files.filter { isPublished($0.path, extras) }.compactMap { file in
      do {
        _ = try record.data(file)
        return nil
      } catch {
        return Withheld(path: file.path, reason: "\(error)")
      }
    }
  }

  /// What everyone may see of a run: what it was told, what it said, what it scored, and what it learned.
  private static func isPublished(_ path: String, _ extras: Extras) -> Bool {
    if ["config.yaml", "metrics.jsonl"].contains(path) || path.hasPrefix("adapter/") { return true }
    if path.hasPrefix("evaluations/") { return path.hasSuffix("/predictions.jsonl") || path.hasSuffix("/scores.json") }
    return path == "log.txt" && extras.logs || path == "workspace.patch" && extras.patch
  }

  private static func isText(_ path: String) -> Bool {
    [".json", ".jsonl", ".yaml", ".txt", ".patch", ".md", ".csv"].contains { path.hasSuffix($0) }
  }

  private static func checked(_ version: ExperimentVersion, _ path: String, _ sum: SHA256Digest) throws -> Data {
    let label = "\(version.name)@\(version.number)"
    let remedy = "Fetch its reference from another clone, or name the experiments to publish without it."
    let content: Data
    do {
      content = try version.data(path)
    } catch {
      throw ReportError("cannot publish \(label): \(path) cannot be read from git (\(error)). \(remedy)")
    }
    guard SHA256.hash(content) == sum else {
      throw ReportError("cannot publish \(label): \(path) is not the file its result.json names. \(remedy)")
    }
    return content
  }
}

/// Something found in a file of the site that should stay at home.
public struct SiteLeak: Hashable, Sendable {
  /// In the site.
  public let path: String
  public let finding: PrivateText.Finding
}
