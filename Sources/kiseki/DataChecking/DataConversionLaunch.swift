import CommandLine
import FineTuning
import Foundation
import Tables
import TensorFiles

/// What `kiseki data convert` was asked to do.
struct DataConversionLaunch {
  let input: String
  let output: String?
  /// Columns named on the command line; none for a layout found by itself.
  let prompt: [String]
  let answer: String?
  let system: String?
  let separator: String
  let mayOverwrite: Bool

  func start(_ console: Console) throws -> ExitCode {
    let source = console.path(input)
    let target = try target(console)
    var conversion: DataConversion?
    try records(of: source) { record in
      if conversion == nil { conversion = DataConversion(layout: try layout(record), separator: separator) }
      conversion?.note(record.value, number: record.number)
    }
    guard let conversion, conversion.plan.rowCount > 0 else {
      let why = conversion?.plan.leftOut.first.map { ": record \($0.first): \($0.reason)" } ?? ""
      throw CommandFailure("cannot convert \(input): it has no record with a question and an answer\(why).")
    }
    try write(conversion, source, target)
    report(conversion.plan, target, console)
    return .success
  }

  /// Absolute; never a file that is there, unless that is wanted.
  private func target(_ console: Console) throws -> String {
    let stem = input.lastIndex(of: ".").map { String(input[..<$0]) } ?? input
    let given = output ?? stem + (input.lowercased().hasSuffix(".csv") ? ".jsonl" : ".csv")
    let target = console.path(given)
    guard ["csv", "jsonl"].contains(URL(filePath: target).pathExtension.lowercased()) else {
      throw UsageError("--output is '\(given)', but must end in .csv or .jsonl")
    }
    if FileManager.default.fileExists(atPath: target) {
      guard mayOverwrite else {
        throw UsageError("\(given) is there already; name another file with -o, or overwrite it with -y")
      }
      guard target != console.path(input) else {
        throw UsageError("\(given) is the file to convert; name another one with -o")
      }
    }
    return target
  }

  /// The records of a file: of JSON one at a time, of a table all in memory.
  private func records(of path: String, _ body: (JSONRecords.Record) throws -> Void) throws {
    guard ["csv", "tsv"].contains(URL(filePath: path).pathExtension.lowercased()) else {
      return try JSONRecords.forEach(path: path, body)
    }
    let table = try Table.read(path: path)
    for row in 0..<table.rowCount {
      let members = table.columns.enumerated().map { JSONMember($1, table[row, $0].map { .string($0) } ?? .null) }
      try body(JSONRecords.Record(number: row + 1, line: 0, value: .object(members)))
    }
  }

  private func layout(_ record: JSONRecords.Record) throws -> SourceLayout {
    guard let members = record.value.objectMembers else {
      throw CommandFailure("cannot convert \(input): record \(record.number) is no object with keys.")
    }
    let keys = members.map { "\"\($0.key)\"" }.joined(separator: ", ")
    if let answer {
      guard !prompt.isEmpty else { throw UsageError("--answer needs --prompt beside it") }
      for key in prompt + [answer] + (system.map { [$0] } ?? []) where record.value[key] == nil {
        throw CommandFailure("cannot convert \(input): its first record has no \"\(key)\"; its keys are \(keys).")
      }
      return .columns(prompt: prompt, answer: answer, system: system)
    }
    guard prompt.isEmpty, system == nil else { throw UsageError("--prompt and --system need --answer beside them") }
    guard let layout = SourceLayout(of: record.value) else {
      throw CommandFailure(
        "cannot convert \(input): its layout is not known; its keys are \(keys). Name the columns with --prompt and "
          + "--answer.")
    }
    return layout
  }

  /// Writes beside the target and renames, so that the target is whole or as it was.
  private func write(_ conversion: DataConversion, _ source: String, _ target: String) throws {
    let columns = conversion.plan.columns
    let isCSV = target.lowercased().hasSuffix(".csv")
    let draft = target + ".\(getpid()).partial"
    guard FileManager.default.createFile(atPath: draft, contents: nil) else {
      throw CommandFailure(
        "cannot write \(target): its folder is missing or may not be written to. Name another with -o.")
    }
    do {
      let file = try FileHandle(forWritingTo: URL(filePath: draft))
      defer { try? file.close() }
      var text = isCSV ? Table.csvLine(columns) : ""
      try records(of: source) { record in
        for row in conversion.rows(record.value, number: record.number) {
          text += isCSV ? Table.csvLine(row) : Self.line(columns, row)
        }
        if text.utf8.count > 1 << 20 {
          try file.write(contentsOf: Data(text.utf8))
          text = ""
        }
      }
      try file.write(contentsOf: Data(text.utf8))
      try file.synchronize()
      guard rename(draft, target) == 0 else {
        throw CommandFailure("cannot write \(target): \(String(cString: strerror(errno))).")
      }
    } catch {
      try RunError.after(error, "\(draft) could not be removed either") {
        try FileManager.default.removeItem(atPath: draft)
      }
      throw error
    }
  }

  private static func line(_ columns: [String], _ cells: [String]) -> String {
    let members = zip(columns, cells).map { column, cell in
      JSONMember(column, column == "parent_id" && cell.isEmpty ? .null : .string(cell))
    }
    return JSONValue.object(members).line() + "\n"
  }

  private func report(_ plan: DataConversion.Plan, _ target: String, _ console: Console) {
    for (reason, count, first) in plan.leftOut {
      console.warn("\(DataInspection.count(count, "record")) left out, the first is record \(first): \(reason)")
    }
    if plan.trimmedCount > 0 {
      console.warn(
        "\(DataInspection.count(plan.trimmedCount, "conversation")) without a leading answer or a trailing question, "
          + "which nothing belongs to")
    }
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "output": .string(target), "layout": .string(plan.layout.name), "records": .integer(plan.recordCount),
        "rows": .integer(plan.rowCount), "columns": .array(plan.columns.map { .string($0) }),
        "left_out": .array(
          plan.leftOut.map {
            ["reason": .string($0.reason), "records": .integer($0.count), "first": .integer($0.first)]
          }),
        "trimmed": .integer(plan.trimmedCount),
      ]
      return console.print(json.line())
    }
    console.print(
      "\(target): \(DataInspection.count(plan.rowCount, "row")) from \(DataInspection.count(plan.recordCount, "record")) "
        + "(\(plan.layout.name))")
    let chat = plan.hasConversations ? " parent_id_column=parent_id id_column=id" : ""
    let system = plan.hasSystems ? " system_column=system" : ""
    console.hint("next: kiseki data check \(ShellWords.quoted(target))\(chat)\(system)")
  }
}
