import Foundation
import Tensors
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  /// Source: Random123, examples/kat_vectors, philox4x32 with 10 rounds.
  @Test(
    "Philox4x32-10 gives the published words",
    arguments: [
      (
        SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
        SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
        SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
        SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ])
  func knownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>) {
    #expect(RandomStream.philox(counter: counter, key: key) == expected)
  }

  @Test("a stream draws the blocks of its key in order")
  func blocks() {
    var stream = RandomStream(seed: 0x1234_5678_9abc_def0)
    for index in 0..<5 as Range<UInt32> {
      let block = RandomStream.philox(
        counter: SIMD4(index, 0, 0, 0), key: SIMD2(0x9abc_def0, 0x1234_5678))
      let drawn = (0..<4).map { _ in stream.nextWord() }
      #expect(drawn == (0..<4).map { block[$0] })
    }
    var wide = RandomStream(seed: 0)
    #expect(wide.next() == 0xe169_c58d_6627_e8d5)
  }

  static func words(_ stream: RandomStream, count: Int = 64) -> [UInt32] {
    var stream = stream
    return (0..<count).map { _ in stream.nextWord() }
  }

  @Test("children differ from each other and from their parent, and a name is one stream")
  func splitting() {
    let parent = RandomStream(seed: 7)
    let children =
      ["", "a", "b", "ab", "lane", "environment"].map { parent.split($0) }
      + [-1, 0, 1, 2, .max, .min].map { parent.split($0) }
      + [parent.split("a").split("a"), parent.split(0).split(0), RandomStream(seed: 8).split("a")]
    var all = Set(Self.words(parent))
    for child in children { all.formUnion(Self.words(child)) }
    #expect(all.count > 64 * (children.count + 1) - 3, "streams share words")

    var drawn = parent
    _ = drawn.next()
    #expect(drawn.split("a") == parent.split("a"))
    #expect(Self.words(parent.split(3)) == Self.words(RandomStream(seed: 7).split(3)))
  }

  @Test("siblings are not correlated")
  func siblingCorrelation() {
    var (first, second) = (RandomStream(seed: 1).split(0), RandomStream(seed: 1).split(1))
    let count = 100_000
    var sum = 0.0
    for _ in 0..<count { sum += Double(first.uniform() - 0.5) * Double(second.uniform() - 0.5) }
    // Five standard errors of a mean of products with variance 1/144.
    #expect(abs(sum / Double(count)) < 5 / 12 / Double(count).squareRoot())
  }

  @Test("a saved stream goes on where it was, in a block or between two", arguments: 0...9)
  func saving(drawn: Int) throws {
    var stream = RandomStream(seed: .max).split("a")
    for _ in 0..<drawn { _ = stream.nextWord() }
    let data = try JSONEncoder().encode(stream)
    var resumed = try JSONDecoder().decode(RandomStream.self, from: data)
    #expect(resumed == stream)
    #expect(resumed.hashValue == stream.hashValue)
    for _ in 0..<9 { #expect(resumed.nextWord() == stream.nextWord()) }
    #expect(resumed == stream)
  }

  @Test("a saved stream is two integers")
  func savedForm() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(RandomStream(seed: .max)), as: UTF8.self)
    #expect(text == #"{"key":18446744073709551615,"position":0}"#)
  }

  @Test("any two integers resume, and anything else is an error, not a crash")
  func corruptedState() throws {
    let last = #"{"key":5,"position":18446744073709551615}"#
    var stream = try JSONDecoder().decode(RandomStream.self, from: Data(last.utf8))
    for _ in 0..<10 { _ = stream.next() }
    for text in [
      "{}", #"{"key":5}"#, #"{"key":-1,"position":0}"#, #"{"key":1e30,"position":0}"#,
      #"{"key":1,"position":"0"}"#, "[]", "null",
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(RandomStream.self, from: Data(text.utf8))
      }
    }
  }

  @Test("uniform numbers fill 0..<1 evenly")
  func unitInterval() {
    var stream = RandomStream(seed: 2)
    var bins = [Int](repeating: 0, count: 64)
    for _ in 0..<64_000 {
      let value = stream.uniform()
      #expect(value >= 0 && value < 1)
      bins[min(63, Int(value * 64))] += 1
    }
    #expect(chiSquare(bins) < 120)  // 63 degrees of freedom; p < 2e-5
  }

  @Test(
    "a range is filled and not left",
    arguments: [
      -1...1, 0...0, 3...3.0000002, -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
      16_777_215...16_777_216, -Float.leastNonzeroMagnitude ... .leastNonzeroMagnitude,
    ] as [ClosedRange<Float>])
  func ranges(range: ClosedRange<Float>) {
    var stream = RandomStream(seed: 4)
    let wide = Double(range.lowerBound)...Double(range.upperBound)
    let huge = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    for _ in 0..<2_000 {
      #expect(range.contains(stream.uniform(range)))
      #expect(wide.contains(stream.uniform(wide)))
      #expect(stream.uniform(huge).isFinite)
    }
  }

  @Test("bounded integers are even", arguments: [1, 2, 3, 7, 10, 100])
  func integers(bound: Int) {
    var stream = RandomStream(seed: 5)
    var bins = [Int](repeating: 0, count: bound)
    for _ in 0..<1_000 * bound { bins[stream.integer(below: bound)] += 1 }
    let freedom = Double(bound - 1)
    #expect(chiSquare(bins) < freedom + 6 * (2 * freedom).squareRoot() + 10)
  }

  @Test("a bound that does not divide 2³² is not biased")
  func largeBound() {
    // Taking words modulo 3·2³⁰ would put half of them in the lowest third.
    var stream = RandomStream(seed: 6)
    let bound = 3 << 30
    var bins = [0, 0, 0]
    for _ in 0..<60_000 { bins[stream.integer(below: bound) / (bound / 3)] += 1 }
    #expect(chiSquare(bins) < 25)
    #expect((0..<100).allSatisfy { _ in stream.integer(below: Int(UInt32.max)) < UInt32.max })
  }

  @Test("normal numbers have the moments of a standard normal")
  func normals() {
    var stream = RandomStream(seed: 9)
    let count = 400_000
    var moments = [0.0, 0, 0, 0]
    var beyondTwo = 0
    for _ in 0..<count {
      let value = Double(stream.normal())
      #expect(value.isFinite)
      for power in 0..<4 { moments[power] += pow(value, Double(power + 1)) / Double(count) }
      if abs(value) > 2 { beyondTwo += 1 }
    }
    // Five standard errors: the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    for (power, (mean, variance)) in [(0.0, 1.0), (1, 2), (0, 15), (3, 96)].enumerated() {
      #expect(abs(moments[power] - mean) < 5 * (variance / Double(count)).squareRoot())
    }
    #expect(abs(Double(beyondTwo) / Double(count) - 0.0455) < 0.002)
  }

  @Test("shuffling permutes, each order as often as any other")
  func shuffling() {
    var stream = RandomStream(seed: 10)
    var many = (0..<100).map(Int32.init)
    stream.shuffle(&many)
    #expect(many != (0..<100).map(Int32.init))
    #expect(many.sorted() == (0..<100).map(Int32.init))
    var none: [Int32] = []
    stream.shuffle(&none)
    #expect(none.isEmpty)

    var orders: [[Int32]: Int] = [:]
    for _ in 0..<24_000 {
      var elements: [Int32] = [0, 1, 2, 3]
      stream.shuffle(&elements)
      orders[elements, default: 0] += 1
    }
    #expect(orders.count == 24)
    #expect(chiSquare(Array(orders.values)) < 70)  // 23 degrees of freedom; p < 2e-6
  }

  /// The chi-square statistic of counts against equal expectations.
  func chiSquare(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }
}
