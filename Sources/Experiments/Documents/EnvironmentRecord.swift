internal import Foundation
internal import Glibc
public import Tables

/// `environment.json`: the program, the machine and the state of the workspace a run was made with.
public struct EnvironmentRecord: Hashable, Sendable {
  /// What only the program itself can say.
  public struct Program: Hashable, Sendable {
    public var version: String
    public var build: String
    public var instructionSet: String
    public var threads: Int
    public var blasKernel: String
    /// What large products were computed in, such as `off`.
    public var mixedPrecision: String

    public init(
      version: String, build: String, instructionSet: String, threads: Int, blasKernel: String,
      mixedPrecision: String = "off"
    ) {
      self.version = version
      self.build = build
      self.instructionSet = instructionSet
      self.threads = threads
      self.blasKernel = blasKernel
      self.mixedPrecision = mixedPrecision
    }
  }

  /// More untracked files than this are only counted.
  static let untrackedLimit = 100

  public var program: Program
  public var processor: String
  public var memoryBytes: Int
  public var operatingSystem: String
  /// The user's last commit, if any.
  public var workspaceCommit: String?
  /// Whether tracked files differ from it.
  public var isDirty: Bool
  public var untracked: [String]
  public var untrackedCount: Int

  /// Looks at this machine and at the workspace.
  ///
  /// - Throws: `GitError` when the work tree cannot be read.
  public static func current(_ program: Program, workspace: Workspace) throws -> EnvironmentRecord {
    let status = try workspace.repository.status()
    let untracked = status.untracked.prefix(untrackedLimit)
    return EnvironmentRecord(
      program: program, processor: processorName(), memoryBytes: Int(ProcessInfo.processInfo.physicalMemory),
      operatingSystem: operatingSystemName(), workspaceCommit: try workspace.repository.headCommit()?.hex,
      isDirty: status.isDirty, untracked: Array(untracked), untrackedCount: status.untracked.count)
  }

  public var json: JSONValue {
    document([
      ("format", .integer(documentFormat)),
      ("program", program.json),
      ("processor", .string(processor)), ("memory_bytes", .integer(memoryBytes)),
      ("operating_system", .string(operatingSystem)),
      (
        "workspace",
        document([
          ("commit", workspaceCommit.map { .string($0) }), ("dirty", .bool(isDirty)),
          ("untracked", .array(untracked.map { .string($0) })), ("untracked_count", .integer(untrackedCount)),
        ])
      ),
    ])
  }

  /// - Throws: `ExperimentsError` naming the key that is missing or wrong.
  public init(json: JSONValue) throws {
    let reader = try DocumentReader(json, name: "environment.json")
    let program = DocumentReader(part: json["program"] ?? .null, of: "environment.json, program")
    let workspace = DocumentReader(part: json["workspace"] ?? .null, of: "environment.json, workspace")
    self.init(
      program: try Program(reader: program),
      processor: try reader.string("processor"), memoryBytes: try reader.integer("memory_bytes"),
      operatingSystem: try reader.string("operating_system"),
      workspaceCommit: workspace.json["commit"]?.stringValue,
      isDirty: workspace.json["dirty"]?.boolValue ?? false, untracked: try workspace.strings("untracked"),
      untrackedCount: try workspace.integer("untracked_count"))
  }

  private init(
    program: Program, processor: String, memoryBytes: Int, operatingSystem: String, workspaceCommit: String?,
    isDirty: Bool, untracked: [String], untrackedCount: Int
  ) {
    self.program = program
    self.processor = processor
    self.memoryBytes = memoryBytes
    self.operatingSystem = operatingSystem
    self.workspaceCommit = workspaceCommit
    self.isDirty = isDirty
    self.untracked = untracked
    self.untrackedCount = untrackedCount
  }
}

extension EnvironmentRecord.Program {
  var json: JSONValue {
    document([
      ("version", .string(version)), ("build", .string(build)), ("instruction_set", .string(instructionSet)),
      ("threads", .integer(threads)), ("blas_kernel", .string(blasKernel)),
      ("mixed_precision", .string(mixedPrecision)),
    ])
  }

  init(reader: DocumentReader) throws {
    self.init(
      version: try reader.string("version"), build: try reader.string("build"),
      instructionSet: try reader.string("instruction_set"), threads: try reader.integer("threads"),
      blasKernel: try reader.string("blas_kernel"),
      // Older records know none.
      mixedPrecision: reader.json["mixed_precision"]?.stringValue ?? "off")
  }
}

private func processorName() -> String {
  let lines = smallSystemFile("/proc/cpuinfo")?.split(separator: "\n") ?? []
  let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
  return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
}

/// The distribution and the kernel's release; never the host's name.
private func operatingSystemName() -> String {
  let lines = smallSystemFile("/etc/os-release")?.split(separator: "\n") ?? []
  let pretty = lines.first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst("PRETTY_NAME=".count)
  let distribution = pretty.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) } ?? "unknown"
  let kernel = smallSystemFile("/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines)
  return kernel.map { "\(distribution), Linux \($0)" } ?? distribution
}
