/// The n-grams that two sequences have in common.
enum NgramOverlap {
  /// For n from 1 to `maximumOrder`, the hypothesis's n-grams that the reference holds too, each at most as often as there.
  ///
  /// An n-gram is known by the number of its first n - 1 symbols and its last symbol, so every order costs one look-up a
  /// place, however long its n-grams are.
  ///
  /// - Parameters:
  ///   - hypothesis, reference: symbols as numbers, none of them negative.
  static func matches(_ hypothesis: [Int32], _ reference: [Int32], maximumOrder: Int) -> [Int] {
    var matches = [Int](repeating: 0, count: maximumOrder)
    let size = tableSize(for: reference.count)
    withUnsafeTemporaryAllocation(of: Slot.self, capacity: size) { table in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: hypothesis.count + 2 * reference.count) { memory in
        // The numbers of the n-grams that begin at each place, and how often the reference's are still unmatched.
        let ofHypothesis = UnsafeMutableBufferPointer(rebasing: memory[..<hypothesis.count])
        let ofReference = UnsafeMutableBufferPointer(
          rebasing: memory[hypothesis.count..<(hypothesis.count + reference.count)])
        let unmatched = UnsafeMutableBufferPointer(rebasing: memory[(hypothesis.count + reference.count)...])
        ofHypothesis.initialize(repeating: 0)
        ofReference.initialize(repeating: 0)
        for order in 1...maximumOrder {
          guard hypothesis.count >= order, reference.count >= order else { break }
          table.initialize(repeating: Slot(key: 0, number: 0))
          var count: Int32 = 0
          for start in 0...(reference.count - order) {
            let key = Slot.key(ofReference[start], reference[start + order - 1])
            let place = find(key, in: table)
            if table[place].key == 0 {
              table[place] = Slot(key: key, number: count)
              unmatched[Int(count)] = 0
              count += 1
            }
            let number = table[place].number
            unmatched[Int(number)] += 1
            ofReference[start] = number
          }
          for start in 0...(hypothesis.count - order) where ofHypothesis[start] >= 0 {
            let slot = table[find(Slot.key(ofHypothesis[start], hypothesis[start + order - 1]), in: table)]
            if slot.key == 0 {
              // No longer n-gram that begins here can match either.
              ofHypothesis[start] = -1
              continue
            }
            ofHypothesis[start] = slot.number
            if unmatched[Int(slot.number)] > 0 {
              unmatched[Int(slot.number)] -= 1
              matches[order - 1] += 1
            }
          }
          if matches[order - 1] == 0 { break }
        }
      }
    }
    return matches
  }

  private struct Slot {
    /// 0 where nothing is.
    let key: UInt64
    let number: Int32

    static func key(_ prefix: Int32, _ last: Int32) -> UInt64 {
      (UInt64(UInt32(bitPattern: prefix)) << 32 | UInt64(UInt32(bitPattern: last))) + 1
    }
  }

  /// Where a key is or belongs.
  private static func find(_ key: UInt64, in table: UnsafeMutableBufferPointer<Slot>) -> Int {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: mixed(key)) & mask
    while table[place].key != 0, table[place].key != key { place = (place + 1) & mask }
    return place
  }
}
