/// The address below which a server is asked, without a slash at its end.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  /// - Parameters:
  ///   - given: as in `https://api.example.org/v1`.
  ///   - name: what the user knows it by, such as `OPENAI_BASE_URL`.
  ///   - secret: where the key belongs, so that it is not written into the address.
  /// - Throws: `TransferError` for what is no address, or holds more than one.
  package init(_ given: String, named name: String, example: String, secret: String) throws(TransferError) {
    var url = given
    while url.hasSuffix("/") { url.removeLast() }
    let host = ["http://", "https://"].first { url.lowercased().hasPrefix($0) }.map { url.dropFirst($0.count) } ?? ""
    guard !host.isEmpty, url.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }) else {
      throw TransferError("\(name) is no address that begins with http:// or https://, such as \(example)")
    }
    guard !host.prefix(while: { $0 != "/" }).contains("@"), !host.contains("?"), !host.contains("#") else {
      throw TransferError(
        "\(name) holds a user, a query or a fragment; give the address alone, and the key in \(secret)")
    }
    text = url
  }

  package var description: String { text }

  /// Scheme, host and port: what a secret is meant for.
  ///
  /// - Parameter url: an absolute one.
  package static func origin(of url: String) -> String {
    guard let start = url.range(of: "://") else { return "" }
    return url[..<start.upperBound].lowercased()
      + url[start.upperBound...].prefix { !["/", "?", "#"].contains($0) }.lowercased()
  }
}
