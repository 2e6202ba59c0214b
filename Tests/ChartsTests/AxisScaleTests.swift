import Charts
import Foundation
import Testing

@Suite struct AxisScaleTests {
  @Test(arguments: [
    ([0, 100], 5, ["0", "20", "40", "60", "80", "100"]),
    ([0, 2_100_000], 5, ["0", "500k", "1M", "1.5M", "2M"]),
    ([1, 5], 5, ["1", "2", "3", "4", "5"]),
    ([1, 3], 8, ["1", "2", "3"]),
    ([-0.5, 0.5], 4, ["-0.5", "0.0", "0.5"]),
    ([1e-8, 3e-8], 4, ["1e-8", "1.5e-8", "2e-8", "2.5e-8", "3e-8"]),
    ([3e9, 9e9], 3, ["4G", "6G", "8G"]),
    ([7, 7], 4, ["6", "7", "8"]),
    ([0.3, 0.7000000001], 4, ["0.3", "0.4", "0.5", "0.6", "0.7"]),
    ([], 4, ["0.0", "0.5", "1.0"]),
  ])
  func stepsByOneTwoOrFive(values: [Double], count: Int, labels: [String]) {
    #expect(AxisScale(covering: values, ticks: count).labels == labels)
  }

  @Test(arguments: [
    ([1000, 1_000_000], 4, ["1000", "10k", "100k", "1M"]),
    ([1, 10], 5, ["1", "2", "5", "10"]),
    ([1e-12, 1e12], 6, ["1e-12", "1e-8", "0.0001", "1", "10k", "100M", "1T"]),
    ([-1, 0], 5, ["1", "2", "5", "10"]),
  ])
  func stepsByPowersOfTenOnALogarithmicScale(values: [Double], count: Int, labels: [String]) {
    #expect(AxisScale(covering: values, ticks: count, isLogarithmic: true).labels == labels)
  }

  @Test(arguments: 1...40)
  func givesAsManyTicksAsThereIsRoomFor(count: Int) {
    for size in [1e-7, 0.03, 1, 7.7, 123, 9e8] {
      let scale = AxisScale(covering: [0.1 * size, 1.13 * size], ticks: count)
      #expect(scale.ticks.count <= count + 1)
      #expect(Set(scale.labels).count == scale.labels.count, "\(scale.labels)")
    }
  }

  @Test func widensALittleOnly() throws {
    let scale = AxisScale(covering: [-3, 480], ticks: 6, reachesZero: true, widens: true)
    #expect(scale.ticks == [0, 100, 200, 300, 400, 500])
    let low = try #require(scale.position(of: -3))
    let zero = try #require(scale.position(of: 0))
    #expect(low > 0 && zero < 0.1)
    let tight = AxisScale(covering: [12, 480], ticks: 6, reachesZero: true, widens: true)
    #expect(tight.position(of: 0) == 0)
    #expect(tight.position(of: 500) == 1)
  }

  @Test func hasNoPlaceForWhatItCannotShow() throws {
    let linear = AxisScale(covering: [0, 10], ticks: 5)
    #expect(linear.position(of: .nan) == nil && linear.position(of: .infinity) == nil)
    #expect(linear.position(of: 5) == 0.5)
    let logarithmic = AxisScale(covering: [1, 100], ticks: 5, isLogarithmic: true)
    #expect(logarithmic.position(of: 0) == nil && logarithmic.position(of: -1) == nil)
    let middle = try #require(logarithmic.position(of: 10))
    #expect(abs(middle - 0.5) < 1e-12)
  }
}
