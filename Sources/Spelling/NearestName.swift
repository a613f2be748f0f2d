/// How many single-character insertions, deletions, replacements and swaps of neighbours turn `first` into `second`.
///
/// The restricted form: no part of the text is edited twice. O(n m) time.
public func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var best = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforePrevious[j - 1] + 1) }
      row.append(best)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.count]
}

/// The candidate most like `name`, or `nil` when nothing is near enough to be what was meant.
///
/// Case does not count. Near enough means at most a third of the letters, and never less than two. Of several equally
/// near ones it is the one that shares the longest beginning and end: `lorar` is `lora_r` rather than `lora`.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  // Longer than any name of ours: comparing would only cost time.
  guard !name.isEmpty, name.utf8.count <= 100 else { return nil }
  let wanted = name.lowercased()
  let limit = max(2, wanted.count / 3)
  var best: (distance: Int, shared: Int, name: String)?
  for candidate in candidates {
    let known = candidate.lowercased()
    let distance = editDistance(wanted, known)
    guard distance <= limit, distance < min(wanted.count, candidate.count) else { continue }
    let shared = equalCount(wanted, known) + equalCount(wanted.reversed(), known.reversed())
    if let best, (best.distance, -best.shared) <= (distance, -shared) { continue }
    best = (distance, shared, candidate)
  }
  return best?.name
}

/// How many elements are the same from the beginning on.
private func equalCount(_ first: some Sequence<Character>, _ second: some Sequence<Character>) -> Int {
  zip(first, second).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
}
