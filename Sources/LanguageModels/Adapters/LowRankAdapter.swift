import Tensors

/// The settings of LoRA (arXiv:2106.09685): W' = W + factor B A.
public struct LowRankSettings: Sendable, Hashable {
  /// R
  public let rank: Int
  public let alpha: Float
  public let usesRankStabilization: Bool
  /// The size of each output is learned apart from its direction (DoRA, arXiv:2402.09353).
  public let isDecomposed: Bool
  /// The token embedding is trained too, and with it the head when it is tied.
  public let trainsEmbedding: Bool
  /// Empty: the family's default. `all-linear`: every linear layer but the head.
  public let targetModules: [String]

  public init(
    rank: Int, alpha: Float, usesRankStabilization: Bool = false, isDecomposed: Bool = false,
    trainsEmbedding: Bool = false, targetModules: [String] = []
  ) {
    self.rank = rank
    self.alpha = alpha
    self.usesRankStabilization = usesRankStabilization
    self.isDecomposed = isDecomposed
    self.trainsEmbedding = trainsEmbedding
    self.targetModules = targetModules
  }

  /// alpha / R, or alpha / sqrt(R) when rank-stabilised (arXiv:2312.03732).
  public var factor: Float {
    usesRankStabilization ? alpha / Float(rank).squareRoot() : alpha / Float(rank)
  }
}

/// The two matrices beside a linear layer: y += factor (drop(x) A^T) B^T.
struct LowRankAdapter {
  /// A [R, I]
  let down: Weight
  /// B [O, R]
  let up: Weight
  let rank: Int
  let factor: Float
  /// Its place in the dropout masks.
  let site: UInt32
  /// `nil` without DoRA.
  var decomposition: WeightDecomposition?
}

/// Which linear layers get an adapter.
enum TargetSelection {
  /// The names of layers, among `candidates`, that `targets` selects.
  ///
  /// Each target matches whole last path components: `c_proj` matches `h.0.attn.c_proj`, `attn.c_proj` too.
  ///
  /// - Throws: `ModelError` when a target matches nothing, listing what there is.
  static func select(
    _ targets: [String], from candidates: [String], family: Architecture.Family
  ) throws(ModelError) -> Set<String> {
    let wanted = targets.isEmpty ? defaultTargets(family) : targets
    if wanted == ["all-linear"] { return Set(candidates) }
    var selected: Set<String> = []
    for target in wanted {
      let matches = candidates.filter { $0 == target || $0.hasSuffix("." + target) }
      if matches.isEmpty {
        let available = Set(candidates.map(withoutLayer)).sorted().joined(separator: ", ")
        let meant = target.lowercased().filter(\.isLetter) == "alllinear" ? " Did you mean all-linear?" : ""
        throw ModelError(
          "training.lora_target_modules is \(wanted.joined(separator: ",")), and \(target) matches no linear layer of "
            + "the model.\(meant) Name some of \(available), or all-linear alone.", kind: .setting)
      }
      selected.formUnion(matches)
    }
    return selected
  }

  /// What PEFT adapts when nothing is named.
  private static func defaultTargets(_ family: Architecture.Family) -> [String] {
    switch family {
    case .gpt2: ["c_attn"]
    }
  }

  /// `h.3.attn.c_proj` as `attn.c_proj`.
  private static func withoutLayer(_ name: String) -> String {
    name.split(separator: ".").dropFirst(2).joined(separator: ".")
  }
}
