import CommandLine
import Tables

/// What `kiseki data check` or `stats` was asked to do.
struct DataInspectionLaunch {
  let request: DataSubject.Request
  /// Findings are wanted, not only figures.
  let isCheck: Bool
  /// A finding ends the command with the code of a gate.
  let isStrict: Bool

  func start(_ console: Console) throws -> ExitCode {
    let subject = try DataSubject(request, console)
    // What the findings say is not said twice.
    let warnings = isCheck ? subject.warnings.filter { !subject.rows.warnings.contains($0) } : subject.warnings
    for warning in warnings { console.warn(warning) }
    let inspection = try DataInspection(subject, comparesRows: isCheck)
    let findings = isCheck ? inspection.findings : []
    if console.globals.wantsJSON {
      console.print(isCheck ? inspection.json : .object(inspection.statistics))
    } else {
      for line in inspection.statisticsLines(console, drawsAll: !isCheck) { console.print(line) }
      if isCheck { show(findings, console) }
      hint(inspection, console)
    }
    return isStrict && !findings.isEmpty ? .refusedByGate : .success
  }

  private func show(_ findings: [String], _ console: Console) {
    console.print("")
    guard !findings.isEmpty else { return console.print("nothing found that needs a look") }
    console.print(console.palette(.bold, "\(DataInspection.count(findings.count, "finding"))"))
    for finding in findings { console.print("  - " + withoutControls(finding)) }
  }

  private func hint(_ inspection: DataInspection, _ console: Console) {
    if inspection.subject.tokenizer == nil, !request.isConfiguration {
      console.hint("With --tokenizer PATH tokens are counted too: a model's directory or its SentencePiece file.")
    } else if request.isConfiguration {
      console.hint("next: kiseki run \(request.file) --dry-run")
    }
  }
}
