#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A file that one process at a time holds. Whatever ends the process lets go of it.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes hold of a file, which is made if there is none.
  /// - Returns: nil if another process holds it.
  /// - Throws: `FileFailure` if the file cannot be made.
  package init?(_ path: String) throws(FileFailure) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileFailure("cannot make a lock: \(unsafe String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      _ = close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }
}
