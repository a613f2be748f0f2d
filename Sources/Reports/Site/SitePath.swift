public import Experiments
internal import Foundation
internal import Hashing

/// What the files of a site are called, and how one page names another.
public enum SitePath {
  /// Bytes that stand for themselves in a URL (RFC 3986, unreserved).
  private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
  /// ASCII that every file system takes and no server or shell reads anything into; `~` begins an escape and so is none.
  private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._=,+".utf8)
  /// File systems allow 255 bytes, and a temporary name needs none of them.
  private static let longestComponent = 240

  /// `experiments/<name>`, a trial one folder further down; other names never give the same.
  ///
  /// - Parameter version: of a page that is not about the newest version.
  public static func folder(of name: ExperimentName, version: Int? = nil) -> String {
    let parts = name.text.split(separator: "/").map { component(String($0)) }
    return "experiments/" + parts.joined(separator: "/") + (version.map { "@\($0)" } ?? "")
  }

  /// A part of a name as a file's name: letters of any script stay, what some system refuses becomes `~` and two digits.
  static func component(_ part: String) -> String {
    var text = ""
    for scalar in part.unicodeScalars {
      if !scalar.isASCII || plain.contains(UInt8(scalar.value)) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "~" + hexadecimal(UInt8(scalar.value))
      }
    }
    guard text.utf8.count > longestComponent else { return text }
    var short = text
    while short.utf8.count > longestComponent - 40 { short.removeLast() }
    return short + "~~" + SHA256.hash(Data(part.utf8)).hex.prefix(32)
  }

  /// A path as the path of a URL: every byte but the unreserved ones and the slashes percent-encoded.
  public static func url(_ path: String) -> String {
    var text = ""
    for byte in path.utf8 {
      if unreserved.contains(byte) || byte == UInt8(ascii: "/") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + hexadecimal(byte)
      }
    }
    return text
  }

  /// The link to one file of the site as it stands in another, so that the site works at any address and from a disk.
  public static func link(to target: String, from page: String) -> String {
    let from = page.split(separator: "/").dropLast()
    let to = target.split(separator: "/")
    let shared = zip(from, to.dropLast()).prefix { $0 == $1 }.count
    let parts = Array(repeating: "..", count: from.count - shared) + to[shared...].map(String.init)
    return url(parts.joined(separator: "/"))
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
