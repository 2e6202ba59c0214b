internal import Dispatch
internal import Synchronization

/// Takes a run's metrics while it learns and writes them in batches, about each second.
///
/// `record` costs an append to an array and never waits for the disk. What was flushed is in the
/// store, whatever ends the process; `finish` flushes the rest. Safe to call from any thread.
public final class MetricsWriter: Sendable {
  private struct State {
    var waiting: [Metric] = []
    /// Metrics that found no room.
    var dropped = 0
    /// Names whose value was once not finite, with the step.
    var notFinite: [(name: String, environmentStep: Int)] = []
    var failure: RunStoreError?
  }

  private let store: RunStore
  private let run: Run
  private let capacity: Int
  private let start: ContinuousClock.Instant
  private let state = Mutex(State())
  /// All writing happens here, in order.
  private let queue = DispatchQueue(label: "foal.metrics", qos: .utility)
  private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

  /// Starts to write; the wall time of a resumed run goes on where it stopped.
  /// - Parameters:
  ///   - capacity: the most metrics that wait for a disk that does not answer; later ones are
  ///     dropped, and an event says how many.
  ///   - flushSeconds: the time between flushes, above 0.
  public init(
    _ store: RunStore, run: Run, capacity: Int = 1_000_000, flushSeconds: Double = 1
  ) throws(RunStoreError) {
    precondition(capacity >= 1 && flushSeconds > 0, "a writer needs room and a time to flush")
    self.store = store
    self.run = run
    self.capacity = capacity
    start = ContinuousClock.now - .seconds(try store.wallSeconds(of: run))
    timer.withLock { timer in
      let source = DispatchSource.makeTimerSource(queue: queue)
      source.schedule(deadline: .now() + flushSeconds, repeating: flushSeconds)
      source.setEventHandler { [weak self] in self?.writeWaiting() }
      source.resume()
      timer = source
    }
  }

  deinit { timer.withLock { $0?.cancel() } }

  /// Takes a metric. One that is not finite is left out, and an event tells of the first.
  /// - Parameter environmentStep: environment steps of the run so far, over all slots.
  public func record(
    _ name: String, _ value: Double, environmentStep: Int, task: String? = nil
  ) {
    record([(name, value)], environmentStep: environmentStep, task: task)
  }

  /// Takes metrics of one moment.
  public func record(
    _ values: [(name: String, value: Double)], environmentStep: Int, task: String? = nil
  ) {
    let wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    state.withLock { state in
      for (name, value) in values {
        if !value.isFinite {
          if !state.notFinite.contains(where: { $0.name == name }) {
            state.notFinite.append((name, environmentStep))
          }
        } else if state.waiting.count < capacity {
          state.waiting.append(
            Metric(
              environmentStep: environmentStep, wallSeconds: wallSeconds, name: name, task: task,
              value: value))
        } else {
          state.dropped += 1
        }
      }
    }
  }

  /// Writes what was taken so far and returns when it is in the store.
  /// - Throws: what keeps metrics from being written; they are kept for the next flush.
  public func flush() throws(RunStoreError) {
    queue.sync { writeWaiting() }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Writes the rest, and as events what was left out, and stops.
  public func finish() throws(RunStoreError) {
    timer.withLock { $0?.cancel() }
    try flush()
    let (dropped, notFinite) = state.withLock { ($0.dropped, $0.notFinite) }
    for (name, step) in notFinite {
      try store.add(
        RunEvent(.metricLost, "\(name) was not finite", environmentStep: step), to: run)
    }
    if dropped > 0 {
      try store.add(
        RunEvent(.metricLost, "\(dropped) metrics came faster than the disk took them"), to: run)
    }
    state.withLock { ($0.dropped, $0.notFinite) = (0, []) }
  }

  /// Writes what waits; it runs on the queue only.
  private func writeWaiting() {
    let batch = state.withLock { state in
      let waiting = state.waiting
      state.waiting = []
      return waiting
    }
    do throws(RunStoreError) {
      try store.append(batch, to: run)
      state.withLock { $0.failure = nil }
    } catch {
      state.withLock { state in
        let room = max(0, capacity - state.waiting.count)
        state.dropped += max(0, batch.count - room)
        state.waiting = batch.prefix(room) + state.waiting
        state.failure = error
      }
    }
  }
}
