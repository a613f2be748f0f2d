import CommandLine

extension Kiseki {
  static let showCommand = Command("show", summary: "not built yet", examples: ["kiseki show"]) { _ in
    .failure
  }
}
