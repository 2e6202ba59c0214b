internal import Dispatch
internal import Foundation
internal import Synchronization

// A signal belongs to the whole process and its handler can capture nothing: what it touches is
// global, here and nowhere else.

/// The requests to stop so far.
private let requestCount = Atomic<Int>(0)
/// The end of the pipe that the handler writes to.
private let wakeDescriptor = Atomic<Int32>(-1)

/// Lets a long run end well when it is asked to stop, by Ctrl-C (SIGINT) or SIGTERM.
///
/// The first request sets `isRequested`, which loops look at between two steps of work. The second
/// ends the process at once, with status 130 for Ctrl-C and 143 for SIGTERM. A process has one
/// interrupt at a time.
package final class Interrupt: Sendable {
  private let source: Mutex<any DispatchSourceRead>
  private let descriptors: (read: Int32, write: Int32)

  /// Starts to listen, until the interrupt is released.
  /// - Parameter onFirstRequest: called once, on another thread, as the place to tell the user that
  ///   the run is about to stop and that a second Ctrl-C does not wait.
  package init(onFirstRequest: @escaping @Sendable () -> Void = {}) {
    // A handler may do next to nothing, so it wakes a thread through a pipe.
    var pipes: [Int32] = [-1, -1]
    precondition(pipe(&pipes) == 0, "no pipe for signals: errno \(errno)")
    let descriptors = (read: pipes[0], write: pipes[1])
    self.descriptors = descriptors
    requestCount.store(0, ordering: .relaxed)
    wakeDescriptor.store(descriptors.write, ordering: .relaxed)
    let source = DispatchSource.makeReadSource(
      fileDescriptor: descriptors.read, queue: DispatchQueue(label: "foal.interrupt"))
    source.setEventHandler {
      var byte: UInt8 = 0
      if read(descriptors.read, &byte, 1) == 1 { onFirstRequest() }
    }
    source.setCancelHandler {
      close(descriptors.read)
      close(descriptors.write)
    }
    source.resume()
    self.source = Mutex(source)
    for number in [SIGINT, SIGTERM] { signal(number, noteRequest) }
  }

  deinit {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    wakeDescriptor.store(-1, ordering: .relaxed)
    source.withLock { $0.cancel() }
  }

  /// Tells whether the run was asked to stop. Costs one load: loops may ask at every step.
  package var isRequested: Bool { requestCount.load(ordering: .relaxed) > 0 }
}

/// Counts a request; the first wakes the thread that tells the user, the second ends the process.
private func noteRequest(_ number: Int32) {
  if requestCount.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
  let savedError = errno
  var byte: UInt8 = 1
  _ = write(wakeDescriptor.load(ordering: .relaxed), &byte, 1)
  errno = savedError
}
