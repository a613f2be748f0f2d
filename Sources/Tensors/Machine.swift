internal import CKernels

/// What the computations run on, as recorded with every experiment.
public enum Machine {
  /// Processors this process may use.
  public static var coreCount: Int { Int(kiseki_core_count()) }

  /// The largest resident memory of this process so far, in bytes.
  public static var peakBytes: Int { Int(kiseki_peak_bytes()) }

  /// The memory this process holds now, in bytes; 0 where that is not known.
  public static var residentBytes: Int { Int(kiseki_resident_bytes()) }
}
