internal import CKernels

/// The instruction set the kernels run on. Results differ in the last bits between them, so it is recorded.
public enum InstructionSet: String, Sendable, CaseIterable {
  case baseline
  case v3 = "x86-64-v3"
  case v4 = "x86-64-v4"

  /// The best one this processor has.
  public static var detected: InstructionSet {
    switch kiseki_isa_detect() {
    case kiseki_isa_v4: .v4
    case kiseki_isa_v3: .v3
    default: .baseline
    }
  }

  var kernelTable: UnsafePointer<kiseki_kernels>? {
    switch self {
    case .baseline: kiseki_kernels_for(kiseki_isa_baseline)
    case .v3: kiseki_kernels_for(kiseki_isa_v3)
    case .v4: kiseki_kernels_for(kiseki_isa_v4)
    }
  }
}
