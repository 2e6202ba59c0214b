internal import RealModule

/// A stream of random numbers that can be split by name, saved and resumed.
///
/// The generator is Philox4x32-10: a block of four 32-bit words is a pure function of a 64-bit key
/// and a counter, so a stream is two integers and any number of streams can be made without
/// coordination. The counter's last word tells draws (0) from splits by name (1) and by number (2),
/// so they never overlap. A stream is saved as its key and its position.
///
/// Source: Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3".
public struct RandomStream: Sendable, Hashable, Codable, RandomNumberGenerator {
  private var key: UInt64
  /// The number of 32-bit words drawn so far.
  private var position: UInt64 = 0
  /// The block that `position` lies in, if `position` is not at a block's start.
  private var block = SIMD4<UInt32>()

  /// Makes the stream of a seed.
  public init(seed: UInt64) {
    key = seed
  }

  /// Returns the child stream of a name. Children of different names, and their parent, are
  /// independent; drawing from one does not change another.
  public func split(_ name: String) -> RandomStream {
    // FNV-1a over the name's bytes.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return child(hash, plane: 1)
  }

  /// Returns the child stream of a number, for example of a lane or a task.
  public func split(_ index: Int) -> RandomStream {
    child(UInt64(bitPattern: Int64(index)), plane: 2)
  }

  @inline(__always)
  private func block(at index: UInt64) -> SIMD4<UInt32> {
    RandomStream.philox(
      counter: SIMD4(UInt32(truncatingIfNeeded: index), UInt32(index >> 32), 0, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
  }

  private func child(_ label: UInt64, plane: UInt32) -> RandomStream {
    let words = RandomStream.philox(
      counter: SIMD4(UInt32(truncatingIfNeeded: label), UInt32(label >> 32), 0, plane),
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
    return RandomStream(seed: UInt64(words.x) | UInt64(words.y) << 32)
  }

  /// Draws 32 uniform bits.
  @inline(__always)
  public mutating func nextWord() -> UInt32 {
    let lane = Int(position & 3)
    if lane == 0 { block = block(at: position >> 2) }
    position &+= 1
    return block[lane]
  }

  /// Draws 64 uniform bits.
  public mutating func next() -> UInt64 {
    let low = nextWord()
    return UInt64(low) | UInt64(nextWord()) << 32
  }

  /// Draws a `Float` uniformly from `0..<1`, a multiple of 2⁻²⁴.
  public mutating func uniform() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// Draws a `Float` uniformly from a range of finite bounds. Rounding can reach the upper bound,
  /// never pass it.
  public mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    interpolate(range, uniform())
  }

  /// Draws a `Double` uniformly from a range of finite bounds. Rounding can reach the upper bound,
  /// never pass it.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    interpolate(range, Double(next() >> 11) * 0x1p-53)
  }

  /// Draws an integer uniformly from `0..<bound`, without bias.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= UInt32.max, "integer(below:) needs 1...2³²-1, got \(bound)")
    // Lemire's multiply-and-reject method.
    let range = UInt64(bound)
    var product = UInt64(nextWord()) &* range
    if UInt32(truncatingIfNeeded: product) < UInt32(bound) {
      let threshold = (0 &- UInt32(bound)) % UInt32(bound)
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(nextWord()) &* range
      }
    }
    return Int(product >> 32)
  }

  /// Fills an array with integers drawn uniformly from `0..<bound`.
  public mutating func fill(_ integers: inout [Int32], below bound: Int) {
    for index in integers.indices { integers[index] = Int32(integer(below: bound)) }
  }

  /// Draws a standard normal `Float` by the Box–Muller transform.
  public mutating func normal() -> Float {
    // 1 - uniform lies in (0, 1], so the logarithm is finite.
    let radius = (-2 * Float.log(1 - uniform())).squareRoot()
    return radius * Float.cos(2 * .pi * uniform())
  }

  /// Puts the elements in a uniformly random order.
  public mutating func shuffle(_ elements: inout [Int32]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, integer(below: last + 1))
      last -= 1
    }
  }

  /// The Philox4x32-10 block function.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // Scalars: a round on SIMD lanes takes more than twice as long.
    var (a, b, c, d) = (counter.x, counter.y, counter.z, counter.w)
    var (low, high) = (key.x, key.y)
    for _ in 0..<10 {
      let first = UInt64(a) &* 0xD251_1F53
      let second = UInt64(c) &* 0xCD9E_8D57
      a = UInt32(truncatingIfNeeded: second >> 32) ^ b ^ low
      b = UInt32(truncatingIfNeeded: second)
      c = UInt32(truncatingIfNeeded: first >> 32) ^ d ^ high
      d = UInt32(truncatingIfNeeded: first)
      low &+= 0x9E37_79B9
      high &+= 0xBB67_AE85
    }
    return SIMD4(a, b, c, d)
  }
}

extension RandomStream {
  private enum CodingKeys: String, CodingKey {
    case key, position
  }

  /// Resumes a saved stream. Every pair of integers is a valid stream.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    key = try container.decode(UInt64.self, forKey: .key)
    position = try container.decode(UInt64.self, forKey: .position)
    if position & 3 != 0 { block = block(at: position >> 2) }
  }

  /// Tells whether two streams will draw the same numbers.
  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.key == right.key && left.position == right.position
  }

  /// Hashes the key and the position.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(position)
  }
}

/// Returns the point of a range that lies a share `unit` of the way up, without leaving the range.
@inline(__always)
private func interpolate<Value: BinaryFloatingPoint>(
  _ range: ClosedRange<Value>, _ unit: Value
) -> Value {
  let (low, high) = (range.lowerBound, range.upperBound)
  let width = high - low
  if width.isFinite { return min(high, low + width * unit) }
  precondition(low.isFinite && high.isFinite, "cannot draw uniformly from \(low)...\(high)")
  return low * (1 - unit) + high * unit
}
