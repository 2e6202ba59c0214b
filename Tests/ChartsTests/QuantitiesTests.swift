import Charts
import Testing

@Suite struct QuantitiesTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func setsThousandsApart(value: Int, text: String) {
    #expect(Quantities.count(value) == text)
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (3.14159, "3.14"), (52.14, "52.1"), (999.4, "999"), (999.6, "1.00k"),
    (52_140, "52.1k"), (1_250_000, "1.25M"), (-2e9, "-2.00G"), (Double.nan, "-"),
  ])
  func keepsThreeDigits(value: Double, text: String) {
    #expect(Quantities.short(value) == text)
  }

  @Test(arguments: [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (125, "2:05"), (3725, "1:02:05")])
  func writesTimes(seconds: Double, text: String) {
    #expect(Quantities.time(.seconds(seconds)) == text)
  }

  @Test(arguments: [
    (0.5, 2, "0.50"), (-0.001, 2, "0.00"), (1.005, 0, "1"), (-12.345, 1, "-12.3"),
    (.infinity, 1, "-"),
  ])
  func fixesDecimals(value: Double, decimals: Int, text: String) {
    #expect(Quantities.fixed(value, decimals: decimals) == text)
  }
}

@Suite struct ReturnQuantitiesTests {
  @Test(arguments: [
    (9.8, "9.8"), (0.0312, "0.0312"), (475, "475"), (1, "1"), (0, "0"), (-499, "-499"),
    (12.345, "12.3"), (0.5, "0.5"),
  ])
  func writesThreeDigits(value: Double, text: String) {
    #expect(Quantities.significant(value) == text)
  }

  @Test(arguments: [(187.4, "187"), (-12.4, "-12"), (4.23, "4.2"), (0.314, "0.31"), (0, "0")])
  func writesReturns(value: Double, text: String) {
    #expect(Quantities.shortReturn(value) == text)
  }
}
