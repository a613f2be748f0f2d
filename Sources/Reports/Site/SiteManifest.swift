internal import Experiments
internal import Foundation
internal import Tables

/// Which files of a directory are a site's own, so that they may be replaced and removed and no others.
struct SiteManifest: Equatable {
  static let path = ".kiseki-site.json"
  private static let format = 1

  var paths: Set<String>

  /// `nil` when the directory has none.
  ///
  /// - Throws: `ReportError` when it is none of ours, or names what no site can own.
  static func read(in directory: String) throws -> SiteManifest? {
    let place = directory + "/" + path
    guard fileStatus(place) != nil else { return nil }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: try readFile(place))
    } catch {
      throw bad(place, "it cannot be read")
    }
    guard let format = json["format"]?.integerValue, let files = json["files"]?.arrayValue else {
      throw bad(place, "it is no list of files")
    }
    guard format <= Self.format else { throw bad(place, "a newer kiseki wrote it") }
    let paths = files.compactMap(\.stringValue)
    // It may have come with a directory from anywhere, and decides what is removed.
    guard paths.count == files.count, paths.allSatisfy(isOwn) else { throw bad(place, "it names files outside") }
    return SiteManifest(paths: Set(paths))
  }

  /// Whether a path can be that of a file in a site.
  static func isOwn(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path != Self.path
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".." && part.lowercased() != ".git" && !part.utf8.contains(0)
      }
  }

  var data: Data {
    let json: JSONValue = [
      "format": .integer(Self.format),
      "about": "The files of a site made by 'kiseki publish'. It removes and replaces these and no others.",
      "files": .array(paths.sorted().map { .string($0) }),
    ]
    return json.document()
  }

  private static func bad(_ place: String, _ what: String) -> ReportError {
    ReportError(
      "cannot publish: \(place) does not say which files belong to the site; \(what). Name another directory, or "
        + "remove this one.")
  }
}
