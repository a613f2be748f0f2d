import CommandLine
import Experiments
import Spelling
import Tables

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let folder = OptionalArgument(
    "DIR", help: "an empty or new folder; experiments/NAME unless given")

  static let checkoutCommand = Command(
    "checkout", summary: "bring a version's directory back, its data included", arguments: [experiment, folder],
    examples: ["kiseki checkout demo@1", "kiseki checkout demo@1 /tmp/first"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let version = try workspace.version(ExperimentReference(argument: arguments[experiment]))
    let checkout =
      try arguments[folder].map { try workspace.checkOut(version, to: console.path($0)) } ?? workspace.checkOut(version)
    // A failed run may have ended before it had anything to answer with.
    let hasWeights = try version.files().contains { $0.path.hasPrefix("adapter/") || $0.path.hasPrefix("model/") }
    console.report(checkout, of: version, in: workspace, hasWeights: hasWeights)
    return .success
  }
}

extension Console {
  fileprivate func report(
    _ checkout: Checkout, of version: ExperimentVersion, in workspace: Workspace, hasWeights: Bool
  ) {
    let place = workspace.portablePath(checkout.directory)
    let shown =
      checkout.directory.hasSuffix("/" + place) && checkout.directory.hasPrefix(workspace.root)
      ? place : checkout.directory
    if globals.wantsJSON {
      print(
        JSONValue.object([
          JSONMember("name", .string(version.name.text)), JSONMember("version", .integer(version.number)),
          JSONMember("commit", .string(version.commit.id.description)),
          JSONMember("directory", .string(checkout.directory)), JSONMember("files", .integer(checkout.fileCount)),
          JSONMember("bytes", .integer(checkout.byteCount)),
          JSONMember("replaced", checkout.replacedVersion.map { .integer($0) } ?? .null),
          JSONMember("was_there", .bool(checkout.wasThere)),
        ]).line())
    } else {
      let facts = "\(Format.count(checkout.fileCount, "file")), \(Format.bytes(checkout.byteCount))"
      print(
        checkout.wasThere
          ? "\(shown) is \(version.reference) already (\(facts))" : "\(version.reference) is in \(shown) (\(facts))",
        done: "The directory is there")
    }
    if let replaced = checkout.replacedVersion, !checkout.wasThere {
      note(
        "it replaces \(version.name)@\(replaced), which '\(shellCommand("checkout", "\(version.name)@\(replaced)"))' brings back"
      )
    }
    let label = "\(version.reference)"
    let answers = hasWeights ? ["generate"] : []
    hint(
      "next: "
        + (["verify", "rerun"] + answers).map { shellCommand($0, label) + ($0 == "generate" ? " \"...\"" : "") }
        .joined(separator: "   or   "))
  }
}
