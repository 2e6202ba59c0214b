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

  /// How often the caller looks whether all are done before it lets other threads run.
  private static let eagerness = 4_000

  private let isBusy = Atomic<Bool>(false)
  private let ticket = Atomic<Ticket>(Ticket(job: 0, workers: 0))
  private let remaining = Atomic<Int>(0)
  private var body: (@Sendable (Int) -> Void)?
  /// Member `i` is worker `i + 1`; the caller is worker 0.
  private var members: [Member] = []

  /// Performs a job, or returns false if another one is being performed.
  func perform(_ workers: Int, _ body: @Sendable (Int) -> Void) -> Bool {
    guard workers <= UInt16.max,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    hire(workers - 1)
    withoutActuallyEscaping(body) { body in
      self.body = body
      remaining.store(workers - 1, ordering: .relaxed)
      let last = ticket.load(ordering: .relaxed)
      ticket.store(
        Ticket(job: last.job &+ 1, workers: UInt16(workers)), ordering: .sequentiallyConsistent)
      for member in members.prefix(workers - 1) { member.wake() }
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
    while members.count < count {
      let member = Member()
      members.append(member)
      let worker = members.count
      let seen = ticket.load(ordering: .relaxed)
      DispatchQueue(label: "foal.worker.\(worker)").async { [self] in
        serve(worker, member, after: seen)
      }
    }
  }

  /// What a member does all its life.
  private func serve(_ worker: Int, _ member: Member, after last: Ticket) -> Never {
    var seen = last
    while true {
      seen = member.next(ticket, after: seen)
      guard worker < Int(seen.workers) else { continue }
      body?(worker)
      remaining.subtract(1, ordering: .releasing)
    }
  }
}

/// The number of a job and of the workers that it takes, read and written as one.
private struct Ticket: AtomicRepresentable, Equatable {
  var job: UInt32
  var workers: UInt16

  typealias AtomicRepresentation = UInt64.AtomicRepresentation

  static func encodeAtomicRepresentation(_ value: consuming Ticket) -> AtomicRepresentation {
    UInt64.encodeAtomicRepresentation(UInt64(value.job) << 16 | UInt64(value.workers))
  }

  static func decodeAtomicRepresentation(_ storage: consuming AtomicRepresentation) -> Ticket {
    let bits = UInt64.decodeAtomicRepresentation(storage)
    return Ticket(
      job: UInt32(truncatingIfNeeded: bits >> 16), workers: UInt16(truncatingIfNeeded: bits))
  }
}

/// One thread's way of waiting: awake first, then asleep.
private final class Member: Sendable {
  /// How often it looks for work before it goes to sleep: some tens of microseconds.
  private static let patience = 40_000

  private let isAsleep = Atomic<Bool>(false)
  private let alarm = DispatchSemaphore(value: 0)

  /// Returns a ticket that differs from the last one seen, as soon as there is one.
  func next(_ ticket: borrowing Atomic<Ticket>, after seen: Ticket) -> Ticket {
    while true {
      for _ in 0..<Member.patience {
        let current = ticket.load(ordering: .acquiring)
        if current != seen { return current }
      }
      isAsleep.store(true, ordering: .sequentiallyConsistent)
      // Either this look finds a new ticket, or whoever raises it finds the member asleep. If both
      // happen, the alarm has been or will be set off, and waiting for it takes it off again.
      let isNew = ticket.load(ordering: .sequentiallyConsistent) != seen
      if isNew, isAsleep.exchange(false, ordering: .sequentiallyConsistent) { continue }
      alarm.wait()
    }
  }

  /// Wakes the thread if it sleeps or is about to.
  func wake() {
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
  }
}
