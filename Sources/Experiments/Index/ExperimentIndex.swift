internal import Foundation
internal import GitStore
internal import Hashing
internal import Tables

/// What lists and filters need of every experiment, by the commit it was read from, in one file of the common git
/// directory.
///
/// Commits never change, so an entry is never out of date. The file is written beside and renamed, and checked by its
/// SHA-256: a missing, damaged or older one is as good as an empty one, and whoever needs an entry reads the commit. Two
/// writers at once overwrite each other, which only costs reading some commits again.
struct ExperimentIndex {
  /// Another one when the entries change, so that older files are ignored.
  private static let magic = Array("kiseki index 1\n".utf8)
  private static let checksumLength = 32
  private static let idLength = 20

  /// Few new entries among many are not worth writing the file again.
  private static let patience = 50

  private let path: String
  private let content: Data
  private var values: PackedValues
  /// Where the value of an entry begins and how many bytes it takes in `content`.
  private var places: [ObjectID: Range<Int>]
  private var added: [ObjectID: JSONValue] = [:]

  init(in repository: Repository) {
    path = repository.commonDirectory + "/kiseki/index/experiments"
    // Whatever is wrong with the file, the commits have it all.
    do { content = fileStatus(path) == nil ? Data() : try readFile(path, limit: 1 << 30) } catch { content = Data() }
    (values, places) = content.withUnsafeBytes(Self.tables) ?? (PackedValues(), [:])
  }

  private static func tables(_ bytes: UnsafeRawBufferPointer) -> (PackedValues, [ObjectID: Range<Int>])? {
    let start = magic.count + checksumLength
    guard bytes.count >= start, bytes.starts(with: magic) else { return nil }
    var hasher = SHA256()
    hasher.update(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    guard hasher.finalize() == SHA256Digest(bytes: bytes[magic.count..<start]) else { return nil }
    var reader = PackedReader(bytes, at: start)
    guard let values = PackedValues(from: &reader), let count = reader.count() else { return nil }
    var places: [ObjectID: Range<Int>] = [:]
    places.reserveCapacity(count)
    for _ in 0..<count {
      guard let id = reader.slice(idLength), let length = reader.count() else { return nil }
      let start = reader.position
      guard reader.slice(length) != nil else { return nil }
      places[ObjectID(SHA1Digest(bytes: id))] = start..<start + length
    }
    return (values, places)
  }

  subscript(id: ObjectID) -> JSONValue? {
    get {
      if let value = added[id] { return value }
      guard let place = places[id] else { return nil }
      return content.withUnsafeBytes { bytes in
        var reader = PackedReader(bytes, at: place.lowerBound)
        return values.unpack(&reader)
      }
    }
    set { added[id] = newValue }
  }

  /// Writes the file again when that saves others enough work.
  ///
  /// - Parameter isNeeded: whether an entry is still one of a newest version; others are left out.
  mutating func save(keeping isNeeded: (ObjectID) -> Bool) {
    guard !added.isEmpty, added.count > places.count / Self.patience else { return }
    let kept = places.filter { added[$0.key] == nil && isNeeded($0.key) }
    // Texts of entries long gone would stay for ever.
    if kept.count < places.count / 2 {
      for (id, _) in kept { added[id] = self[id] }
      values = PackedValues()
      places = [:]
      return write([:])
    }
    write(kept)
  }

  private mutating func write(_ kept: [ObjectID: Range<Int>]) {
    values.prepareForPacking()
    var entries = PackedWriter()
    entries.append(count: kept.count + added.count)
    for (id, place) in kept {
      entries.append(id.digest.bytes)
      entries.append(count: place.count)
      entries.append(content[content.startIndex + place.lowerBound..<content.startIndex + place.upperBound])
    }
    for (id, value) in added {
      var packed = PackedWriter()
      values.pack(value, into: &packed)
      entries.append(id.digest.bytes)
      entries.append(count: packed.bytes.count)
      entries.append(packed.bytes)
    }
    var body = PackedWriter()
    values.writeTables(to: &body)
    var file = Data(Self.magic)
    let rest = Data(body.bytes + entries.bytes)
    file.append(contentsOf: SHA256.hash(rest).bytes)
    file.append(rest)
    // Where nothing can be written, such as in someone else's repository, lists are slower and still right.
    do {
      try makeDirectories(parentDirectory(path))
      let temporary = path + "-\(String(UInt64.random(in: .min ... .max), radix: 36))"
      do {
        try file.write(to: URL(fileURLWithPath: temporary))
        guard rename(temporary, path) == 0 else { throw ExperimentsError.system("write \(path)") }
      } catch { unlink(temporary) }
    } catch { return }
  }
}
