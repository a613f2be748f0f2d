import Foundation
import Privacy
import Testing

@Suite struct PrivateTextTests {
  private let scanner = PrivateText(
    Machine(
      homes: ["/home/ann", "/root"], workspaces: ["/home/ann/notebook"], users: ["ann", "root", "ab"],
      hosts: ["calc7.example.org", "localhost"]))

  private func kinds(_ text: String) -> [PrivateText.Kind] { scanner.scan(text).findings.map(\.kind) }

  @Test(arguments: [
    "sk-proj-Abc123Def456Ghi789", "sk-ant-api03-0123456789abcdefghij", "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "github_pat_11AAAAAAA0abcdefghijklmnop",
    "glpat-abcdefghij0123456789", "npm_0123456789abcdefghijklmnopqrstuvwxyz",
  ])
  func `a key is removed wherever it stands`(key: String) throws {
    for text in ["use \(key).", "キー\(key)です", "{\"prompt\":\"\(key)\"}", key, "<td>\(key)</td>"] {
      let (clean, findings) = scanner.scan(text)
      #expect(findings.map(\.kind) == [.key], "\(text)")
      #expect(clean == text.replacing(key, with: "[removed]"))
      let finding = try #require(findings.first)
      #expect(finding.isRemoved && finding.excerpt.count < 14 && finding.excerpt.hasSuffix("…"))
    }
  }

  @Test(arguments: [
    ("password=hunter2", "password=[removed]"), ("DB_PASSWORD: \"correct horse\"", "DB_PASSWORD: \"[removed] horse\""),
    ("export API_TOKEN=abc123def456", "export API_TOKEN=[removed]"),
    ("{\"api_key\": \"0a1b2c3d4e\", \"x\": 1}", "{\"api_key\": \"[removed]\", \"x\": 1}"),
    (#"{"prompt":"{\"secret\": \"0a1b2c3d4e\"}"}"#, #"{"prompt":"{\"secret\": \"[removed]\"}"}"#),
    ("token=&quot;0a1b2c3d&quot;", "token=&quot;[removed]&quot;"),
    ("https://me:hunter2@example.org/x.git", "https://[removed]@example.org/x.git"),
  ])
  func `what is assigned to a password goes, its name stays`(text: String, expected: String) {
    let (clean, findings) = scanner.scan(text)
    #expect(clean == expected)
    #expect(findings.map(\.kind) == [.password])
    #expect(!findings[0].excerpt.contains("hunter2") && !findings[0].excerpt.contains("0a1b"))
  }

  @Test func `a private key is removed to its end, also on one line of JSON and without an end`() {
    let body = "MIIEpAIBAAKCAQEA7bq"
    let pem = "-----BEGIN RSA PRIVATE KEY-----\n\(body)\n\(body)\n-----END RSA PRIVATE KEY-----"
    #expect(scanner.scan("a\n\(pem)\nb").clean == "a\n[removed]\nb")
    let escaped = pem.replacing("\n", with: "\\n")
    #expect(scanner.scan("{\"a\":\"\(escaped)\",\"b\":1}").clean == "{\"a\":\"[removed]\",\"b\":1}")
    #expect(!scanner.scan(String(pem.dropLast(30))).clean.contains(body))
    #expect(kinds("-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----") == [])
    #expect(kinds("-----BEGIN PRIVATE KEY-----") == [.privateKey])
  }

  @Test func `hashes, settings, code and prose are no secrets`() {
    let harmless = """
      be33f03a1c2d4e5f60718293a4b5c6d7e8f90a1b  sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
      "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
      max_token: 512  eos_token: "<|endoftext|>"  add_eos_token_to_answer: True  "token": 50256, "tokens": 123456789
      token=tokenizer.eos_token  password=getpass()  token = tokens[0]  api_key=os.environ["KEY"]
      the secret: nobody knows. Password: required. sk-learn-based-classifier-for-people hf_model task-123456789012345678901
      AKIAshort risk-1234567890abcdef1234 https://example.org:8080/a@b mailto:a@b.example 秘密：パスワード=ひみつ
      :root { --token: #aabbcc } <a href="experiments/a%2Cb/index.html">
      """
    #expect(kinds(harmless) == [])
    #expect(scanner.scan(harmless).clean == harmless)
  }

  @Test func `directories of this machine are shortened, whole parts only`() {
    #expect(
      scanner.scan("/home/ann/notebook/data.csv /home/ann/x /home/ann. file:///home/ann/notebook").clean
        == "./data.csv ~/x ~. file://.")
    let others = "/mnt/home/ann /srv/root/x /homework/ann"
    #expect(scanner.scan(others).clean == others)
    #expect(scanner.scan("/home/anna /home/ann-old /home/ann.old/x").clean == "[home] [home] [home]/x")
    #expect(scanner.scan("in \"/root/cache\"").clean == "in \"~/cache\"")
    #expect(kinds("/home/ann/notebook /home/ann") == [.workspaceDirectory, .homeDirectory])
  }

  @Test func `home directories of other machines go, from data they are only pointed at`() throws {
    let paths = [
      ("see /home/alice/notes.", "see [home]/notes."), ("\"/Users/Bob/x\"", "\"[home]/x\""),
      ("/root/.cache", "~/.cache"),
      ("C:\\Users\\carol\\d", "[home]\\d"), ("{\"p\":\"c:\\\\Users\\\\carol\"}", "{\"p\":\"[home]\"}"),
      ("/mnt/c/Users/dave/x", "/mnt/c[home]/x"), ("in /home/erin.", "in [home]."),
    ]
    for (text, expected) in paths {
      let (clean, findings) = scanner.scan(text)
      #expect(clean == expected && findings.count == 1 && findings[0].isRemoved, "\(clean)")
      let (kept, found) = scanner.scan(Data(text.utf8), isData: true)
      if findings[0].kind == .otherHome {
        #expect(String(decoding: kept, as: UTF8.self) == text && found.map(\.isRemoved) == [false])
      }
    }
    let harmless = "https://example.org/home/alice /home/ and /Users/ C:\\Windows a:/b /rooted"
    #expect(scanner.scan(harmless).clean == harmless)
  }

  @Test func `names of user and machine are pointed at as whole words, everyday words are not`() {
    let text = "ann said: annual, Joann, ann_b, calc7 calc7.example.org\nann@calc7 root localhost ab"
    let (clean, findings) = scanner.scan(text)
    #expect(clean == text)
    #expect(findings.map(\.kind) == [.userName, .hostName, .hostName, .userName, .hostName])
    #expect(findings.map(\.line) == [1, 1, 1, 2, 2])
    #expect(findings.allSatisfy { !$0.isRemoved && $0.excerpt.isEmpty })
  }

  @Test func `lines are counted through what is removed`() {
    let pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
    #expect(scanner.scan("\n\(pem)\npassword=hunter2\n").findings.map(\.line) == [2, 5])
  }

  @Test func `a long line and bytes that are no text pass`() {
    let long = String(repeating: "設定を保存します。", count: 12_000) + "password=hunter2"
    #expect(kinds(long) == [.password])
    let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 167) })
    #expect(scanner.scan(bytes).clean == bytes)
  }

  @Test func `scanning what was cleaned finds nothing more to remove`() {
    let text = "password=hunter2 sk-proj-Abc123Def456Ghi789 /home/ann/notebook/x https://me:hunter2@example.org"
    let clean = scanner.scan(text).clean
    #expect(scanner.scan(clean).findings.filter(\.isRemoved) == [])
  }
}
