internal import Foundation
internal import GitStore
internal import Glibc
internal import Hashing

/// Directories of experiments that are in an `output_directory`, with a link to each in `experiments/`.
extension Workspace {
  /// Where the files of an experiment are, absolute.
  public func directory(of name: ExperimentName) -> String { place(of: name)?.directory(of: name) ?? home(of: name) }

  /// `experiments/<name>`: the directory itself, or the link to it.
  func home(of name: ExperimentName) -> String { experimentsDirectory + "/" + name.text }

  /// `nil` for an experiment whose directory is in `experiments/`, or nowhere.
  func place(of name: ExperimentName) -> ExperimentPlace? {
    let link = linkTarget(home(of: name))
    if link == nil, fileStatus(home(of: name)) != nil { return nil }
    return PlaceNote(contentsOf: notePath(name))?.places.first { place in
      let directory = place.directory(of: name)
      let isLinked = link == directory
      // A workspace that was moved has its links still; one that was copied has them too, and they are not its own.
      guard place.workspace == root || isLinked && !isDirectory(place.workspace + "/experiments") else { return false }
      return place.isMarked(directory) || isLinked && fileStatus(directory) == nil
    }
  }

  /// As `place(of:)`, noted for where the workspace is now, and linked again should the link have been cleaned away; the
  /// caller holds the experiment's lease.
  func settledPlace(of name: ExperimentName) throws -> ExperimentPlace? {
    guard var place = place(of: name) else { return nil }
    if place.workspace != root {
      place.workspace = root
      try note(place, of: name)
    }
    if fileStatus(home(of: name)) == nil { try link(name, to: place) }
    return place
  }

  // MARK: Gone

  /// Where the directory of an experiment should be, and is not: perhaps on a disk that is not mounted.
  public func vanishedDirectory(of name: ExperimentName) -> String? {
    guard let directory = place(of: name)?.directory(of: name), fileStatus(directory) == nil else { return nil }
    return directory
  }

  /// One sentence about a directory that is not there.
  public func vanished(_ name: ExperimentName) -> String? {
    vanishedDirectory(of: name).map {
      "its directory \($0) is not there. If it is on a disk that is not mounted, mount that; if you removed it, remove "
        + "the link experiments/\(name) too"
    }
  }

  /// - Throws: `ExperimentsError` when the experiment's directory is not where it should be.
  public func requirePresent(_ name: ExperimentName, to purpose: String) throws {
    guard let reason = vanished(name) else { return }
    throw ExperimentsError(.vanishedDirectory, "cannot \(purpose) '\(name)': \(reason).")
  }

  /// The directory of an experiment in `output`, when not one of those that were made there is there any more.
  func vanishedDirectory(in output: String) throws -> String? {
    var vanished: String?
    let folder = repository.commonDirectory + "/kiseki/places"
    for file in try namesInDirectory(folder) {
      guard let note = PlaceNote(contentsOf: folder + "/" + file) else { continue }
      for place in note.places where place.workspace == root && place.output == output {
        let directory = place.directory(of: note.name)
        if fileStatus(directory) != nil { return nil }
        if linkTarget(home(of: note.name)) == directory { vanished = vanished ?? directory }
      }
    }
    return vanished
  }

  // MARK: Changing; the caller holds the experiment's lease

  /// Makes the directory of an experiment, in `experiments/` unless another folder is named.
  ///
  /// Of two processes that do so at once, one fails.
  ///
  /// - Throws: `ExperimentsError` when it cannot be made, or something is there.
  func makeDirectory(of name: ExperimentName, in output: String?) throws {
    guard let output else {
      try note(nil, of: name)
      try makeDirectories(home(of: name))
      return try synchronizeDirectory(parentDirectory(home(of: name)))
    }
    let place = ExperimentPlace(workspace: root, output: output)
    let directory = place.directory(of: name)
    let parent = parentDirectory(directory)
    try makeDirectories(parent)
    // Without the mark the note says nothing, so it can come first, and no kill leaves a directory that nobody knows.
    try note(place, of: name)
    let beside = stagePath(for: directory)
    do {
      try removeTree(beside)
      try makeDirectories(beside)
      try writeDurably(place.mark, to: beside + "/" + placeMark)
      // An empty directory is replaced by this, and no other.
      guard Glibc.rename(beside, directory) == 0 else {
        throw errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
          ? occupied(directory, name, output) : ExperimentsError.system("make the directory \(directory)")
      }
      try synchronizeDirectory(parent)
    } catch {
      try removeTree(beside)
      throw error
    }
    try link(name, to: place)
  }

  /// Notes where an experiment's directory is from now on, `nil` for `experiments/`.
  func note(_ place: ExperimentPlace?, of name: ExperimentName) throws {
    let path = notePath(name)
    let before = PlaceNote(contentsOf: path)?.places ?? []
    let replaced = self.place(of: name)?.id
    var places = before.filter { $0.workspace != root && $0.id != replaced && $0.id != place?.id }
    if let place { places.append(place) }
    guard places != before else { return }
    if places.isEmpty {
      unlink(path)
      return
    }
    _ = try repository.ownDirectory("places")
    try writeDurably(PlaceNote(name: name, places: places).json.document(), to: path)
  }

  /// Makes the link that people and the program's messages go by.
  func link(_ name: ExperimentName, to place: ExperimentPlace) throws {
    let (home, directory) = (home(of: name), place.directory(of: name))
    try exclude(place.topDirectory(of: name))
    if name.sweep == nil { try exclude(home) }
    guard linkTarget(home) != directory else { return }
    try makeDirectories(parentDirectory(home))
    // Only an empty directory can be removed so.
    rmdir(home)
    guard symlink(directory, home) == 0 else {
      throw ExperimentsError.system("make the link \(home) to \(directory)")
    }
    try synchronizeDirectory(parentDirectory(home))
  }

  /// Removes the link to a place; what else is there stays.
  func removeLink(of name: ExperimentName, to place: ExperimentPlace) throws {
    guard linkTarget(home(of: name)) == place.directory(of: name) else { return }
    try removeLink(at: home(of: name))
  }

  /// - Parameter path: of a link in `experiments/`.
  func removeLink(at path: String) throws {
    guard unlink(path) == 0 else { throw ExperimentsError.system("remove the link \(path)") }
    try synchronizeDirectory(parentDirectory(path))
    try unexclude(path)
  }

  /// After the directory of an experiment has left a place: removes what was made around it and is empty now.
  func tidyPlace(_ place: ExperimentPlace, after name: ExperimentName) throws {
    // It fails, as it should, while there is something in it.
    if let sweep = name.sweep { rmdir(place.output + "/" + sweep) }
    if fileStatus(place.topDirectory(of: name)) == nil { try unexclude(place.topDirectory(of: name)) }
  }

  /// Removes a directory at a place, whole or, when killed meanwhile, out of sight.
  func removeDirectory(at place: ExperimentPlace, of name: ExperimentName) throws {
    try removeLink(of: name, to: place)
    let directory = place.directory(of: name)
    if fileStatus(directory) != nil {
      let beside = stagePath(for: directory)
      try removeTree(beside)
      guard Glibc.rename(directory, beside) == 0 else { throw ExperimentsError.system("remove \(directory)") }
      try removeTree(beside)
    }
    try tidyPlace(place, after: name)
  }

  /// Where a directory is filled or emptied: whoever holds the lease clears away what a killed holder left.
  private func stagePath(for directory: String) -> String {
    let key = SHA256.hash(Data((root + "\n" + directory).utf8)).hex.prefix(16)
    return parentDirectory(directory) + "/" + temporaryPrefix + key
  }

  func notePath(_ name: ExperimentName) -> String {
    repository.commonDirectory + "/kiseki/places/" + Self.fileKey(name)
  }
}

/// Where a symbolic link leads, as written; `nil` when there is none.
func linkTarget(_ path: String) -> String? {
  guard let status = fileStatus(path), status.st_mode & S_IFMT == S_IFLNK else { return nil }
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &buffer, buffer.count)
  return count > 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
}
