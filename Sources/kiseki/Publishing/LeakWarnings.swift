import CommandLine
import Privacy
import Reports

/// What was found in files to be published, as warnings a person reads.
enum LeakWarnings {
  /// More places of one kind in one file are counted.
  private static let shownCount = 3

  private static func fate(_ kind: PrivateText.Kind, isRemoved: Bool) -> String {
    if isRemoved { return "removed from the site" }
    return kind == .otherHome
      ? "left in, as data must stay what was scored; look at it" : "left in, as it may be an ordinary word; look at it"
  }

  static func lines(_ leaks: [SiteLeak]) -> [String] {
    struct Group: Hashable {
      let path: String
      let kind: PrivateText.Kind
      let isRemoved: Bool
    }
    var order: [Group] = []
    var found: [Group: [PrivateText.Finding]] = [:]
    for leak in leaks {
      let group = Group(path: leak.path, kind: leak.finding.kind, isRemoved: leak.finding.isRemoved)
      if found[group] == nil { order.append(group) }
      found[group, default: []].append(leak.finding)
    }
    return order.flatMap { group -> [String] in
      let findings = found[group] ?? []
      let lines = findings.prefix(shownCount).map { finding in
        let excerpt = finding.excerpt.isEmpty ? "" : " (\(finding.excerpt))"
        let fate = fate(group.kind, isRemoved: group.isRemoved)
        return "\(group.path):\(finding.line): \(group.kind.rawValue)\(excerpt), \(fate)"
      }
      let more = findings.count - lines.count
      return lines + (more > 0 ? ["\(group.path): \(group.kind.rawValue), \(Format.count(more)) more times"] : [])
    }
  }
}
