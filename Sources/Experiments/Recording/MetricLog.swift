public import Foundation
internal import Glibc
public import Tables

/// The lines of `metrics.jsonl` or `timings.jsonl`.
public enum MetricLog {
  /// Every whole line; a last line torn by a kill is left out.
  ///
  /// - Throws: `ExperimentsError` with the line's number when one before it is damaged.
  public static func lines(_ data: Data, name: String = "metrics.jsonl") throws -> [JSONValue] {
    let whole = data.prefix(wholeBytes(data))
    return try whole.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
      do {
        return try JSONValue(parsing: Data(line))
      } catch {
        throw ExperimentsError(
          .invalidContent, "cannot read \(name), line \(index + 1): it is no JSON. Was it changed by hand?")
      }
    }
  }

  /// How many bytes the whole lines take.
  static func wholeBytes(_ data: Data) -> Int {
    data.lastIndex(of: UInt8(ascii: "\n")).map { data.distance(from: data.startIndex, to: $0) + 1 } ?? 0
  }
}

/// A file that only grows, line by line, and never holds half a line after a failed write.
final class AppendOnlyFile {
  private let path: String
  let descriptor: Int32
  private(set) var byteCount: Int
  /// Not all of it is on the disk for certain.
  private(set) var hasGrown = true

  /// - Parameter limit: cuts an existing file there, and in any case after its last whole line.
  init(path: String, cuttingAt limit: Int? = nil) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    byteCount = 0
    guard descriptor >= 0 else { throw ExperimentsError.system("open \(path)") }
    let content = try readFile(path, limit: 1 << 32)
    byteCount = MetricLog.wholeBytes(content.prefix(limit ?? content.count))
    if byteCount < content.count, ftruncate(descriptor, off_t(byteCount)) != 0 {
      throw ExperimentsError.system("cut \(path) after its last whole line")
    }
  }

  deinit { close(descriptor) }

  func append(_ line: String) throws {
    let data = Data((line + "\n").utf8)
    hasGrown = true
    do {
      try writeAll(data, to: descriptor, path: path)
      byteCount += data.count
    } catch {
      // Take back the part of the line that found room; shrinking needs none.
      ftruncate(descriptor, off_t(byteCount))
      throw error
    }
  }

  func synchronize() throws {
    guard fsync(descriptor) == 0 else { throw ExperimentsError.system("write \(path)") }
    hasGrown = false
  }
}
