/// Two-word names for runs nobody named.
public enum DrawnName {
  static let qualities = [
    "amber", "autumn", "bold", "brave", "bright", "calm", "clear", "clever", "copper", "crisp", "dawn",
    "deep",
    "early", "eager", "fair", "fleet", "gentle", "golden", "hidden", "honest", "humble", "indigo", "jade",
    "keen",
    "kind", "light", "lively", "lucky", "mellow", "misty", "modest", "morning", "noble", "northern", "open",
    "patient", "plain", "proud", "quick", "quiet", "rapid", "ready", "rising", "round", "sharp", "silent",
    "silver",
    "simple", "sincere", "sober", "soft", "solid", "spring", "steady", "still", "summer", "sunny", "swift",
    "tidy",
    "velvet", "violet", "vivid", "warm", "winter",
  ]
  static let things = [
    "badger", "bamboo", "beacon", "bridge", "brook", "camellia", "canyon", "cedar", "cherry", "cliff",
    "cloud",
    "comet", "coral", "crane", "cricket", "dragonfly", "falcon", "fern", "field", "firefly", "forest", "fox",
    "garden", "ginkgo", "glacier", "harbor", "heron", "hill", "island", "ivy", "kestrel", "kingfisher",
    "lagoon",
    "lantern", "lark", "lotus", "maple", "meadow", "moon", "moss", "mountain", "orchid", "otter", "owl",
    "pebble",
    "pine", "plum", "pond", "raven", "reef", "ridge", "river", "sparrow", "stone", "swallow", "temple",
    "thistle",
    "tide", "trail", "valley", "wave", "willow", "wind", "wisteria",
  ]

  /// A name that `isTaken` does not know.
  ///
  /// - Parameter randomIndex: a uniformly drawn number below its argument.
  public static func draw(
    randomIndex: (Int) -> Int, isTaken: (ExperimentName) -> Bool
  ) throws -> ExperimentName {
    let base = "\(qualities[randomIndex(qualities.count)])-\(things[randomIndex(things.count)])"
    var name = try ExperimentName(base)
    var count = 1
    while isTaken(name) {
      count += 1
      name = try ExperimentName("\(base)-\(count)")
    }
    return name
  }
}
