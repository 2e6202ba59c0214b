internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Calls a function with 0, 1, ... `workers - 1` at the same time and waits for all calls.
func concurrentPerform(_ workers: Int, _ body: @Sendable (Int) -> Void) {
  // A call within a call, or from a second thread, finds the crew at work.
  guard !Crew.shared.perform(workers, body) else { return }
  DispatchQueue.concurrentPerform(iterations: workers, execute: body)
}

/// Threads that stay awake for a moment after their work: a learner's next minibatch comes within
/// microseconds, and waking a sleeping thread takes longer than the work on a small one.
///
/// What is shared without a lock is `body`. It is written before `ticket` is raised and read after,
/// and only by members that the ticket names, for whom the caller then waits.
private final class Crew: @unchecked Sendable {
  static let shared = Crew()

  /// How often a member looks for work before it goes to sleep: some tens of microseconds.
  private static let patience = 40_000
  /// How often the caller looks whether all are done before it lets others run.
  private static let eagerness = 4_000
  /// The largest crew; the ticket keeps its size in so many bits.
  private static let sizeBits = 16

  private let isBusy = Atomic<Bool>(false)
  /// The number of the job, and, in the lowest bits, the number of workers that it takes.
  private let ticket = Atomic<UInt64>(0)
  private let remaining = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)
  private var body: (@Sendable (Int) -> Void)?
  private var memberCount = 0

  /// Performs a job, or returns false if another one is being performed.
  func perform(_ workers: Int, _ body: @Sendable (Int) -> Void) -> Bool {
    guard workers < 1 << Crew.sizeBits,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    hire(workers - 1)
    withoutActuallyEscaping(body) { body in
      self.body = body
      remaining.store(workers - 1, ordering: .relaxed)
      let number = (ticket.load(ordering: .relaxed) >> UInt64(Crew.sizeBits)) &+ 1
      ticket.store(
        number << UInt64(Crew.sizeBits) | UInt64(workers), ordering: .sequentiallyConsistent)
      for _ in 0..<sleepers.exchange(0, ordering: .sequentiallyConsistent) { alarm.signal() }
      body(0)
      var looks = 0
      while remaining.load(ordering: .acquiring) != 0 {
        looks += 1
        if looks > Crew.eagerness { sched_yield() }
      }
      self.body = nil
    }
    return true
  }

  /// Starts threads until there are so many.
  private func hire(_ count: Int) {
    while memberCount < count {
      memberCount += 1
      let index = memberCount
      let seen = ticket.load(ordering: .relaxed)
      DispatchQueue(label: "foal.worker.\(index)").async { [self] in serve(index, after: seen) }
    }
  }

  /// What a member does all its life.
  private func serve(_ index: Int, after ticket: UInt64) -> Never {
    var seen = ticket
    while true {
      seen = next(after: seen)
      guard index < Int(seen & (1 << UInt64(Crew.sizeBits) - 1)) else { continue }
      body?(index)
      remaining.subtract(1, ordering: .releasing)
    }
  }

  /// Waits for another ticket than the last one seen: awake first, then asleep.
  private func next(after seen: UInt64) -> UInt64 {
    while true {
      for _ in 0..<Crew.patience {
        let current = ticket.load(ordering: .acquiring)
        if current != seen { return current }
      }
      sleepers.add(1, ordering: .sequentiallyConsistent)
      // A ticket raised before we counted as asleep brings no alarm; one raised after does.
      if ticket.load(ordering: .sequentiallyConsistent) != seen, stayAwake() { continue }
      alarm.wait()
    }
  }

  /// Takes one sleeper off the count; false if all that were counted are being woken.
  private func stayAwake() -> Bool {
    var count = sleepers.load(ordering: .relaxed)
    while count > 0 {
      let (exchanged, original) = sleepers.compareExchange(
        expected: count, desired: count - 1, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      count = original
    }
    return false
  }
}
