internal import Foundation
internal import Glibc
internal import Hashing

/// Folders that directories of experiments can be made in.
extension Workspace {
  /// What `output_directory` means; nothing is made or changed.
  ///
  /// - Parameter path: absolute; it need not exist.
  /// - Returns: the folder with its links resolved, `nil` for `experiments/` itself.
  /// - Throws: `ExperimentsError` of kind `unusableOutput` when no directory of an experiment can be made there.
  public func output(at path: String) throws -> String? {
    func unusable(_ reason: String) -> ExperimentsError {
      ExperimentsError(.unusableOutput, "cannot use output_directory \(path): \(reason).")
    }
    // As the system reads it: `..` behind a link counts from where that leads.
    var existing = path.hasPrefix("/") ? path : root + "/" + path
    var missing: [String] = []
    var real = realpath(existing, nil)
    while real == nil {
      let code = errno
      guard code == ENOENT || code == ENOTDIR else { throw unusable(String(cString: strerror(code))) }
      if let target = linkTarget(existing) {
        throw unusable("\(existing) is a link to \(target), which is not there; mount its disk, or remove the link")
      }
      missing.insert(lastComponent(existing), at: 0)
      existing = parentDirectory(existing)
      real = realpath(existing, nil)
    }
    defer { free(real) }
    guard let real else { throw unusable("it has no root") }
    existing = String(cString: real)
    let isAbove = missing.contains("..")
    let output = (existing == "/" && !missing.isEmpty ? "" : existing) + missing.map { "/" + $0 }.joined()
    guard !isAbove else { throw unusable("a folder before '..' in it is not there; write it without") }
    if output == experimentsDirectory { return nil }
    if output.hasPrefix(experimentsDirectory + "/") {
      throw unusable(
        "it is inside of experiments/, where every folder is an experiment; leave it empty for experiments/")
    }
    let parts = output.split(separator: "/").map { $0.lowercased() }
    if parts.contains(".git") || (output + "/").hasPrefix(repository.commonDirectory + "/") {
      throw unusable("it is inside of a git repository's own folder; name a folder outside of it")
    }
    guard isDirectory(existing) else {
      throw unusable("\(existing) is a file; move it away, or name a folder")
    }
    if let run = runDirectory(around: existing) {
      throw unusable("\(run) is the directory of a run; name a folder outside of it")
    }
    guard access(existing, W_OK | X_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw unusable("\(existing): \(reason); make it writable for you, or name another folder")
    }
    if let gone = try vanishedDirectory(in: output) {
      throw unusable(
        "no directory that was made there is there any more, such as \(gone). If it is on a disk that is not mounted, "
          + "mount that; if you removed them, remove their links in experiments/ too")
    }
    return output
  }

  /// The directory of a run, whoever's it is, that this folder is or is inside of.
  private func runDirectory(around folder: String) -> String? {
    var folder = folder
    while folder != "/" {
      let isRun =
        fileStatus(folder + "/" + placeMark) != nil
        || fileStatus(folder + "/config.yaml") != nil && fileStatus(folder + "/config.source.yaml") != nil
      if isRun { return folder }
      folder = parentDirectory(folder)
    }
    return nil
  }

  /// - Parameter output: as `output(at:)` gives it.
  /// - Throws: `ExperimentsError` when something is in the place of the directory that a run of this name is to have.
  public func requireFreeDirectory(of name: ExperimentName, in output: String?) throws {
    let directory = output.map { $0 + "/" + name.text } ?? home(of: name)
    let place = place(of: name)
    if let sweep = name.sweep, let target = linkTarget(experimentsDirectory + "/" + sweep) {
      throw ExperimentsError(
        .unsavedWork,
        "cannot use experiments/\(sweep): it is a link to \(target), and directories of a sweep's trials are made in a "
          + "folder. Move the link away first.")
    }
    if directory == place?.directory(of: name) ?? home(of: name) { return }
    if let output, let sweep = name.sweep, fileStatus(output + "/" + sweep) != nil, !isDirectory(output + "/" + sweep) {
      throw occupied(output + "/" + sweep, name, output)
    }
    guard fileStatus(directory) != nil else { return }
    // The link to where it was until now.
    if output == nil, place != nil { return }
    guard isDirectory(directory), try namesInDirectory(directory).isEmpty else {
      throw occupied(directory, name, output)
    }
  }

  func occupied(_ directory: String, _ name: ExperimentName, _ output: String?) -> ExperimentsError {
    ExperimentsError(
      .unusableOutput,
      "cannot use output_directory \(output ?? "experiments/") for '\(name)': \(directory) is there already, and nothing that is "
        + "there is overwritten. Move it away, name another folder, or choose another name with -n.")
  }

  // MARK: What records call them

  /// Remembers where the folder is that a record names without this machine's directories.
  ///
  /// - Parameter name: the experiment or the sweep that uses it.
  public func remember(output: String, for name: ExperimentName) throws {
    for owner in [name.sweep ?? name.text, ""] {
      try remember(output, as: .outputs, outputKey(portablePath(output), owner))
    }
  }

  /// Where the folder is that the record of an experiment names, or was when it was last used; `nil` when it was never
  /// used here.
  public func rememberedOutput(_ recorded: String, of name: ExperimentName) -> String? {
    if let place = place(of: name), portablePath(place.output) == recorded { return place.output }
    return rememberedPath(.outputs, outputKey(recorded, name.sweep ?? name.text))
      ?? rememberedPath(.outputs, outputKey(recorded, ""))
  }

  private func outputKey(_ recorded: String, _ owner: String) -> SHA256Digest {
    SHA256.hash(Data([root, owner, recorded].joined(separator: "\n").utf8))
  }
}
