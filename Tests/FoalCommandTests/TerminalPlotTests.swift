import FoalCommand
import Testing

@Suite struct TerminalPlotTests {
  private func points(_ values: [Double], band: Double = 0) -> [TerminalPlot.Point] {
    values.enumerated().map { index, y in
      TerminalPlot.Point(x: Double(index + 1), y: y, band: band > 0 ? y - band...y + band : nil)
    }
  }

  private var tries: TerminalPlot {
    TerminalPlot(
      x: "try", y: "return (steps balanced)",
      series: [
        .init("in context", points([120, 310, 420, 470, 480], band: 60)),
        .init("from scratch", points([20, 25, 31, 36, 44])),
      ])
  }

  @Test func drawsLinesBandsAndLegend() {
    #expect(
      tries.rendered(columns: 60, rows: 8) == """
        return (steps balanced)
            │                                   ░░░░░░░░░░░░░⣀⣀⣀⣀⣀⣀⣀
            │                      ░░░░⢀⣀⣀⣀⠤⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠉⠉░░░░░░░
        400 ┤              ░░░⣀⣀⡠⠤⠤⠒⠒⠉⠉⠁░░░░
            │         ░⢀⣀⠤⠒⠒⠉⠉░░░
            │    ░░⣀⠤⠒⠊⠁░░
        200 ┤░⣀⠤⠔⠊⠉░░
            │⠉░░
          0 ┤⠤⠤ ⠠⠤⠄ ⠤⠤ ⠠⠤⠄ ⠤⠤ ⠠⠤⠄ ⠒⠒ ⠐⠒⠂ ⠒⠒ ⠐⠒⠂ ⠒⠒ ⠐⠒⠂ ⠒⠒ ⠐⠒⠂ ⠉⠉ ⠈⠉⠁
            └┬────────────┬─────────────┬─────────────┬────────────┬
             1            2             3             4            5
                                                                 try
             ⠤⠤⠤⠤ in context   ⠤⠤ ⠠ from scratch   ░░░ 95 % interval

        """)
  }

  @Test func leavesAGapWhereAValueIsNotFinite() {
    let plot = TerminalPlot(
      x: "update", y: "loss", series: [.init("PPO", points([1, 2, .nan, 4, .nan, 3, 2.5]))])
    #expect(
      plot.rendered(columns: 40, rows: 5) == """
        loss
        4 ┤                  ⠙⠁
          │                              ⠐⠒⠢⠤⠤⢄⣀
        2 ┤   ⣀⡠⠔⠂
          │⠤⠒⠉
        0 ┤
          └──────┬───────────┬───────────┬──────
                 2           4           6
                                          update
           ⠤⠤⠤⠤ PPO

        """)
  }

  @Test func writesLargeTicksByTheThousand() {
    let points = (0..<5).map {
      TerminalPlot.Point(x: Double($0) * 500_000, y: Double($0) * 25_000)
    }
    let plot = TerminalPlot(
      x: "environment steps", y: "steps/s", series: [.init("PPO", points)])
    #expect(
      plot.rendered(columns: 40, rows: 4) == """
        steps/s
        100k ┤                          ⢀⣀⡠⠤⠔⠒⠊⠉
         50k ┤                ⣀⣀⡠⠤⠤⠒⠒⠒⠉⠉⠁
             │       ⢀⣀⣀⠤⠤⠒⠒⠉⠉
           0 ┤⣀⡠⠤⠔⠒⠊⠉⠁
             └┬────────────────┬───────────────┬
              0               1M              2M
                               environment steps
              ⠤⠤⠤⠤ PPO

        """)
  }

  @Test func drawsAxesWithoutPoints() {
    #expect(
      TerminalPlot(x: "try", y: "return", series: []).rendered(columns: 40, rows: 4) == """
        return
        1.0 ┤
        0.5 ┤
            │
        0.0 ┤
            └┬────────────────┬────────────────┬
             0.0             0.5             1.0
                                             try

        """)
  }

  @Test(arguments: [1, 40, 72, 100, 500], [Style.plain, .colored])
  func staysWithinItsColumns(columns: Int, style: Style) {
    let lines = tries.rendered(columns: columns, style: style).split(separator: "\n")
    #expect(lines.allSatisfy { String($0).displayWidth <= min(100, max(40, columns)) })
  }

  @Test(arguments: [
    [0, .leastNonzeroMagnitude], [-1e299, 1e299], [-.greatestFiniteMagnitude, .infinity, 1],
    [1e15, 1e15 + 1], [1e-8, 3e-8], [.nan],
  ])
  func survivesExtremeValues(values: [Double]) {
    let points = values.map { TerminalPlot.Point(x: $0, y: $0, band: -1...1) }
    let text = TerminalPlot(x: "x", y: "y", series: [.init("a", points)]).rendered()
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 72 })
  }
}
