public import Foundation
public import Hashing

/// One file of a site.
public struct SiteFile {
  /// Relative to the site, with slashes.
  public let path: String
  public let sha256: SHA256Digest
  public let bytes: Int
  /// Called only when the file on disk is another.
  let content: () throws -> Data

  public init(_ path: String, _ data: Data) {
    self.path = path
    sha256 = SHA256.hash(data)
    bytes = data.count
    content = { data }
  }

  public init(_ path: String, _ text: String) { self.init(path, Data(text.utf8)) }

  /// A large file, which stays where it is until it has to be written.
  public init(_ path: String, sha256: SHA256Digest, bytes: Int, content: @escaping () throws -> Data) {
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
    self.content = content
  }
}

extension [SiteFile] {
  /// `SHA256SUMS` as `sha256sum -c` reads it, in the order of the paths.
  ///
  /// - Parameter folder: the folder the list lies in, and whose files it names; empty for the whole site.
  public func checksums(in folder: String = "") -> SiteFile {
    let prefix = folder.isEmpty ? "" : folder + "/"
    let lines = filter { $0.path.hasPrefix(prefix) }.map { ($0.path.dropFirst(prefix.count), $0.sha256.hex) }
      .sorted { $0.0 < $1.0 }
      .map { path, sum in "\(sum)  \(path)\n" }
    return SiteFile(prefix + "SHA256SUMS", lines.joined())
  }
}
