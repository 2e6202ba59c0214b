/// The sizes of a tensor along its axes, at most four, kept inline.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The largest number of axes.
  public static let maximumRank = 4

  private var sizes: SIMD4<Int32>
  private var axes: Int8

  /// Makes a shape of at most four sizes, each at least 0; no sizes is the shape of a scalar.
  public init(_ sizes: some Collection<Int>) {
    precondition(
      sizes.count <= Shape.maximumRank, "a shape has at most 4 axes, got \(Array(sizes))")
    self.sizes = SIMD4(repeating: 1)
    axes = Int8(sizes.count)
    for (axis, size) in sizes.enumerated() {
      precondition(
        size >= 0 && size <= Int32.max, "a size lies in 0..<2³¹, got \(size) in \(Array(sizes))")
      self.sizes[axis] = Int32(size)
    }
  }

  public init(arrayLiteral sizes: Int...) {
    self.init(sizes)
  }

  // The ranks that hot code makes, without an array.
  package init() {
    sizes = SIMD4(repeating: 1)
    axes = 0
  }

  package init(_ rows: Int) {
    sizes = SIMD4(Int32(rows), 1, 1, 1)
    axes = 1
  }

  package init(_ rows: Int, _ columns: Int) {
    sizes = SIMD4(Int32(rows), Int32(columns), 1, 1)
    axes = 2
  }

  package init(_ first: Int, _ second: Int, _ third: Int) {
    sizes = SIMD4(Int32(first), Int32(second), Int32(third), 1)
    axes = 3
  }

  package init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
    sizes = SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth))
    axes = 4
  }

  /// The shape of a scalar.
  public static let scalar = Shape()

  /// The number of axes.
  public var rank: Int { Int(axes) }

  /// The number of elements.
  public var count: Int {
    Int(sizes.x) * Int(sizes.y) * Int(sizes.z) * Int(sizes.w)
  }

  /// The size along an axis; -1 is the last axis.
  public subscript(axis: Int) -> Int {
    get { Int(sizes[resolve(axis)]) }
    set { sizes[resolve(axis)] = Int32(newValue) }
  }

  /// The sizes as an array.
  public var array: [Int] { (0..<rank).map { self[$0] } }

  public var description: String { "\(array)" }

  /// The number of an axis counted from the first; -1 is the last.
  package func resolve(_ axis: Int) -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    precondition(resolved >= 0 && resolved < rank, "shape \(self) has no axis \(axis)")
    return resolved
  }

  /// The shape without an axis.
  package func removing(_ axis: Int) -> Shape {
    let axis = resolve(axis)
    var result = Shape()
    for kept in 0..<rank where kept != axis { result.append(self[kept]) }
    return result
  }

  private mutating func append(_ size: Int) {
    sizes[rank] = Int32(size)
    axes += 1
  }

  /// The number of elements before, along and after an axis: the shape seen as three axes.
  package func split(at axis: Int) -> (outer: Int, size: Int, inner: Int) {
    let axis = resolve(axis)
    var (outer, inner) = (1, 1)
    for before in 0..<axis { outer *= self[before] }
    for after in axis + 1..<rank { inner *= self[after] }
    return (outer, self[axis], inner)
  }

  /// The shape that two shapes broadcast to: axes are matched from the last, size 1 stretches.
  package static func broadcast(_ first: Shape, _ second: Shape) -> Shape {
    if first == second { return first }
    let rank = max(first.rank, second.rank)
    var result = Shape()
    for axis in 0..<rank {
      let one = axis < rank - first.rank ? 1 : first[axis - (rank - first.rank)]
      let two = axis < rank - second.rank ? 1 : second[axis - (rank - second.rank)]
      precondition(
        one == two || one == 1 || two == 1, "shapes \(first) and \(second) do not broadcast")
      result.append(one == 1 ? two : one)
    }
    return result
  }
}
