import CommandLine

extension Kiseki {
  static let initCommand = Command("init", summary: "not built yet", examples: ["kiseki init"]) { _ in .failure }
}
