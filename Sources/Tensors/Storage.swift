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
@safe package final class Storage: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let capacity: Int

  package init(capacity: Int) {
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
package struct Pool {
  package init() {}

  /// The storages of one capacity.
  private struct Bin {
    var storages: [Storage] = []
    /// Where the search stands that goes through all storages, lap after lap.
    var cursor = 0
    /// The storages that this lap has found free.
    var found = 0
    /// The storages that may be made before the next lap begins.
    var allowance = 0
  }

  /// Bin `i` holds storages of 2ⁱ floats.
  private var bins: [Bin] = Array(repeating: Bin(), count: 33)

  /// The first storages of a bin are tried first, because they are warm in the cache.
  private static let warm = 16

  /// The number of storages that the pool has made.
  package var madeCount: Int { bins.reduce(0) { $0 + $1.storages.count } }

  /// Returns a storage for at least `count` floats, whose contents are arbitrary.
  package mutating func storage(for count: Int) -> Storage {
    let exponent = max(4, Int.bitWidth - (max(count, 1) - 1).leadingZeroBitCount)
    precondition(exponent < bins.count, "a tensor of \(count) elements is too large")
    return Pool.storage(of: &bins[exponent], capacity: 1 << exponent)
  }

  /// A lap that finds fewer than half of the storages free allows half as many again to be made.
  /// So a search looks at about two storages on average, and there are never many more storages
  /// than twice what was needed at once.
  private static func storage(of bin: inout Bin, capacity: Int) -> Storage {
    for index in 0..<min(bin.storages.count, warm)
    where isKnownUniquelyReferenced(&bin.storages[index]) {
      return bin.storages[index]
    }
    if bin.allowance == 0 {
      if let free = nextFree(&bin) { return free }
      bin.allowance = max(bin.storages.count / 2 - bin.found, warm)
      bin.cursor = min(warm, bin.storages.count)
      bin.found = 0
    }
    bin.allowance -= 1
    let made = Storage(capacity: capacity)
    bin.storages.append(made)
    return made
  }

  /// Goes on with the lap to the next free storage; nil if the lap ends and too few were free.
  private static func nextFree(_ bin: inout Bin) -> Storage? {
    for _ in 0..<2 {
      while bin.cursor < bin.storages.count {
        let index = bin.cursor
        bin.cursor += 1
        if isKnownUniquelyReferenced(&bin.storages[index]) {
          bin.found += 1
          return bin.storages[index]
        }
      }
      guard 2 * bin.found >= bin.storages.count, bin.found > 0 else { return nil }
      bin.cursor = warm
      bin.found = 0
    }
    return nil
  }
}

/// What each thread has for itself: a pool and a tape.
package final class Workspace {
  // Only its own thread ever looks at it.
  @exclusivity(unchecked) package var pool = Pool()
  package let tape = Tape()

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
  package static var current: Workspace {
    if let pointer = unsafe pthread_getspecific(key) {
      return unsafe Unmanaged<Workspace>.fromOpaque(pointer).takeUnretainedValue()
    }
    let made = Workspace()
    _ = unsafe pthread_setspecific(key, Unmanaged.passRetained(made).toOpaque())
    return made
  }

  /// The calling thread's tape.
  static var tape: Tape {
    guard let pointer = unsafe pthread_getspecific(key) else { return current.tape }
    return unsafe Unmanaged<Workspace>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.tape }
  }

  /// A storage from the calling thread's pool, without a reference to the workspace being counted.
  static func storage(for count: Int) -> Storage {
    guard let pointer = unsafe pthread_getspecific(key) else {
      return unsafe current.pool.storage(for: count)
    }
    return unsafe Unmanaged<Workspace>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
      unsafe $0.pool.storage(for: count)
    }
  }
}

extension Tensor {
  /// The first element, valid while the tensor is.
  ///
  /// Use it only on parameters, which live as long as the call, on a tensor that the function
  /// returns, and before `extendLifetime`. Other variables may be released after their last use,
  /// which is before a C function is done with the pointer.
  package var base: UnsafeMutablePointer<Float> { unsafe storage.base + offset }

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
    defer { extendLifetime(storage) }
    try body(&span)
  }

  /// Makes a tensor with arbitrary contents in a storage of its own, of exactly its size, which no
  /// pool keeps.
  package init(ownStorage shape: Shape) {
    self.init(shape: shape, storage: Storage(capacity: shape.count), offset: 0)
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

  /// Makes the tensor a constant whose storage nobody else holds, the pool included.
  package mutating func ensureUnique() {
    if isKnownUniquelyReferenced(&storage) {
      node = .constant
      return
    }
    let own = Tensor(shape: shape, storage: Storage(capacity: count), offset: 0)
    Kernel.copy(self, to: own)
    self = own
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
