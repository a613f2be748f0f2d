import CommandLine

extension Kiseki {
  static let runCommand = Command("run", summary: "not built yet", examples: ["kiseki run"]) { _ in .failure }
}
