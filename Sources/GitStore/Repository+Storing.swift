internal import CGit2
internal import Glibc

extension Repository {
  /// Stores an object and makes sure that it can be read back.
  ///
  /// libgit2 1.5 reports success although the disk had no room for a small object (it compresses into a buffer, and
  /// forgets that writing the buffer failed), and it writes nothing where a file of the object's name lies, whatever is
  /// in it. So what it says is not believed, and what is unreadable goes and is written once more.
  ///
  /// - Parameter write: writes the object, or finds it there.
  /// - Throws: `GitError` of kind `noSpace` when the object is not there afterwards, of kind `corrupt` when what lies there
  ///   cannot be read and cannot be replaced.
  func stored(_ content: String, _ write: () throws -> git_oid) throws -> ObjectID {
    var id = ObjectID(try write())
    if try isReadable(id) { return id }
    discardLoose(id)
    id = ObjectID(try write())
    if try isReadable(id) { return id }
    discardLoose(id)
    guard try !exists(id) else { throw Self.irreplaceable(id, content, commonDirectory) }
    throw GitError(
      .noSpace,
      "cannot write \(content) in \(commonDirectory): it is not there after it was written; the disk is full. Free some "
        + "space and try again.")
  }

  /// Gives a big object its name, in place of one that is damaged.
  func finished(_ writer: consuming LooseObjectWriter) throws -> ObjectID {
    let (id, wasDamaged) = try writer.finish { try exists($0) ? isReadable($0) ? .whole : .damaged : .missing }
    if wasDamaged, try !isReadable(id) { throw Self.irreplaceable(id, "a file", commonDirectory) }
    return id
  }

  /// Read whole, its hash included: a full disk may leave an empty file of the name, and a disk may lose bits.
  func isReadable(_ id: ObjectID) throws -> Bool {
    let database = try objectDatabase()
    defer { git_odb_free(database) }
    var name = id.raw
    var object: OpaquePointer?
    let code = git_odb_read(&object, database, &name)
    git_odb_object_free(object)
    return code == 0
  }

  private func exists(_ id: ObjectID) throws -> Bool {
    let database = try objectDatabase()
    defer { git_odb_free(database) }
    var name = id.raw
    return git_odb_exists(database, &name) == 1
  }

  /// Left there, a torn file would be taken for the object the next time it is written.
  private func discardLoose(_ id: ObjectID) {
    let name = id.description
    unlink("\(commonDirectory)/objects/\(name.prefix(2))/\(name.dropFirst(2))")
  }

  private static func irreplaceable(_ id: ObjectID, _ content: String, _ directory: String) -> GitError {
    GitError(
      .corrupt,
      "cannot write \(content) in \(directory): the object \(id) is there already, damaged and in a pack. Run 'git fsck "
        + "--full' and fetch the pack again from a copy, or move it away.")
  }
}

/// How an object is found before it is written.
enum StoredState {
  case missing, whole, damaged
}
