/// Paths as text: nothing here looks at the file system.
enum PathText {
  /// The path counted from an absolute folder, `.` and `..` worked out.
  static func absolute(_ path: String, from folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  static func parent(of absolute: String) -> String {
    let parts = absolute.split(separator: "/")
    return "/" + parts.dropLast().joined(separator: "/")
  }

  /// The path as seen from a folder; both absolute. `nil` when they share nothing but the root.
  static func relative(_ path: String, to folder: String) -> String? {
    let target = path.split(separator: "/")
    let base = folder.split(separator: "/")
    let common = zip(target, base).prefix { $0 == $1 }.count
    guard common > 0 || base.isEmpty else { return nil }
    let parts = Array(repeating: "..", count: base.count - common) + target[common...].map(String.init)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}
