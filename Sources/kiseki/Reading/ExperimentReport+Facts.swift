import CommandLine
import Experiments
import Tables

extension ExperimentReport {
  /// What stands at the top: one labelled line each.
  var facts: [(label: String, text: String)] {
    var facts: [(String, String)] = []
    if let version {
      facts.append(("commit", "\(version.commit.id.short), version \(version.number) of \(version.count)"))
    } else if summary.version > 0 {
      facts.append(
        ("versions", "\(summary.version) before this run, the newest is \(summary.name)@\(summary.version)"))
    } else {
      facts.append(("versions", "none yet"))
    }
    if let time { facts.append((version == nil ? "begun" : "recorded", time.localText)) }
    let tags = notes.tags(of: notedVersion)
    if !tags.isEmpty { facts.append(("tags", tags.joined(separator: ", "))) }
    if let note = version?.note { facts.append(("note", Self.shortened(note))) }
    facts += notes.notes(of: notedVersion).map { ("note", "\($0.time.localText): \(Self.shortened($0.text))") }
    facts += verdicts.map { ("verified", "\($0.time.localText): \($0.text)") }
    if let reason = result?.outcome.reason { facts.append(("reason", reason)) }
    if let result { facts.append(("took", Self.effort(result))) }
    if version == nil, let lastMetrics { facts.append(("reached", Self.metricsText(lastMetrics))) }
    if let checkpointStep { facts.append(("checkpoint", "after step \(Format.count(checkpointStep))")) }
    if let backbone { facts.append(("backbone", Self.text(backbone))) }
    facts += dataFacts
    if let environment { facts += Self.facts(environment) }
    return facts
  }

  /// Characters of a note shown; the whole is in `--json`.
  private static let noteLength = 1_000

  private static func shortened(_ text: String) -> String {
    let count = text.count
    guard count > noteLength else { return text }
    return text.prefix(noteLength) + "… (\(Format.count(count, "character")); --json has them all)"
  }

  private static func effort(_ result: ResultRecord) -> String {
    let outcome = result.outcome
    var parts = [Format.duration(result.finishedAt.timeIntervalSince(result.startedAt))]
    if let seconds = outcome.trainingSeconds { parts.append("training \(Format.duration(seconds))") }
    if let rate = outcome.tokensPerSecond { parts.append("\(Format.count(Int(clamping: rate))) tokens/s") }
    if let peak = outcome.peakBytes { parts.append("peak memory \(Format.bytes(peak))") }
    return parts.joined(separator: ", ")
  }

  private static func metricsText(_ line: JSONValue) -> String {
    var parts = [line["step"]?.integerValue.map { "step \(Format.count($0))" } ?? "no step"]
    if let epoch = line["epoch"]?.doubleValue { parts.append("epoch \(Format.significant(epoch))") }
    for (label, name) in [("loss", "train/loss"), ("validation loss", "validation/loss")] {
      if let value = line[name]?.doubleValue { parts.append("\(label) \(Format.decimal(value, 4))") }
    }
    return parts.joined(separator: ", ")
  }

  private static func text(_ backbone: BackboneRecord) -> String {
    var text = backbone.id + (backbone.revision.map { " at \($0)" } ?? "")
    for file in backbone.files where file.path.hasSuffix(".safetensors") || file.path.hasSuffix(".bin") {
      text += ", \(file.path) \(Format.bytes(file.bytes)), SHA-256 \(file.sha256.hex.prefix(12))…"
    }
    return text
  }

  private var dataFacts: [(String, String)] {
    guard let dataset else { return [] }
    var facts = dataset.files.map { file in
      (file.role, "\(file.path), \(Format.count(file.rows, "row")), \(Format.bytes(file.bytes))")
    }
    if !dataset.trainIndices.isEmpty || !dataset.validationIndices.isEmpty {
      facts.append(
        (
          "split",
          "\(Format.count(dataset.trainIndices.count, "row")) to train on, "
            + "\(Format.count(dataset.validationIndices.count)) to validate"
            + (dataset.trainsOnValidation ? ", and those are trained on too" : "")
        ))
    }
    let cuts = dataset.truncation.flatMap { part in
      (part.value.objectMembers ?? []).compactMap { column -> String? in
        guard let rows = column.value["rows"]?.integerValue, rows > 0 else { return nil }
        let tokens = column.value["tokens"]?.integerValue ?? 0
        return "\(part.key) \(column.key): \(Format.count(rows, "row")) \(rows == 1 ? "loses" : "lose") "
          + Format.count(tokens, "token")
      }
    }
    facts.append(("cut", cuts.isEmpty ? "nothing" : cuts.joined(separator: "; ")))
    return facts
  }

  private static func facts(_ environment: EnvironmentRecord) -> [(String, String)] {
    let program = environment.program
    var workspace = environment.workspaceCommit.map { "commit \($0.prefix(10))" } ?? "no commit"
    if environment.isDirty { workspace += ", tracked files changed" }
    if environment.untrackedCount > 0 {
      workspace += ", \(Format.count(environment.untrackedCount, "untracked file"))"
    }
    return [
      (
        "machine",
        "\(environment.processor), \(Format.bytes(environment.memoryBytes)), \(environment.operatingSystem)"
      ),
      (
        "program",
        "kiseki \(program.version) build \(program.build), \(program.instructionSet), \(program.threads) threads, "
          + "BLAS \(program.blasKernel)"
          + (program.mixedPrecision == "off" ? "" : ", mixed precision: \(program.mixedPrecision)")
      ),
      ("workspace", workspace),
    ]
  }
}

extension ExperimentNotes.Verdict {
  /// As in `different: first difference at step 412`.
  var text: String { verdict + (detail.map { ": " + $0 } ?? "") }
}

extension Int {
  fileprivate init(clamping value: Double) {
    self = value.isFinite ? Int(Swift.min(Swift.max(value, -1e15), 1e15)) : 0
  }
}
