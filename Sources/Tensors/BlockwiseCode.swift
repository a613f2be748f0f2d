internal import CKernels

/// The values an 8-bit optimizer state can have, as shares of the largest magnitude of its block: dynamic tree
/// quantisation (Dettmers, arXiv:1511.04561 and arXiv:2110.02861).
///
/// Leading zero bits of a code are a decimal exponent, the bits after them a fraction that divides the decade evenly:
/// large values are kept finely, and values a millionth as large still are not lost.
public struct BlockwiseCode: Sendable {
  /// Elements that share a scale.
  public static let blockSize = Int(KISEKI_STATE_BLOCK)
  /// For values of either sign.
  public static let signed = BlockwiseCode(isSigned: true)
  /// For squares, which need no bit for a sign: it refines the fraction.
  public static let unsigned = BlockwiseCode(isSigned: false)

  /// [256], ascending; 0 and 1 are among them, -1 is not.
  public let values: [Float]
  /// [255], between neighbours.
  private let midpoints: [Float]

  private init(isSigned: Bool) {
    var exact = [0.0, 1.0]
    for (exponent, decade) in [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1].enumerated() {
      let count = 1 << (isSigned ? exponent : exponent + 1)
      for index in 0..<count {
        // The middle of one of `count` equal parts of [0.1, 1].
        let value = decade * (0.1 + 0.9 * (Double(index) + 0.5) / Double(count))
        exact.append(value)
        if isSigned { exact.append(-value) }
      }
    }
    exact.sort()
    values = exact.map(Float.init)
    midpoints = zip(exact, exact.dropFirst()).map { Float(($0 + $1) / 2) }
  }

  func withKernelValue(_ body: (kiseki_code) -> Void) {
    values.withUnsafeBufferPointer { values in
      midpoints.withUnsafeBufferPointer { midpoints in
        body(kiseki_code(values: values.baseAddress, midpoints: midpoints.baseAddress))
      }
    }
  }
}
