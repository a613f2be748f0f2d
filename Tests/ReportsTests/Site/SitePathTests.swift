import Experiments
import Foundation
import Reports
import Testing

@Suite struct SitePathTests {
  @Test func `settings and letters of any script stay as they are in a file's name`() throws {
    #expect(
      try SitePath.folder(of: ExperimentName("lr/lora_r=8,learning_rate=1e-4"))
        == "experiments/lr/lora_r=8,learning_rate=1e-4")
    #expect(try SitePath.folder(of: ExperimentName("実験"), version: 2) == "experiments/実験@2")
  }

  @Test func `what a file system or a server reads something into is escaped, and stays apart from itself escaped`()
    throws
  {
    let names = try ["a%b", "a#b", "a<b>", "a\"b", "a&b", "a|b", "a'b", "a$b", "a`b", "a;b", "a%25b", "a-23b"].map(
      ExperimentName.init)
    let folders = names.map { SitePath.folder(of: $0) }
    #expect(folders[0] == "experiments/a~25b")
    #expect(folders[2] == "experiments/a~3Cb~3E")
    #expect(Set(folders).count == names.count)
  }

  @Test func `a name whose escapes would be too long for a file is shortened and stays unique`() throws {
    let long = try [
      ExperimentName(String(repeating: "#", count: 199) + "a"),
      ExperimentName(String(repeating: "#", count: 199) + "b"),
    ]
    .map { SitePath.folder(of: $0) }
    #expect(long.allSatisfy { $0.utf8.count <= "experiments/".utf8.count + 240 })
    #expect(long[0] != long[1])
    // Two hundred bytes of three-byte letters must not be cut within one.
    let japanese = try SitePath.folder(of: ExperimentName(String(repeating: "験", count: 66)))
    #expect(japanese == "experiments/" + String(repeating: "験", count: 66))
  }

  @Test func `links are relative and percent-encoded, and read back as the path`() {
    let page = "experiments/s/lora_r=8,x/index.html"
    #expect(SitePath.link(to: "index.html", from: page) == "../../../index.html")
    #expect(SitePath.link(to: page, from: "index.html") == "experiments/s/lora_r%3D8%2Cx/index.html")
    #expect(
      SitePath.link(to: "experiments/s/実験/adapter/a b~23.bin", from: page)
        == "../%E5%AE%9F%E9%A8%93/adapter/a%20b~23.bin")
    #expect(SitePath.link(to: "experiments/s/lora_r=8,x/config.yaml", from: page) == "config.yaml")
    for path in ["a:b", "a%2Fb/c", "a?b#c", "実験/1", "\"<>"] {
      #expect(SitePath.url(path).removingPercentEncoding == path)
      #expect(!SitePath.url(path).contains { ":?#\"<>& '".contains($0) })
    }
  }
}
