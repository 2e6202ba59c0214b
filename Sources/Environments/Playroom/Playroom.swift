public import Tensors

/// Rooms with things in them, rules by which things become other things, and something that is
/// wanted.
///
/// The agent turns, walks, picks up, puts down and toggles doors on a grid of 5 by 5 to 19 by 19
/// cells, walls included. It sees the cells before it and what it holds. As soon as a rule's
/// condition holds, the rule does its work; as soon as the goal holds, the agent is rewarded with 1
/// and the episode ends. So the return is 1 for success and 0 otherwise.
///
/// A playroom is what stays the same over the tries on a task: walls, doors, tiles, which objects
/// there are, rules and goal. Where the objects and the agent are is drawn anew for each try, from
/// layouts that are known to have a way to the goal; places can also be fixed.
///
/// The rules and the goal are each told, as symbols and in words, or hidden: all zeros. What is
/// hidden has no influence on what is observed of a state.
///
/// After XLand-MiniGrid (Nikulin et al., 2023, arXiv:2312.12044), for the rules, and BabyAI
/// (Chevalier-Boisvert et al., 2018, arXiv:1810.08272), for the instructions.
public struct Playroom: Environment, Hashable {
  /// What of a task is told. Words and symbols say the same.
  public struct Telling: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let goalSymbols = Telling(rawValue: 1)
    public static let goalWords = Telling(rawValue: 2)
    public static let ruleSymbols = Telling(rawValue: 4)
    public static let ruleWords = Telling(rawValue: 8)
    /// The goal, as symbols and in words.
    public static let goal: Telling = [.goalSymbols, .goalWords]
    /// The rules, as symbols and in words.
    public static let rules: Telling = [.ruleSymbols, .ruleWords]
    public static let everything: Telling = [.goal, .rules]
  }

  /// Walls, doors and tiles.
  public let map: Map
  /// What things become.
  public let rules: RuleList
  /// What is wanted.
  public let goal: Condition
  /// What of rules and goal is observed.
  public let telling: Telling
  /// What all that is observed looks like.
  public let skin: PlayroomSkin
  /// Whether it is observed what has been tried on the task.
  public let showsTried: Bool
  /// The number of objects; rules can use some up.
  public let objectCount: Int
  /// The number of rules between what there is at first and what is wanted, one above the other.
  public let depth: Int
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  /// The objects' kinds, and their places where those are fixed.
  let objectKinds: SIMD16<UInt8>
  let objectCells: SIMD16<UInt16>
  /// Where the agent begins, if that is fixed.
  let agentCell: Cell
  let agentFacing: UInt8
  /// What is told, as it is observed.
  let panel: Panel
  /// A layout with a way to the goal, for when drawing others takes too long.
  var start = State()

  /// The cells that are seen in a row: 5 or 7.
  public var viewSide: Int { panel.viewSide }
  /// The rules that there is room for in an observation.
  public var ruleSlots: Int { panel.ruleSlots }

  init(
    map: Map, objects: Objects, rules: RuleList, goal: Condition, telling: Telling,
    viewSide: Int, ruleSlots: Int, sentences: Sentences, stepLimit: Int?,
    skin: PlayroomSkin = .plain, showsTried: Bool = false
  ) {
    self.map = map
    self.rules = rules
    self.goal = goal
    self.telling = telling
    self.skin = skin
    self.showsTried = showsTried
    self.stepLimit = stepLimit
    objectCount = objects.count
    objectKinds = objects.kinds
    objectCells = objects.cells
    agentCell = objects.agent
    agentFacing = objects.facing
    depth = Playroom.depth(of: goal, under: rules)
    panel = Panel(
      goal, rules, telling, sentences, viewSide: viewSide, ruleSlots: ruleSlots, skin: skin)
  }

  /// What lies in the rooms, and where, if that is fixed.
  struct Objects {
    var kinds = SIMD16<UInt8>()
    var cells = SIMD16<UInt16>(repeating: Cell.nowhere.code)
    var count = 0
    var agent = Cell.nowhere
    var facing: UInt8 = 255

    /// Puts in an object; does nothing if there is no room for it.
    mutating func add(_ kind: Kind, at cell: Cell = .nowhere) {
      guard count < State.maximumObjects else { return }
      kinds[count] = kind.code
      cells[count] = cell.code
      count += 1
    }
  }

  /// What is in the cells before the agent, in what colour and on what ground; what it holds; goal
  /// and rules as symbols; goal and rules in words.
  ///
  /// - "shapes", "colors", "grounds" `[side, side]`: row by row, the farthest first; the agent
  ///   stands in the middle of the last row and looks towards the first. ``Content``, ``Color`` (0
  ///   for none) and ``Ground``.
  /// - "tried" `[side, side]`: what has been done on the task with such a thing, ``Tried``; only if
  ///   ``showsTried``.
  /// - "held" `[2]`: content and colour.
  /// - "goal" `[5]`: predicate (0 if hidden), and content and colour of both operands.
  /// - "rules" `[slots, 7]`: predicate (0 if hidden or none), and content and colour of both
  ///   operands and of the product. Not there if there is room for no rule.
  /// - "instruction" `[1 + slots, 16]`: the goal's sentence and the rules', a number for each word
  ///   of ``vocabulary``, counted from 1; 0 behind the last word or if hidden.
  public var observationSpace: ObservationSpace {
    let view = [viewSide, viewSide]
    let words = 1 + Playroom.vocabulary.count
    var segments: [ObservationSpace.Segment] = [
      .init("shapes", view, of: .cells, kinds: Content.tile),
      .init("colors", view, of: .cells, kinds: 1 + Color.allCases.count),
      .init("grounds", view, of: .cells, kinds: Ground.count),
    ]
    if showsTried { segments.append(.init("tried", view, of: .cells, kinds: Tried.count)) }
    segments += [
      .init("held", [2], of: .symbols, kinds: Content.tile),
      .init("goal", [Panel.goalCount], of: .symbols, kinds: Content.count),
    ]
    if ruleSlots > 0 {
      segments.append(
        .init("rules", [ruleSlots, Panel.ruleCount], of: .symbols, kinds: Content.count))
    }
    segments.append(
      .init("instruction", [1 + ruleSlots, Sentence.capacity], of: .words, kinds: words))
    return ObservationSpace(segments: segments)
  }

  /// The actions of ``Move``.
  public var actionSpace: ActionSpace { .discrete(Move.allCases.count) }
  /// 1: the goal was reached.
  public var solvedReturn: Float? { 1 }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let isReached = withWorld { $0.step(&state, action.index) }
    return Outcome(reward: isReached ? 1 : 0, terminated: isReached)
  }

  /// What has been tried is remembered.
  public func carryOver(from last: State, to next: inout State) { next.diary = last.diary }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let count = observedCount
    precondition(
      observation.count >= count, "an observation of \(count) does not fit \(observation.count)")
    observation.withUnsafeMutableBufferPointer { observation in
      withWorld { $0.show(state, in: observation.baseAddress.unsafelyUnwrapped) }
    }
  }

  public static func step(
    _ tasks: [Playroom], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    var states = states.mutableSpan
    var rewards = rewards.mutableSpan
    var terminated = terminated.mutableSpan
    let indices = actions.indices.span
    tasks.withUnsafeBufferPointer { tasks in
      observations.withUnsafeMutableBufferPointer { observations in
        guard let first = tasks.baseAddress, let row = observations.baseAddress else { return }
        for slot in tasks.indices {
          let world = PlayroomWorld(task: first + slot)
          let count = world.observedCount
          precondition(count <= width, "an observation of \(count) does not fit \(width)")
          let isReached = world.step(&states[slot], Int(indices[slot]))
          rewards[slot] = isReached ? 1 : 0
          terminated[slot] = isReached
          world.show(states[slot], in: row + slot &* width)
        }
      }
    }
  }

  /// How many rules lie one above the other between what is wanted and what there is.
  static func depth(of goal: Condition, under rules: RuleList) -> Int {
    func depth(_ kind: Kind, _ left: Int) -> Int {
      guard left > 0, let rule = rules.first(where: { $0.product == kind }) else { return 0 }
      let other = rule.condition.other.map { depth($0, left - 1) } ?? 0
      return 1 + max(depth(rule.condition.subject, left - 1), other)
    }
    return max(
      depth(goal.subject, rules.count), goal.other.map { depth($0, rules.count) } ?? 0)
  }
}

extension Playroom: CustomStringConvertible {
  /// The goal and the rules in words.
  public var description: String {
    (["playroom \(map.width)x\(map.height): \(goal)"] + rules.map { "\($0)" })
      .joined(separator: "; ")
  }
}
