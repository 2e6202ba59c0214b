/// Which rules, goals and objects are kept for held-out tasks. It is decided by what they are, before
/// anything is drawn, so no seed and no setting can bring one of them into training.
///
/// - One rule in five and one goal in five, by a hash of all that it consists of. The train split has
///   none of them; the held-out split has nothing else. So no held-out task shares a rule or a goal
///   with any train task.
/// - One colour of each shape: `holdsOut` of a kind. Every colour and every shape occurs
///   in training, these eight pairs never do, not even as something that lies about.
/// - One shape of each predicate: ``holdsOutVerb(_:)``. In training no goal and no rule relates an
///   object of the shape in that way.
public enum PlayroomSplit {
  /// What held-out tasks have that training never had, besides their rules and goals.
  public enum Axis: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing else: objects, verbs, depth, size and phrasing are as in training.
    case combinations
    /// The goal is about an object of a colour and a shape that were never seen together.
    case objects
    /// The goal asks to do with a shape what was never asked to be done with it.
    case verbs
    /// More rules lie one above the other.
    case depth
    /// The rooms are larger.
    case size
    /// The sentences have forms that were never used.
    case phrasing
  }

  /// Whether a colour and a shape are kept apart in training.
  @inline(__always)
  public static func holdsOut(_ kind: Playroom.Kind) -> Bool {
    (kind.code >> 3 &* 5 &+ 1) % 6 &+ 1 == kind.code & 7
  }

  /// Whether a condition asks of a shape what training never asks of it.
  @inline(__always)
  public static func holdsOutVerb(_ condition: Playroom.Condition) -> Bool {
    holdsOutVerb(condition.predicate, condition.subject)
      || condition.predicate == .together
        && holdsOutVerb(condition.predicate, Playroom.Kind(code: condition.operand))
  }

  @inline(__always)
  private static func holdsOutVerb(_ predicate: Playroom.Predicate, _ kind: Playroom.Kind) -> Bool {
    (predicate.rawValue &* 3 &+ 1) & 7 == kind.code >> 3
  }

  /// Whether a goal is never a training task's.
  public static func holdsOut(_ goal: Playroom.Condition) -> Bool {
    holdsOutVerb(goal) || hasHeldOutKind(goal) || isChosen(goal.bits, 0x60a1)
  }

  /// Whether a rule is never in a training task.
  public static func holdsOut(_ rule: Playroom.Rule) -> Bool {
    holdsOutVerb(rule.condition) || hasHeldOutKind(rule.condition) || holdsOut(rule.product)
      || isChosen(rule.bits, 0x2b1e)
  }

  private static func hasHeldOutKind(_ condition: Playroom.Condition) -> Bool {
    holdsOut(condition.subject)
      || condition.predicate == .together && holdsOut(Playroom.Kind(code: condition.operand))
  }

  /// One number in five, the same ones always.
  private static func isChosen(_ bits: UInt32, _ salt: UInt64) -> Bool {
    mix(UInt64(bits) << 16 ^ salt) % 5 == 0
  }

  /// A number that looks random: the finaliser of SplitMix64.
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
