import FoalCommand
import Foundation
import Testing

@Suite struct InterruptTests {
  @Test func requestsOnceThenExits() async {
    await #expect(processExitsWith: .success) {
      let interrupt = Interrupt()
      precondition(!interrupt.isRequested)
      kill(getpid(), SIGINT)
      while !interrupt.isRequested { usleep(1000) }
    }
  }

  @Test func exitsOnTheSecondRequest() async {
    await #expect(processExitsWith: .exitCode(130)) {
      let interrupt = Interrupt()
      kill(getpid(), SIGINT)
      while !interrupt.isRequested { usleep(1000) }
      kill(getpid(), SIGINT)
      while interrupt.isRequested { usleep(1000) }
    }
  }

  @Test func exitsWithTheSignalsOwnStatus() async {
    await #expect(processExitsWith: .exitCode(143)) {
      let interrupt = Interrupt()
      kill(getpid(), SIGTERM)
      while !interrupt.isRequested { usleep(1000) }
      kill(getpid(), SIGTERM)
      while interrupt.isRequested { usleep(1000) }
    }
  }

  @Test func givesTheSignalBackWhenReleased() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      do {
        let interrupt = Interrupt()
        precondition(!interrupt.isRequested)
      }
      kill(getpid(), SIGTERM)
      sleep(5)
    }
  }
}
