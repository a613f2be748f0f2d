import CommandLine

extension Kiseki {
  static let logCommand = Command("log", summary: "not built yet", examples: ["kiseki log"]) { _ in .failure }
}
