#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Whole-file reads and writes that survive a crash.
package enum DurableFile {
  /// A refusal by the operating system.
  package struct Failure: Error, CustomStringConvertible {
    /// What was tried and why it failed, in one line.
    package let description: String

    fileprivate init(_ action: String, code: Int32 = errno) {
      description = "cannot \(action): \(unsafe String(cString: strerror(code)))"
    }
  }

  /// Reads a file.
  package static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("open") }
    defer { _ = close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Failure("read") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure("read", code: EISDIR) }

    var content: [UInt8] = []
    content.reserveCapacity(max(0, min(Int(status.st_size), 1 << 30)))
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Self.read(descriptor, into: buffer)
      }
      if count == 0 { return content }
      if count > 0 {
        content.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw Failure("read")
      }
    }
  }

  /// Writes a file: to a temporary file beside it, flushed, renamed, and the folder flushed.
  package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Failure("create a file beside it") }
    var isOpen = true
    do throws(Failure) {
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw Failure("flush") }
      isOpen = false
      guard close(descriptor) == 0 else { throw Failure("close") }
      guard unsafe rename(temporary, path) == 0 else { throw Failure("rename") }
    } catch {
      if isOpen { _ = close(descriptor) }
      _ = unsafe unlink(temporary)
      throw error
    }
    try synchronizeFolder(of: path)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Self.write(descriptor, from: UnsafeRawBufferPointer(rebasing: buffer[written...]))
      }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        throw Failure("write")
      }
    }
  }

  /// Makes a rename in the folder of a path last.
  private static func synchronizeFolder(of path: String) throws(Failure) {
    let folder =
      switch path.lastIndex(of: "/") {
      case nil: "."
      case path.startIndex: "/"
      case let slash?: String(path[..<slash])
      }
    let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("open the folder") }
    defer { _ = close(descriptor) }
    // Some file systems cannot flush a folder and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw Failure("flush the folder") }
  }

  // The C library's functions, under names that the ones above do not hide.

  private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func write(_ descriptor: Int32, from buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }
}
