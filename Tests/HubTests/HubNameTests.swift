import Foundation
import Hub
import Testing

@Suite struct HubNameTests {
  @Test(arguments: ["gpt2", "line-corporation/japanese-large-lm-1.7b-instruction-sft", "a/b_c.d"])
  func `the hub's ids are ids`(_ text: String) throws { #expect(try HubModelID(text).text == text) }

  @Test(
    arguments: [
      "", "/", "a/", "/a", "a/b/c", "../a", "a/..", "a--b/c", "a/b--c", ".a/b", "a/-b", "a b", "日本/語", "a/b\n", "a\\b",
    ])
  func `what could lead out of a cache is no id`(_ text: String) {
    #expect(throws: HubError.self) { try HubModelID(text) }
  }

  @Test(arguments: ["main", "v1.0", "refs/pr/1", "feature/日本語", "0123456789012345678901234567890123456789"])
  func `branches, tags and commits are revisions`(_ text: String) throws {
    #expect(try HubRevision(text).text == text)
  }

  @Test(arguments: ["", "..", "a/../b", "/a", "a/", "a//b", "a b", "a\nb", "-a", "a:b", ".a", "a.lock", "a\\b"])
  func `what could lead out of a cache is no revision`(_ text: String) {
    #expect(throws: HubError.self) { try HubRevision(text) }
  }

  @Test func `only the whole name of a commit is one`() throws {
    #expect(try HubRevision("c58c567c51c2dc11503905177eaf047cf6a35b81").isCommit)
    #expect(try !HubRevision("c58c567c51c2").isCommit)
    #expect(try !HubRevision("C58C567C51C2DC11503905177EAF047CF6A35B81").isCommit)
  }

  // The order of huggingface_hub/constants.py.
  @Test(
    arguments: [
      (["HOME": "/h"], "/h/.cache/huggingface/hub"), (["HOME": "/h", "XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
      (["HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "/f"], "/f/hub"),
      (["HOME": "/h", "HF_HOME": "/f", "HUGGINGFACE_HUB_CACHE": "/o"], "/o"),
      (["HOME": "/h", "HF_HOME": "/f", "HUGGINGFACE_HUB_CACHE": "/o", "HF_HUB_CACHE": "/c/"], "/c"),
      (["HOME": "/h", "HF_HUB_CACHE": ""], "/h/.cache/huggingface/hub"),
      (["HOME": "/h", "HF_HOME": "~/f"], "/h/f/hub"),
      (["HOME": "/h", "D": "/d", "HF_HUB_CACHE": "$D/${D}x/$NONE"], "/d/dx/$NONE"),
    ] as [([String: String], String)])
  func `the cache is where Hugging Face has it`(_ environment: [String: String], _ path: String) {
    #expect(HubCache(environment: environment).directory == path)
  }

  @Test(
    arguments: [
      (["HF_HUB_OFFLINE": "1"], "HF_HUB_OFFLINE"), (["TRANSFORMERS_OFFLINE": "True"], "TRANSFORMERS_OFFLINE"),
      (["HF_ENDPOINT": "example.org"], "HF_ENDPOINT"), (["HF_ENDPOINT": "https://me:pw@example.org"], "HF_TOKEN"),
      (["HF_TOKEN": "two words"], "HF_TOKEN"),
    ] as [([String: String], String)])
  func `an environment that allows no fetch is refused, and no secret shown`(
    _ environment: [String: String], _ part: String
  ) {
    #expect { try HubServer(environment: environment) } throws: { error in
      "\(error)".contains(part) && !"\(error)".contains("pw") && !"\(error)".contains("words")
    }
  }

  @Test func `HF_HUB_OFFLINE=0 forbids nothing`() throws {
    _ = try HubServer(environment: ["HF_HUB_OFFLINE": "0", "HOME": "/nonexistent"])
  }
}
