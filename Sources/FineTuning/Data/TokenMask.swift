import Tensors

/// Which tokens of an optimizer step are hidden from the model, each by itself with the same probability.
///
/// A token's fate depends on the seed, the step and the token's number within the step: neither accumulation nor resuming
/// changes it.
public struct TokenMask: Sendable {
  /// The id that stands for a hidden token.
  public let replacement: Int32
  private let seed: UInt64
  private let step: UInt32
  /// A word below this hides its token: probability * 2^32.
  private let limit: UInt32

  public init(probability: Double, replacement: Int32, seed: UInt64, step: UInt32) {
    precondition(probability >= 0 && probability < 1, "a probability of \(probability)")
    self.replacement = replacement
    self.seed = seed
    self.step = step
    limit = UInt32(min(probability * 4_294_967_296, 4_294_967_295))
  }

  /// `nil` when nothing is ever hidden.
  init?(_ options: TrainingOptions, step: Int) {
    guard options.tokenMaskProbability > 0 else { return nil }
    self.init(
      probability: options.tokenMaskProbability, replacement: options.maskTokenID, seed: options.seed,
      step: UInt32(step))
  }

  /// - Parameter token: its number within the optimizer step.
  public func hides(_ token: Int) -> Bool {
    let words = RandomStream.block(seed: seed, purpose: .tokenMask, stream: step, block: UInt64(token / 4))
    let word =
      switch token % 4 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word < limit
  }
}
