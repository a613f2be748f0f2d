import CommandLine

extension Kiseki {
  static let generateCommand = Command("generate", summary: "not built yet", examples: ["kiseki generate"]) { _ in
    .failure
  }
}
