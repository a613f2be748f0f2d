internal import Foundation
public import GitStore
internal import Hashing

/// A directory with `experiments/` inside a git work tree.
public final class Workspace {
  /// The directory that holds `experiments/`, absolute, links resolved.
  public let root: String
  public let repository: Repository

  private init(root: String, repository: Repository) {
    self.root = root
    self.repository = repository
  }

  /// The nearest workspace at `directory` or above it, within one git work tree.
  ///
  /// - Throws: `ExperimentsError` when there is none; `GitError` for a repository that cannot be used.
  public static func find(from directory: String) throws -> Workspace {
    let start = try resolved(directory)
    let repository = try Repository.open(from: start)
    var candidate = start
    while candidate.hasPrefix(repository.workDirectory) {
      if isDirectory(candidate + "/experiments") { return Workspace(root: candidate, repository: repository) }
      if candidate == repository.workDirectory { break }
      candidate = parentDirectory(candidate)
    }
    throw ExperimentsError(
      .noWorkspace,
      "cannot find a workspace at \(directory) or above it: no folder 'experiments' up to \(repository.workDirectory). "
        + "Run 'kiseki init' in the folder you want to work in.")
  }

  /// Makes `directory` a workspace: a git repository where there is none, `experiments/` and its `.gitignore`.
  ///
  /// What exists already stays as it is, so this can be repeated.
  ///
  /// - Throws: `ExperimentsError` or `GitError` when something cannot be made or the repository cannot be used.
  public static func create(at directory: String) throws -> Workspace {
    try makeDirectories(directory)
    let root = try resolved(directory)
    let repository: Repository
    do {
      repository = try Repository.open(from: root)
    } catch let error as GitError where error.kind == .noRepository {
      repository = try Repository.create(at: root)
    }
    try repository.requireWritable()
    let workspace = Workspace(root: root, repository: repository)
    try makeDirectories(workspace.experimentsDirectory)
    let ignore = workspace.experimentsDirectory + "/.gitignore"
    if fileStatus(ignore) == nil {
      try writeDurably(Data(Self.gitignore.utf8), to: ignore)
    }
    return workspace
  }

  private static let gitignore = """
    # Runs are kept under refs/experiments/, not on your branch.
    # Recipes (experiments/*.yaml) are yours to commit.
    /*/

    """

  public var experimentsDirectory: String { root + "/experiments" }

  /// How a path may appear in something committed: relative inside the workspace and above it, else its last component
  /// alone, and that only when it is not the user's name.
  public func portablePath(_ path: String) -> String {
    let absolute = path.hasPrefix("/") ? path : root + "/" + path
    let standard = URL(fileURLWithPath: absolute).standardizedFileURL.path
    for base in [root, resolvedOrSame(root)] {
      for candidate in [standard, resolvedOrSame(standard)] where candidate.hasPrefix(base + "/") {
        return String(candidate.dropFirst(base.count + 1))
      }
      if standard == base { return "." }
      if (base + "/").hasPrefix(standard == "/" ? "/" : standard + "/") {
        let steps = base.dropFirst(standard.count).split(separator: "/").count
        return Array(repeating: "..", count: steps).joined(separator: "/")
      }
    }
    let last = lastComponent(standard)
    return Self.userNames.contains(last) ? "home" : last
  }

  /// What folders of this user are often called.
  private static var userNames: [String] {
    let environment = ProcessInfo.processInfo.environment
    return [environment["HOME"].map(lastComponent), environment["USER"], environment["LOGNAME"]].compactMap { $0 }
  }

  /// A name in a file name: no slash, and not too long.
  static func fileKey(_ name: ExperimentName) -> String {
    let key = name.text.replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: "/", with: "%2F")
    return key.utf8.count <= 200 ? key : SHA256.hash(Data(name.text.utf8)).hex
  }
}

private func resolved(_ directory: String) throws -> String {
  guard let path = realpath(directory, nil) else {
    throw ExperimentsError.system("open the folder \(directory)")
  }
  defer { free(path) }
  return String(cString: path)
}

private func resolvedOrSame(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}
