/// What an agent sees: named segments, laid one after the other in one vector of `Float`s.
public struct ObservationSpace: Sendable, Hashable, Codable {
  /// A named part of an observation.
  public struct Segment: Sendable, Hashable, Codable {
    /// What the segment holds, for example "state", "goal" or "instruction".
    public var name: String
    /// The segment's shape; the product of its sizes is its number of elements.
    public var shape: [Int]
    /// The lowest and the highest value of an element; infinite where there is no bound.
    public var bounds: ClosedRange<Float>
    /// What the elements are.
    public var content: Content
    /// Whether it is a part of a moment that is remembered.
    public var isRemembered = false

    /// What a segment's elements are, so that a network can take them in as what they are.
    public enum Content: String, Sendable, Hashable, Codable {
      /// Quantities.
      case numbers
      /// Codes of symbols, one for each cell of a grid `[height, width]`. Segments of cells that
      /// follow each other and have the same shape are planes of one grid.
      case cells
      /// Codes of symbols, each with a meaning by its place.
      case symbols
      /// Codes of words, sentences of shape `[sentences, length]`; 0 for no word.
      case words
    }

    public init(
      _ name: String, _ shape: [Int], in bounds: ClosedRange<Float>? = nil,
      content: Content = .numbers
    ) {
      precondition(shape.allSatisfy { $0 > 0 }, "segment \(name) has an empty shape \(shape)")
      self.name = name
      self.shape = shape
      self.bounds = bounds ?? -Float.infinity...Float.infinity
      self.content = content
    }

    /// Makes a segment of codes.
    ///
    /// - Parameter kinds: the number of codes that there are, counted from 0.
    public init(_ name: String, _ shape: [Int], of content: Content, kinds: Int) {
      precondition(
        kinds > 0 && content != .numbers && (content == .symbols || shape.count == 2),
        "segment \(name) cannot hold \(kinds) kinds of \(content) in shape \(shape)")
      self.init(name, shape, in: 0...Float(kinds - 1), content: content)
    }

    /// The segment's number of elements.
    public var count: Int { shape.reduce(1, *) }

    private enum CodingKeys: String, CodingKey { case name, shape, low, high, content, remembered }

    // JSON has no infinities: a missing bound is an infinite one.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let low = try container.decodeIfPresent(Float.self, forKey: .low) ?? -.infinity
      let high = try container.decodeIfPresent(Float.self, forKey: .high) ?? .infinity
      let shape = try container.decode([Int].self, forKey: .shape)
      var count = 1
      for size in shape where count <= 1 << 24 {
        count = size > 0 && size <= 1 << 24 ? count * size : .max
      }
      let content = try container.decodeIfPresent(Content.self, forKey: .content) ?? .numbers
      let isCoded = low == 0 && high < 1_048_576 && (content == .symbols || shape.count == 2)
      guard low <= high, count <= 1 << 24, content == .numbers || isCoded else {
        throw DecodingError.dataCorruptedError(
          forKey: .shape, in: container, debugDescription: "not an observation segment")
      }
      self.init(
        try container.decode(String.self, forKey: .name), shape, in: low...high, content: content)
      isRemembered = try container.decodeIfPresent(Bool.self, forKey: .remembered) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(shape, forKey: .shape)
      if bounds.lowerBound.isFinite { try container.encode(bounds.lowerBound, forKey: .low) }
      if bounds.upperBound.isFinite { try container.encode(bounds.upperBound, forKey: .high) }
      if content != .numbers { try container.encode(content, forKey: .content) }
      if isRemembered { try container.encode(true, forKey: .remembered) }
    }
  }

  /// The segments in the order in which they lie in the vector.
  public var segments: [Segment]

  public init(_ segments: Segment...) {
    self.segments = segments
  }

  public init(segments: [Segment]) {
    self.segments = segments
  }

  /// The number of elements of an observation.
  public var count: Int { segments.reduce(0) { $0 + $1.count } }

  /// The names of the planes of the first grid that is seen; empty if there is none.
  package var firstGrid: [String] {
    let planes = segments.drop { $0.content != .cells }
    return planes.prefix { $0.content == .cells && $0.shape == planes.first?.shape }.map(\.name)
  }

  /// Where the elements of some segments lie, in the order of the vector.
  @usableFromInline
  func ranges(of names: [String]) -> [Range<Int>] {
    var (ranges, start) = ([Range<Int>](), 0)
    for segment in segments {
      if names.contains(segment.name) { ranges.append(start..<start + segment.count) }
      start += segment.count
    }
    return ranges
  }

  /// The bounds of each element, the largest finite numbers where there are none, for so many whole
  /// observations one after the other as make up a number of elements, at least one; empty if no element
  /// is bounded.
  @usableFromInline
  func finiteBounds(atLeast least: Int) -> (lowest: [Float], highest: [Float]) {
    let limit = Float.greatestFiniteMagnitude
    var (lowest, highest): ([Float], [Float]) = ([], [])
    for segment in segments {
      let bounds = segment.bounds.clamped(to: -limit...limit)
      lowest += Array(repeating: bounds.lowerBound, count: segment.count)
      highest += Array(repeating: bounds.upperBound, count: segment.count)
    }
    if lowest.allSatisfy({ $0 == -limit }) && highest.allSatisfy({ $0 == limit }) {
      return ([], [])
    }
    let times = 0..<max(1, least / lowest.count)
    return (times.flatMap { _ in lowest }, times.flatMap { _ in highest })
  }

  /// The elements of a segment within an observation; `nil` if there is no such segment.
  public func range(of name: String) -> Range<Int>? {
    var start = 0
    for segment in segments {
      if segment.name == name { return start..<start + segment.count }
      start += segment.count
    }
    return nil
  }
}

/// What an agent can do.
public enum ActionSpace: Sendable, Hashable, Codable {
  /// One of `count` actions, `0..<count`; `masked` if some are at times not allowed.
  case discrete(_ count: Int, masked: Bool = false)
  /// A vector with `low[i]...high[i]` for each component; at most 32 components.
  case box(low: [Float], high: [Float])

  /// The number of discrete actions, or of components of a box.
  public var count: Int {
    switch self {
    case .discrete(let count, _): count
    case .box(let low, _): low.count
    }
  }

  /// Whether actions are indices.
  public var isDiscrete: Bool {
    if case .discrete = self { true } else { false }
  }

  /// Whether some actions are at times not allowed.
  public var isMasked: Bool {
    if case .discrete(_, masked: true) = self { true } else { false }
  }
}

extension ObservationSpace: CustomStringConvertible {
  /// The segments in words, for example "position [1] in -1.2...0.6, velocity [1]".
  public var description: String {
    segments.map { segment in
      let sizes = segment.shape.map(String.init).joined(separator: ", ")
      let isBounded = segment.bounds.lowerBound.isFinite || segment.bounds.upperBound.isFinite
      return "\(segment.name) [\(sizes)]" + (isBounded ? " in \(segment.bounds)" : "")
    }.joined(separator: ", ")
  }
}

extension ActionSpace: CustomStringConvertible {
  /// The space in words, for example "one of 2" or "-1.0...1.0, -2.0...2.0".
  public var description: String {
    switch self {
    case .discrete(let count, let masked): "one of \(count)" + (masked ? ", masked" : "")
    case .box(let low, let high):
      zip(low, high).map { "\($0)...\($1)" }.joined(separator: ", ")
    }
  }
}
