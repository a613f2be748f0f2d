internal import Foundation
internal import Hashing
internal import Tables

extension ComparisonDifferences {
  init(_ runs: [ComparedRun]) {
    settings = Self.differences(runs.map(\.settings), leavingOut: ["experiment_name", "output_directory"])
    data = Self.differences(runs.map { $0.dataset.map(Self.facts) ?? [] })
    backbone = Self.differences(runs.map { $0.backbone.map(Self.facts) ?? [] })
    environment = Self.differences(runs.map { $0.environment.map(Self.facts) ?? [] })
  }

  /// The keys with more than one value, in the order in which they first appear; where one is missing, nothing differs.
  private static func differences(_ facts: [[JSONMember]], leavingOut ignored: Set<String> = []) -> [Difference] {
    var seen = ignored
    var keys: [String] = []
    for member in facts.joined() where seen.insert(member.key).inserted { keys.append(member.key) }
    let tables = facts.map { Dictionary($0.map { ($0.key, $0.value) }) { first, _ in first } }
    return keys.compactMap { key in
      let values = tables.map { $0[key] }
      let present = values.compactMap { $0 }
      return present.contains { !isSame($0, present[0]) } ? Difference(key: key, values: values) : nil
    }
  }

  /// 1 and 1.0 are one value.
  private static func isSame(_ first: JSONValue, _ second: JSONValue) -> Bool {
    if let left = first.doubleValue, let right = second.doubleValue { return left == right }
    return first == second
  }

  private static func facts(_ dataset: DatasetRecord) -> [JSONMember] {
    var facts = dataset.files.flatMap { file in
      [
        JSONMember("\(file.role) file", .string(file.path)),
        JSONMember("\(file.role) rows", .integer(file.rows)),
        // The same for the same rows in any order.
        JSONMember("\(file.role) content", .string(short(file.contentSHA256.hex))),
      ]
    }
    facts.append(JSONMember("rows trained on", .integer(dataset.trainIndices.count)))
    facts.append(JSONMember("rows validated on", .integer(dataset.validationIndices.count)))
    let split = "\(dataset.trainIndices)\(dataset.validationIndices)"
    facts.append(JSONMember("split", .string(short(SHA256.hash(Data(split.utf8)).hex))))
    return facts
  }

  private static func facts(_ backbone: BackboneRecord) -> [JSONMember] {
    [JSONMember("backbone", .string(backbone.id))]
      + (backbone.revision.map { [JSONMember("revision", .string($0))] } ?? [])
      + backbone.files.map { JSONMember($0.path, .string(short($0.sha256.hex))) }
  }

  private static func facts(_ environment: EnvironmentRecord) -> [JSONMember] {
    let program = environment.program
    return [
      JSONMember("program", .string("\(program.version) \(program.build)")),
      JSONMember("instruction set", .string(program.instructionSet)),
      JSONMember("threads", .integer(program.threads)), JSONMember("BLAS kernel", .string(program.blasKernel)),
      JSONMember("mixed precision", .string(program.mixedPrecision)),
      JSONMember("processor", .string(environment.processor)),
      JSONMember("operating system", .string(environment.operatingSystem)),
      JSONMember("workspace commit", environment.workspaceCommit.map { .string(short($0)) } ?? .null),
      JSONMember("uncommitted changes", .bool(environment.isDirty)),
    ]
  }

  private static func short(_ hash: String) -> String { String(hash.prefix(12)) }
}
