import Foundation
import Reports
import Testing

/// Writing reports, in a folder of the test's own.
struct PageFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "pages-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `a report replaces a report, and nothing else`() throws {
    try withFolder { folder in
      let path = folder + "/out.html"
      let page = Data(try html(sweep()).utf8)
      try PageFile.write(page, to: path)
      try PageFile.write(Data(try html(sweep(), .japanese).utf8), to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8).contains("lang=\"ja\""))
      try "my thesis".write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: ReportError.self) { try PageFile.write(page, to: path) }
      #expect(error?.description.contains("no report of Kiseki") == true)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "my thesis")
    }
  }

  @Test func `places that cannot hold a report are refused, and nothing is left behind`() throws {
    try withFolder { folder in
      let page = Data("page".utf8)
      let missing = #expect(throws: ReportError.self) { try PageFile.write(page, to: folder + "/no/such/out.html") }
      #expect(missing?.description.contains("Make the folder \(folder)/no/such/ first") == true)
      #expect(throws: ReportError.self) { try PageFile.write(page, to: folder) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func `a device is no place for a report`() {
    let error = #expect(throws: ReportError.self) { try PageFile.write(Data("x".utf8), to: "/dev/full") }
    #expect(error?.description.contains("directory or device") == true)
  }
}
