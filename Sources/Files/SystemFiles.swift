#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The files of the machine.
package struct SystemFiles: FileLayer {
  package init() {}

  package func create(_ path: String) throws(FileFailure) -> Int32 {
    let descriptor = openPath(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("create a file beside it") }
    return descriptor
  }

  package func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileFailure) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe writeSome(descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]))
      }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        throw failure("write")
      }
    }
  }

  package func synchronize(_ descriptor: Int32) throws(FileFailure) {
    guard fsync(descriptor) == 0 else { throw failure("flush") }
  }

  package func close(_ descriptor: Int32) throws(FileFailure) {
    guard closeDescriptor(descriptor) == 0 else { throw failure("close") }
  }

  package func rename(_ path: String, to newPath: String) throws(FileFailure) {
    guard renamePath(path, newPath) == 0 else { throw failure("rename") }
  }

  package func remove(_ path: String) throws(FileFailure) {
    guard unsafe unlink(path) == 0 else { throw failure("remove") }
  }

  package func makeFolder(_ path: String) throws(FileFailure) {
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw failure("make a folder")
    }
  }

  package func removeFolder(_ path: String) throws(FileFailure) {
    guard unsafe rmdir(path) == 0 else { throw failure("remove the folder") }
  }

  package func synchronizeFolder(_ path: String) throws(FileFailure) {
    let descriptor = openPath(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open the folder") }
    defer { _ = closeDescriptor(descriptor) }
    // Some file systems cannot flush a folder and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("flush the folder") }
  }

  package func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    let descriptor = openPath(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    defer { _ = closeDescriptor(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("read") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw failure("read", code: EISDIR) }
    guard Int(status.st_size) <= limit else {
      throw FileFailure("it has \(status.st_size) bytes, \(limit) are the most that it may have")
    }
    var content: [UInt8] = []
    content.reserveCapacity(max(0, min(Int(status.st_size), 1 << 30)))
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe readSome(descriptor, $0) }
      if count == 0 { return content }
      if count > 0 {
        content.append(contentsOf: chunk[..<count])
        // A file that grows, or a pipe, has no size to go by.
        guard content.count <= limit else {
          throw FileFailure("it has more than \(limit) bytes")
        }
      } else if errno != EINTR {
        throw failure("read")
      }
    }
  }

  package func open(_ path: String) throws(FileFailure) -> any ReadableFile {
    let descriptor = openPath(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      _ = closeDescriptor(descriptor)
      return FileInMemory(try read(path, limit: .max))
    }
    return OpenFile(descriptor: descriptor, byteCount: Int(status.st_size))
  }

  package func names(in folder: String) throws(FileFailure) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      if errno == ENOENT { return [] }
      throw failure("list the folder")
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

}

private func failure(_ action: String, code: Int32 = errno) -> FileFailure {
  FileFailure("cannot \(action): \(unsafe String(cString: strerror(code)))")
}

/// A file of the machine that is open as long as somebody holds it.
private final class OpenFile: ReadableFile {
  private let descriptor: Int32
  let byteCount: Int

  init(descriptor: Int32, byteCount: Int) {
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  deinit { _ = closeDescriptor(descriptor) }

  func bytes(at start: Int, count: Int) throws(FileFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress! + done, count - done, off_t(start + done))
      }
      if read > 0 {
        done += read
      } else if read == 0 {
        throw FileFailure("it became shorter while it was read")
      } else if errno != EINTR {
        throw failure("read")
      }
    }
    return bytes
  }
}

// The C library's functions, under names that the ones above do not hide.

private func openPath(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
  unsafe open(path, flags, mode)
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func renamePath(_ path: String, _ newPath: String) -> Int32 {
  unsafe rename(path, newPath)
}

private func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, buffer.baseAddress, buffer.count)
}

private func writeSome(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, buffer.baseAddress, buffer.count)
}
