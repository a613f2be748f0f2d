import CommandLine

extension Kiseki {
  static let listCommand = Command("ls", summary: "not built yet", examples: ["kiseki ls"]) { _ in .failure }
}
