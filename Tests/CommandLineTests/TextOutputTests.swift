import CommandLine
import Foundation
import Glibc
import Testing

struct TextOutputTests {
  @Test func `a full device is noted once, with what was done`() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let output = TextOutput(descriptor: descriptor, endsAtFailure: true)
    output.write("")
    #expect(output.failure == nil)
    output.write("first\n")
    output.write("second\n", done: "It is recorded")
    #expect(output.failure?.code == ENOSPC && output.failure?.isClosedPipe == false)
    #expect(output.failure?.description.hasSuffix("No space left on device. It is recorded.") == true)
  }

  @Test func `a text larger than a pipe arrives whole, also where writing does not wait`() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let text = String(repeating: "0123456789", count: 50_000)
    let (reading, writing) = (ends[0], ends[1])
    Thread.detachNewThread {
      TextOutput(descriptor: writing, endsAtFailure: true).write(text)
      close(writing)
    }
    let found = try FileHandle(fileDescriptor: reading, closeOnDealloc: true).readToEnd()
    #expect(found == Data(text.utf8))
  }

  @Test func `nothing follows a gap in a result`() throws {
    let path = NSTemporaryDirectory() + "output-\(UUID().uuidString)"
    defer { unlink(path) }
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    defer { close(descriptor) }
    let output = TextOutput(descriptor: descriptor, endsAtFailure: true)
    let messages = TextOutput(descriptor: descriptor, endsAtFailure: false)
    let saved = dup(descriptor)
    dup2(full, descriptor)
    output.write("lost\n")
    messages.write("lost\n")
    dup2(saved, descriptor)
    close(saved)
    output.write("not written\n")
    messages.write("written\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "written\n")
  }
}
