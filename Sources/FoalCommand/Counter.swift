internal import Synchronization

/// Counts from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// Counts some more and returns how many there are.
  func add(_ more: Int) -> Int {
    count.withLock { count in
      count += more
      return count
    }
  }
}
