import Glibc

/// The bytes of a file, or of the one that a symbolic link leads to; `nil` where there is none.
func fileSize(_ path: String) -> Int? {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : nil
}
