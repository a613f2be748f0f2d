import Spelling
import Testing

@Test(arguments: [
  ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("form", "from", 1), ("軌跡", "軌道", 1),
])
func `the distance counts single edits and swaps of neighbours`(
  _ first: String, _ second: String, _ distance: Int
) {
  #expect(editDistance(first, second) == distance)
  #expect(editDistance(second, first) == distance)
}

@Test func `the nearest name is found whatever the case`() {
  #expect(nearestName(to: "learning_rte", among: ["lora_r", "learning_rate"]) == "learning_rate")
  #expect(nearestName(to: "COSINE", among: ["Linear", "Cosine"]) == "Cosine")
}

@Test func `of equally near names the one with the longest common beginning and end is meant`() {
  #expect(nearestName(to: "lorar", among: ["lora", "lora_r"]) == "lora_r")
  #expect(nearestName(to: "lorar", among: ["lora_r", "lora"]) == "lora_r")
}

@Test func `nothing near means no suggestion`() {
  #expect(nearestName(to: "zebra", among: ["run", "show", "log"]) == nil)
  #expect(nearestName(to: "x", among: ["ls"]) == nil)
  #expect(nearestName(to: "", among: ["ls"]) == nil)
  #expect(nearestName(to: String(repeating: "a", count: 5_000), among: ["ls"]) == nil)
}
