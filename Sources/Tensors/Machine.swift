internal import COpenBLAS
internal import CKernels

/// What the computations run on, as recorded with every experiment.
public enum Machine {
  /// Processors this process may use.
  public static var coreCount: Int { Int(kiseki_core_count()) }

  /// The kernel OpenBLAS chose for this processor, such as `SkylakeX`.
  public static var blasKernelName: String { String(cString: openblas_get_corename()) }

  /// The version and build options of OpenBLAS.
  public static var blasConfiguration: String { String(cString: openblas_get_config()) }

  /// The largest resident memory of this process so far, in bytes.
  public static var peakBytes: Int { Int(kiseki_peak_bytes()) }
}
