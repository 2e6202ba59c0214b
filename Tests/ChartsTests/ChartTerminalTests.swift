import Charts
import Testing

@Suite struct ChartTerminalTests {
  private func points(_ values: [Double], band: Double = 0) -> [Chart.Point] {
    values.enumerated().map { index, y in
      Chart.Point(
        x: Double(index + 1), y: y, low: band > 0 ? y - band : nil,
        high: band > 0 ? y + band : nil)
    }
  }

  private var tries: Chart {
    Chart(
      x: .init("try"), y: .init("return", unit: "steps balanced"),
      series: [
        .init("in context", points([120, 310, 420, 470, 480], band: 60)),
        .init("from scratch", points([20, 25, 31, 36, 44])),
      ])
  }

  @Test func drawsLinesBandsAndLegend() {
    #expect(
      tries.terminal(columns: 60, rows: 8) == """
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
    let plot = Chart(
      x: .init("update"), y: .init("loss"),
      series: [.init("PPO", points([1, 2, .nan, 4, .nan, 3, 2.5]))])
    #expect(
      plot.terminal(columns: 40, rows: 5) == """
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
      Chart.Point(x: Double($0) * 500_000, y: Double($0) * 25_000)
    }
    let plot = Chart(
      x: .init("environment steps"), y: .init("steps/s"), series: [.init("PPO", points)])
    #expect(
      plot.terminal(columns: 40, rows: 4) == """
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
      Chart(x: .init("try"), y: .init("return"), series: []).terminal(columns: 40, rows: 4) == """
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
    let lines = tries.terminal(columns: columns, style: style).split(separator: "\n")
    #expect(lines.allSatisfy { String($0).displayWidth <= min(100, max(40, columns)) })
  }

  @Test(arguments: [
    [0, .leastNonzeroMagnitude], [-1e299, 1e299], [-.greatestFiniteMagnitude, .infinity, 1],
    [1e15, 1e15 + 1], [1e-8, 3e-8], [.nan],
  ])
  func survivesExtremeValues(values: [Double]) {
    let points = values.map { Chart.Point(x: $0, y: $0, low: -1, high: 1) }
    let text = Chart(x: .init("x"), y: .init("y"), series: [.init("a", points)]).terminal()
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 72 })
  }

  @Test func drawsBarsFromZeroWithTheirIntervals() {
    let chart = Chart(
      title: "Return by reward term",
      x: .init("term", scale: .categories(["speed", "upright", "control"])), y: .init("return"),
      series: [.bars("terms", [(40, 30, 50), nil, (-10, -12, -8)])])
    #expect(
      chart.terminal(columns: 40) == """
        Return by reward term
        return
        speed       ━━━━━━━━━━━━━  40 [30, 50]
        upright                    -
        control  ━━━               -10 [-12, -8]

        """)
  }

  @Test func drawsMarksLevelsAndPoints() {
    let chart = Chart(
      x: .init("step"), y: .init("return"),
      series: [
        .scatter("runs", [1, 2, 3, 4].map { .init(x: $0, y: 2 * $0) }, fit: false)
      ], marks: [.init("resumed", at: 2)], levels: [.init("solved", at: 6)])
    #expect(
      chart.terminal(columns: 40, rows: 5) == """
        return
                       ┆resumed
          │            ┆                       ⠙
        5 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄⠺⠂┄┄┄┄┄┄┄┄┄┄┄
          │           ⠐⠗
          │⡦           ┆
        0 ┤            ┆
          └┬───────────┬───────────┬───────────┬
           1           2           3           4
                                            step
           ⠠⡦ runs   ┄┄┄ solved

        """)
  }

  @Test(arguments: Samples.good + Samples.strange)
  func drawsWhateverItIsGiven(chart: Chart) {
    for columns in [0, 40, 100] {
      let lines = chart.terminal(columns: columns, rows: columns, style: .colored)
        .split(separator: "\n")
      #expect(lines.allSatisfy { String($0).displayWidth <= max(40, columns) })
    }
  }
}
