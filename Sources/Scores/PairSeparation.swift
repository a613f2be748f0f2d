/// Two steps that the tokenizers of the mteval scripts are made of.
///
/// Each is a pass over the whole line that goes from left to right and never looks at a scalar twice, because the originals
/// are regular-expression substitutions; the order of the passes matters.
extension [UnicodeScalar] {
  /// Spaces around every scalar that `isSeparate`.
  @inline(__always)
  func separating(_ isSeparate: (UnicodeScalar) -> Bool) -> [UnicodeScalar] {
    [UnicodeScalar](unsafeUninitializedCapacity: 3 * count) { result, size in
      for scalar in self {
        if isSeparate(scalar) {
          result.initializeElement(at: size, to: " ")
          result.initializeElement(at: size + 1, to: scalar)
          result.initializeElement(at: size + 2, to: " ")
          size += 3
        } else {
          result.initializeElement(at: size, to: scalar)
          size += 1
        }
      }
    }
  }

  /// Every two neighbours that match, with a space behind each, or in front of each.
  @inline(__always)
  func separatingPairs(
    spaces side: PairSpaces, where matches: (UnicodeScalar, UnicodeScalar) -> Bool
  ) -> [UnicodeScalar] {
    [UnicodeScalar](unsafeUninitializedCapacity: 2 * count) { result, size in
      var index = 0
      while index < count {
        let first = self[index]
        guard index + 1 < count, matches(first, self[index + 1]) else {
          result.initializeElement(at: size, to: first)
          size += 1
          index += 1
          continue
        }
        let second = self[index + 1]
        let isBehind = side == .behind
        result.initializeElement(at: size, to: isBehind ? first : " ")
        result.initializeElement(at: size + 1, to: isBehind ? " " : first)
        result.initializeElement(at: size + 2, to: isBehind ? second : " ")
        result.initializeElement(at: size + 3, to: isBehind ? " " : second)
        size += 4
        index += 2
      }
    }
  }
}

/// Where the spaces of two separated neighbours go.
enum PairSpaces { case behind, inFront }
