import FoalCommand
import Synchronization
import Testing

/// A clock that stands still and a screen that remembers.
private final class Stage: Sendable {
  let time = Mutex(Duration.zero)
  let written = Mutex("")

  func reporter(
    total: Int? = 1_000_000, resumedFrom: Int = 0, isTerminal: Bool, columns: Int = 80,
    style: Style = .plain
  ) -> ProgressReporter {
    let screen = ProgressReporter.Screen(
      isTerminal: isTerminal, style: style, columns: { columns },
      write: { text in self.written.withLock { $0 += text } })
    return ProgressReporter(
      "pretraining", total: total, resumedFrom: resumedFrom, screen: screen,
      now: { self.time.withLock { $0 } })
  }

  func wait(_ duration: Duration) { time.withLock { $0 += duration } }

  /// What was written since the last call.
  func read() -> String {
    written.withLock { text in
      defer { text = "" }
      return text
    }
  }
}

@Suite struct ProgressReporterTests {
  @Test func drawsABarOverItself() {
    let stage = Stage()
    let reporter = stage.reporter(isTerminal: true)
    stage.wait(.seconds(9))
    reporter.update(470_000, message: "return 187")
    #expect(
      stage.read()
        == "\rpretraining  ━━━━━━━━━━────────────  47 %  52.2k steps/s  10 s left  return 187\u{1B}[K"
    )
    reporter.finish(message: "return 480")
    #expect(
      stage.read() == "\r\u{1B}[Kpretraining: 470,000 steps in 9 s, 52.2k steps/s, return 480\n")
  }

  @Test func drawsAtMostTenTimesASecond() {
    let stage = Stage()
    let reporter = stage.reporter(isTerminal: true)
    var drawn = 0
    for step in 0..<1000 {
      reporter.update(step)
      drawn += stage.read().isEmpty ? 0 : 1
      stage.wait(.milliseconds(1))
    }
    #expect(drawn == 10)
  }

  @Test(arguments: [
    (60, "pretraining  ━━━━━━╸───────  47 %  52.2k steps/s  10 s left"),
    (45, "pretraining  ━━━━━━╸───────  47 %  10 s left"),
    (30, "pretraining  ━━━━╸─────  47 %"),
  ])
  func givesWayInFewColumns(columns: Int, bar: String) {
    let stage = Stage()
    let reporter = stage.reporter(isTerminal: true, columns: columns)
    stage.wait(.seconds(9))
    reporter.update(470_000, message: "a long message about the run")
    let drawn = stage.read()
    #expect(drawn.hasPrefix("\r" + bar))
    #expect(drawn.displayWidth < columns)
  }

  @Test func writesALineEveryFiveSecondsElsewhere() {
    let stage = Stage()
    let reporter = stage.reporter(isTerminal: false)
    for second in 1...11 {
      stage.wait(.seconds(1))
      reporter.update(second * 50_000, message: "return 187")
    }
    reporter.finish()
    reporter.update(1)
    #expect(
      stage.read() == """
        pretraining: 25 %, 250,000 of 1,000,000 steps, 50.0k steps/s, 15 s left, return 187
        pretraining: 50 %, 500,000 of 1,000,000 steps, 50.0k steps/s, 10 s left, return 187
        pretraining: 550,000 steps in 11 s, 50.0k steps/s

        """)
  }

  @Test func countsOnlyNewStepsForTheRate() {
    let stage = Stage()
    let reporter = stage.reporter(resumedFrom: 900_000, isTerminal: false)
    stage.wait(.seconds(10))
    reporter.update(950_000)
    #expect(
      stage.read()
        == "pretraining: 95 %, 950,000 of 1,000,000 steps, 5.00k steps/s, 10 s left\n")
  }

  @Test func showsNoBarWithoutATotal() {
    let stage = Stage()
    let reporter = stage.reporter(total: nil, isTerminal: true)
    stage.wait(.seconds(2))
    reporter.update(3000)
    #expect(stage.read() == "\rpretraining  3,000 steps  1.50k steps/s\u{1B}[K")
  }

  @Test func putsNotesAboveTheBar() {
    let stage = Stage()
    let reporter = stage.reporter(total: nil, isTerminal: true)
    reporter.update(0)
    _ = stage.read()
    reporter.note("saved")
    #expect(stage.read() == "\r\u{1B}[Ksaved\n\rpretraining  0 steps\u{1B}[K")
  }
}
