import FoalCommand
import Foundation
import Testing

/// Signals reach the process whole, so each test has its own. None waits without end.
@Suite(.timeLimit(.minutes(1))) struct InterruptTests {
  @Test func setsAFlagOnTheFirstRequest() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let told = DispatchSemaphore(value: 0)
      let interrupt = Interrupt { told.signal() }
      guard !interrupt.isRequested else { exit(1) }
      kill(getpid(), SIGINT)
      guard told.wait(timeout: .now() + 10) == .success, interrupt.isRequested else { exit(2) }
      exit(7)
    }
  }

  @Test func exitsOnTheSecondRequest() async {
    await #expect(processExitsWith: .exitCode(130)) {
      let interrupt = Interrupt()
      kill(getpid(), SIGINT)
      for _ in 0..<10_000 where !interrupt.isRequested { usleep(1000) }
      kill(getpid(), SIGINT)
      sleep(10)
      exit(interrupt.isRequested ? 1 : 2)
    }
  }

  @Test func exitsWithTheSignalsOwnStatus() async {
    await #expect(processExitsWith: .exitCode(143)) {
      let interrupt = Interrupt()
      kill(getpid(), SIGTERM)
      for _ in 0..<10_000 where !interrupt.isRequested { usleep(1000) }
      kill(getpid(), SIGTERM)
      sleep(10)
      exit(interrupt.isRequested ? 1 : 2)
    }
  }

  @Test func givesTheSignalBackWhenReleased() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      do {
        let interrupt = Interrupt()
        guard !interrupt.isRequested else { exit(1) }
      }
      kill(getpid(), SIGTERM)
      sleep(10)
    }
  }
}
