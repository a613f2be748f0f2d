/// The one place that knows what our references are called.
public enum RefLayout {
  /// `refs/experiments/<name>`: the newest version of an experiment.
  public static func experiment(_ name: ExperimentName) -> String { experiments + name.text }

  /// `refs/experiments/<sweep>/plan`: the plan of a sweep.
  public static func plan(ofSweep sweep: String) -> String {
    "\(experiments)\(sweep)/\(ExperimentName.reserved)"
  }

  /// `refs/kiseki/notes/<name>`: tags, notes and later judgements of an experiment.
  public static func notes(_ name: ExperimentName) -> String { notes + name.text }

  /// The notes of every experiment.
  public static let notesGlob = notes + "*"

  /// The experiment a notes reference belongs to; `nil` for names that are none of ours.
  public static func experimentName(ofNotes reference: String) -> ExperimentName? {
    guard reference.hasPrefix(notes) else { return nil }
    return ExperimentName(trusted: String(reference.dropFirst(notes.count)))
  }

  /// `refs/kiseki/remotes/<remote>/<name>`: what `pull` fetched.
  public static func fetched(_ name: ExperimentName, from remote: String) -> String {
    "refs/kiseki/remotes/\(remote)/\(name.text)"
  }

  /// Every experiment and plan.
  public static let experimentsGlob = experiments + "*"

  /// The experiment a reference belongs to; `nil` for plans, and for names that are none of ours.
  public static func experimentName(ofReference reference: String) -> ExperimentName? {
    guard reference.hasPrefix(experiments) else { return nil }
    return ExperimentName(trusted: String(reference.dropFirst(experiments.count)))
  }

  private static let experiments = "refs/experiments/"
  private static let notes = "refs/kiseki/notes/"
}
