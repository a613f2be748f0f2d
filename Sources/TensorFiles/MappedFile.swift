import Glibc

/// A whole file mapped into memory for reading.
package final class MappedFile {
  package let bytes: UnsafeRawBufferPointer

  package init(path: String) throws(TensorFileError) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw TensorFileError("cannot open \(path): \(systemMessage())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw TensorFileError("cannot look at \(path): \(systemMessage())")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a directory, not" : "not"
      throw TensorFileError(
        "cannot read \(path): it is \(found) a regular file; give the path of a .safetensors file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw TensorFileError("cannot map \(path), \(count) bytes, into memory: \(systemMessage())")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Gives the pages from the one `range` begins in up to the one it ends in back to the system's file cache.
  package func releasePages(_ range: Range<Int>) {
    guard let base = bytes.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = range.lowerBound / page * page
    let end = range.upperBound / page * page
    // A hint: where it fails, the pages stay.
    if end > start { _ = madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED) }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}

/// What the last failed system call complained about.
func systemMessage(_ number: Int32 = errno) -> String {
  String(cString: strerror(number))
    + (number == EACCES ? "; make it accessible for you (chmod), or have its owner do so" : "")
}
