#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A file or folder that one holder at a time has, in this process or another. Whatever ends the holder's
/// process lets go of it.
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

  /// Takes hold of a folder as soon as nobody else holds it.
  /// - Throws: `FileFailure` if the folder cannot be opened, or its file system knows no locks.
  package init(waitingFor folder: String) throws(FileFailure) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileFailure("cannot open the folder: \(unsafe String(cString: strerror(errno)))")
    }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let reason = unsafe String(cString: strerror(errno))
        _ = close(descriptor)
        throw FileFailure("cannot lock the folder: \(reason)")
      }
    }
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }
}
