#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

// All memory that Foal manages by hand is in this file.

/// A block of floats, aligned to a cache line.
///
/// A storage is written only by the operation that made it, before anybody else can see it, or by
/// an owner that holds the only reference to it. That makes sharing it between threads safe.
@safe final class Storage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let capacity: Int

  init(capacity: Int) {
    let bytes = max(capacity, 1) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe base = raw.bindMemory(to: Float.self, capacity: max(capacity, 1))
    self.capacity = capacity
  }

  deinit {
    unsafe base.deallocate()
  }
}

/// The storages that a thread uses again and again, so that a warm loop allocates nothing.
///
/// The pool keeps one reference to each storage it has made. A storage whose only reference is the
/// pool's is free.
struct Pool {
  /// Storages of one capacity, a power of two.
  private struct Bin {
    var storages: [Storage] = []
    var cursor = 0
  }

  private var bins: [Bin] = Array(repeating: Bin(), count: 33)

  /// The first storages of a bin are tried first, because they are warm in the cache; then a few
  /// are tried in turn, so that a long tape does not cost a long search.
  private static let warm = 16
  private static let tries = 8

  /// Returns a storage for at least `count` floats, whose contents are arbitrary.
  mutating func storage(for count: Int) -> Storage {
    let exponent = max(4, Int.bitWidth - (count - 1).leadingZeroBitCount)
    precondition(exponent < bins.count, "a tensor of \(count) elements is too large")
    return bins.withElement(exponent) { bin in
      let size = bin.storages.count
      for index in 0..<min(size, Pool.warm)
      where isKnownUniquelyReferenced(&bin.storages[index]) {
        return bin.storages[index]
      }
      if size > Pool.warm {
        for _ in 0..<Pool.tries {
          bin.cursor = bin.cursor + 1 < size ? bin.cursor + 1 : Pool.warm
          if isKnownUniquelyReferenced(&bin.storages[bin.cursor]) {
            return bin.storages[bin.cursor]
          }
        }
      }
      let made = Storage(capacity: 1 << exponent)
      bin.storages.append(made)
      return made
    }
  }
}

extension Array {
  fileprivate mutating func withElement<Result>(
    _ index: Int, _ body: (inout Element) -> Result
  ) -> Result {
    body(&self[index])
  }
}

/// What each thread has for itself: a pool and a tape.
final class Workspace {
  var pool = Pool()
  let tape = Tape()

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = unsafe pthread_key_create(&key) { pointer in
      #if canImport(Darwin)
        unsafe Unmanaged<Workspace>.fromOpaque(pointer).release()
      #else
        if let pointer = unsafe pointer {
          unsafe Unmanaged<Workspace>.fromOpaque(pointer).release()
        }
      #endif
    }
    precondition(status == 0, "no thread-specific memory is left")
    return key
  }()

  /// The calling thread's workspace.
  static var current: Workspace {
    if let pointer = unsafe pthread_getspecific(key) {
      return unsafe Unmanaged<Workspace>.fromOpaque(pointer).takeUnretainedValue()
    }
    let made = Workspace()
    _ = unsafe pthread_setspecific(key, Unmanaged.passRetained(made).toOpaque())
    return made
  }
}

extension Tensor {
  /// The first element. Valid while the tensor is: use it on parameters only.
  var base: UnsafeMutablePointer<Float> { unsafe storage.base + offset }

  /// Calls a function with the elements in row-major order.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let span = unsafe UnsafeBufferPointer(start: UnsafePointer(base), count: count).span
    defer { extendLifetime(storage) }
    return try body(span)
  }

  /// The elements in row-major order.
  public var span: Span<Float> {
    @_lifetime(borrow self)
    get {
      let buffer = unsafe UnsafeBufferPointer(start: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(Span(_unsafeElements: buffer), borrowing: self)
    }
  }

  /// Makes a tensor of a shape from elements in row-major order.
  public init(_ shape: Shape, copying elements: Span<Float>) {
    precondition(
      elements.count == shape.count,
      "shape \(shape) has \(shape.count) elements, got \(elements.count)")
    self.init(uninitialized: shape)
    let (target, count) = unsafe (base, count)
    unsafe elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe target.update(from: start, count: count) }
    }
  }

  /// Makes a tensor whose elements a function writes. They are arbitrary when it is called, and it
  /// must write all of them.
  public init(
    _ shape: Shape, writing body: (inout MutableSpan<Float>) throws -> Void
  ) rethrows {
    self.init(uninitialized: shape)
    var span = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
    try body(&span)
    extendLifetime(storage)
  }

  /// Writes a tensor that was just made and that nobody else has seen.
  func fillMutableSpan(_ body: (inout MutableSpan<Float>) -> Void) {
    var span = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
    body(&span)
    extendLifetime(storage)
  }

  /// Changes the elements in place, on a private copy if the storage is shared.
  ///
  /// This is for state that lives long and is changed often, such as weights and optimiser
  /// moments; it does not pass through a tape.
  public mutating func withMutableSpan<Result>(
    _ body: (inout MutableSpan<Float>) throws -> Result
  ) rethrows -> Result {
    ensureUnique()
    var span = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
    defer { extendLifetime(storage) }
    return try body(&span)
  }

  /// Moves the elements to a storage of their own unless they have one already.
  mutating func ensureUnique() {
    guard !isKnownUniquelyReferenced(&storage) || node != .constant else { return }
    let own = Storage(capacity: count)
    unsafe own.base.update(from: base, count: count)
    self = Tensor(shape: shape, storage: own, offset: 0)
  }
}

/// Calls a function on each element, on several threads, and returns when all calls have.
///
/// Thread `w` takes the elements `w`, `w + workers`, ...; what is computed does not depend on the
/// number of workers, because every element is touched by one call only.
package func concurrentForEach<Element: Sendable>(
  _ elements: inout [Element], workers: Int, _ body: @Sendable (inout Element, Int) -> Void
) {
  let workers = min(max(workers, 1), elements.count)
  if workers <= 1 {
    for index in elements.indices { body(&elements[index], index) }
    return
  }
  let count = elements.count
  unsafe elements.withUnsafeMutableBufferPointer { buffer in
    let shared = unsafe SharedBase(base: buffer.baseAddress!)
    concurrentPerform(workers) { worker in
      for index in stride(from: worker, to: count, by: workers) {
        unsafe body(&shared.base[index], index)
      }
    }
  }
}

/// A pointer whose elements are divided among threads.
@unsafe private struct SharedBase<Element>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
}
