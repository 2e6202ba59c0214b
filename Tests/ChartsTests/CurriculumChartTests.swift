import Charts
import Testing

@Suite struct CurriculumChartTests {
  private func points(_ values: [Double]) -> [Chart.Point] {
    values.enumerated().map { Chart.Point(x: Double($0), y: $1) }
  }

  @Test func showsWhatWasMeasuredAndLeavesOutTheRest() {
    #expect(Chart.curriculum([:]).isEmpty)
    let charts = Chart.curriculum(
      [
        "curriculum/solvedShare": points([0, 0.5]), "curriculum/unsolvedShare": points([1, 0.25]),
        "curriculum/editedShare": points([0, 0]), "curriculum/score": points([3]),
        "curriculum/entropyNats": points([1, 2, 3]), "return": points([1, 2]),
      ], marks: [.init("resumed", at: 1)])
    #expect(charts.map(\.title) == ["Tasks that were met", "Entropy of what comes back"])
    #expect(charts[0].series.map(\.name) == ["solved in every try", "solved in none"])
    #expect(charts.allSatisfy { $0.marks.count == 1 && !$0.svg().isEmpty })
  }
}
