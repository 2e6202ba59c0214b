internal import Dispatch
internal import Foundation
internal import Synchronization

/// Lets a long run end well when it is asked to stop, by Ctrl-C (SIGINT) or SIGTERM.
///
/// The first request sets `isRequested`, which loops look at between two steps of work. The second
/// ends the process at once, with status 130 for Ctrl-C and 143 for SIGTERM. Processes that are
/// started meanwhile inherit that both signals are ignored.
package final class Interrupt: Sendable {
  private let requested: Requests
  private let sources = Mutex<[any DispatchSourceSignal]>([])

  /// The count of requests, shared with the handlers, which must not keep the interrupt alive.
  private final class Requests: Sendable {
    let count = Atomic<Int>(0)
  }

  /// Starts to listen, until the interrupt is released.
  /// - Parameter onFirstRequest: called once, on another thread, as the place to tell the user that
  ///   the run is about to stop and that a second Ctrl-C does not wait.
  package init(onFirstRequest: @escaping @Sendable () -> Void = {}) {
    let requested = Requests()
    self.requested = requested
    let queue = DispatchQueue(label: "foal.interrupt", qos: .userInteractive)
    sources.withLock { sources in
      for number in [SIGINT, SIGTERM] {
        signal(number, SIG_IGN)  // or the default would end the process before the handler ran
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
          // A second request exits, however busy the threads that poll are.
          if requested.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
          onFirstRequest()
        }
        source.resume()
        sources.append(source)
      }
    }
  }

  deinit {
    sources.withLock { for source in $0 { source.cancel() } }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  /// Tells whether the run was asked to stop. Costs one load: loops may ask at every step.
  package var isRequested: Bool { requested.count.load(ordering: .relaxed) > 0 }
}
