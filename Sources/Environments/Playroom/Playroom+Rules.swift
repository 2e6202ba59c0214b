extension Playroom {
  /// How a condition relates the agent, objects and the floor.
  public enum Predicate: UInt8, Sendable, Hashable, CaseIterable {
    /// The agent holds an object.
    case hold = 1
    /// The agent stands beside an object, on one of the four cells around it.
    case beside
    /// Two objects lie beside each other.
    case together
    /// An object lies on a tile of a colour.
    case on
    /// The agent holds an object and stands on a tile of a colour.
    case carry
  }

  /// Something that can be true of a playroom: what sets off a rule, and what a goal asks for.
  public struct Condition: Sendable, Hashable {
    /// How the operands are related.
    public let predicate: Predicate
    /// The object that the condition is about.
    public let subject: Kind
    /// The other object's kind or the tile's colour, as a code; 0 if there is neither.
    let operand: UInt8

    init(_ predicate: Predicate, _ subject: Kind, operand: UInt8 = 0) {
      self.predicate = predicate
      self.subject = subject
      self.operand = operand
    }

    /// The agent holds an object of a kind.
    public static func holding(_ kind: Kind) -> Condition { Condition(.hold, kind) }
    /// The agent stands beside an object of a kind.
    public static func beside(_ kind: Kind) -> Condition { Condition(.beside, kind) }
    /// Objects of two kinds lie beside each other. The order of the two says nothing.
    public static func together(_ first: Kind, _ second: Kind) -> Condition {
      let (low, high) = first.code <= second.code ? (first, second) : (second, first)
      return Condition(.together, low, operand: high.code)
    }
    /// An object of a kind lies on a tile of a colour.
    public static func lying(_ kind: Kind, on tile: Color) -> Condition {
      Condition(.on, kind, operand: tile.rawValue)
    }
    /// The agent holds an object of a kind and stands on a tile of a colour.
    public static func carrying(_ kind: Kind, onto tile: Color) -> Condition {
      Condition(.carry, kind, operand: tile.rawValue)
    }

    /// The second object, if the condition has two.
    public var other: Kind? { predicate == .together ? Kind(code: operand) : nil }
    /// The tile's colour, if the condition has one.
    public var tile: Color? {
      predicate == .on || predicate == .carry ? Color(rawValue: operand) : nil
    }
    /// The same condition with its operands in the order of their codes.
    var ordered: Condition { other.map { .together(subject, $0) } ?? self }

    /// The condition as a number that no other condition has.
    var bits: UInt32 {
      UInt32(predicate.rawValue) | UInt32(subject.code) << 8 | UInt32(operand) << 16
    }

    @inline(__always)
    init(bits: UInt32) {
      predicate = Predicate(rawValue: UInt8(truncatingIfNeeded: bits)) ?? .hold
      subject = Kind(code: UInt8(truncatingIfNeeded: bits >> 8))
      operand = UInt8(truncatingIfNeeded: bits >> 16)
    }
  }

  /// What the world does by itself as soon as a condition holds: the condition's subject becomes
  /// something else. Of two objects that lie together the second is used up.
  public struct Rule: Sendable, Hashable {
    public let condition: Condition
    /// What the subject becomes.
    public let product: Kind

    public init(_ condition: Condition, makes product: Kind) {
      self.condition = condition
      self.product = product
    }

    /// The rule as a number that no other rule has.
    var bits: UInt32 { condition.bits | UInt32(product.code) << 24 }

    @inline(__always)
    init(bits: UInt32) {
      condition = Condition(bits: bits & 0xff_ffff)
      product = Kind(code: UInt8(truncatingIfNeeded: bits >> 24))
    }
  }

  /// Up to eight rules, in the order in which they are tried.
  public struct RuleList: Sendable, Hashable, RandomAccessCollection {
    /// The most rules that a playroom can have.
    public static let capacity = 8
    private var bits = SIMD8<UInt32>()
    public private(set) var count = 0

    /// Makes a list; at most ``capacity`` rules.
    public init(_ rules: some Collection<Rule> = []) {
      for rule in rules { append(rule) }
    }

    /// Puts a rule behind the others.
    public mutating func append(_ rule: Rule) {
      precondition(count < RuleList.capacity, "a playroom has at most \(RuleList.capacity) rules")
      bits[count] = rule.bits
      count += 1
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    @inline(__always)
    public subscript(position: Int) -> Rule { Rule(bits: bits[position]) }

    /// Puts two rules in each other's place.
    mutating func swapAt(_ first: Int, _ second: Int) {
      (bits[first], bits[second]) = (bits[second], bits[first])
    }
  }
}

extension Playroom.Condition: CustomStringConvertible {
  /// The condition in words, for example "red ball beside blue star".
  public var description: String {
    switch predicate {
    case .hold: "holding \(subject)"
    case .beside: "beside \(subject)"
    case .together: "\(subject) beside \(Playroom.Kind(code: operand))"
    case .on: "\(subject) on \(tile.map { "\($0)" } ?? "no") tile"
    case .carry: "carrying \(subject) onto \(tile.map { "\($0)" } ?? "no") tile"
    }
  }
}

extension Playroom.Rule: CustomStringConvertible {
  /// The rule in words, for example "holding red ball makes green gem".
  public var description: String { "\(condition) makes \(product)" }
}
