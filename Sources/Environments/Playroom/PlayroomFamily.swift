public import Tensors

/// Playrooms without end: rooms, objects, rules and goals drawn anew for each task.
///
/// A task has a goal about an object. The object is there, or has to be made: a rule makes it of one
/// or two others, which are there or have to be made, up to ``Configuration/depth`` rules one above
/// the other. Besides there are objects and rules that lead nowhere, and dead ends, which turn
/// something that is needed into something that is not. Every task has a way to its goal.
///
/// Which rules and goals are the train split's is decided by ``PlayroomSplit``.
public struct PlayroomFamily: TaskFamily {
  /// What the tasks are like.
  public let configuration: Configuration
  public let name: String

  /// Makes a family; the configuration must be sound.
  public init(_ configuration: Configuration = Configuration(), named name: String = "playroom") {
    if let problem = configuration.problem { preconditionFailure(problem) }
    self.configuration = configuration
    self.name = name
  }

  /// Whether a task's rules, goal and objects are such as a split can have.
  public func contains(_ task: Playroom, in split: Split) -> Bool {
    switch split {
    case .train:
      !PlayroomSplit.holdsOut(task.goal) && !task.rules.contains(where: PlayroomSplit.holdsOut)
        && !(0..<task.objectCount).contains {
          PlayroomSplit.holdsOut(Playroom.Kind(code: task.objectKinds[$0]))
        }
    case .heldOut:
      PlayroomSplit.holdsOut(task.goal) && task.rules.allSatisfy(PlayroomSplit.holdsOut)
    }
  }

  public func task(_ split: Split, using random: inout RandomStream) -> Playroom {
    for _ in 0..<10_000 {
      var draft = PlayroomDraft(configuration, split)
      if let task = draft.task(using: &random) { return task }
    }
    preconditionFailure("10,000 draws brought no playroom that can be solved: \(configuration)")
  }
}

extension PlayroomFamily {
  /// What the tasks of a family are like.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Width and height, walls included: within 5...19.
    public var sides = 9...9
    /// The number of rooms: within 1...9, and as many as fit the smallest side.
    public var rooms = 1...1
    /// How many rules lie one above the other: within 0...4.
    public var depth = 0...2
    /// How many rules lead nowhere.
    public var distractorRules = 0...1
    /// How many rules spoil something that is needed.
    public var deadEnds = 0...1
    /// How many objects are of no use: within 0...6.
    public var distractorObjects = 1...3
    /// How many doors are locked, as far as there are doors: within 0...3.
    public var lockedDoors = 0...1
    /// The share of tasks that tell the goal, and of those that tell the rules: within 0...1.
    public var goalToldShare: Float = 0.75
    public var rulesToldShare: Float = 0.75
    /// Whether what is told is told in symbols and in words.
    public var tellsInSymbols = false
    public var tellsInWords = true
    /// The cells seen in a row: 5 or 7.
    public var viewSide = 5
    /// What all that is observed looks like.
    public var skin = PlayroomSkin.plain
    /// Whether it is observed what has been tried on the task.
    public var showsTried = false
    /// The steps of a try; `nil` for ``pace`` for each cell of the longer side, and three times that
    /// for each rule of the depth and each locked door.
    public var stepLimit: Int?
    /// How much time a try gives: the steps for a cell of the longer side.
    public var pace = 10
    /// What held-out tasks have that training never had, besides rules and goals.
    public var axis = PlayroomSplit.Axis.combinations
    /// The depth of held-out tasks along the axis of depth: above `depth`, at most 4.
    public var heldOutDepth = 3
    /// The sides of held-out tasks along the axis of size: above `sides`, at most 19.
    public var heldOutSides = 11...13

    public init() {}

    /// The rules that there is room for in an observation: the most that a task can have.
    public var ruleSlots: Int {
      let deepest = max(depth.upperBound, heldOutDepth)
      return min(
        Configuration.treeRules(deepest) + distractorRules.upperBound + deadEnds.upperBound,
        Playroom.RuleList.capacity)
    }

    /// The most rules that lead to the goal: one for each level, and one more for a second branch.
    static func treeRules(_ depth: Int) -> Int { depth < 2 ? depth : depth + 1 }

    /// What is wrong, in one line; `nil` if nothing is.
    var problem: String? {
      let fitting = min((sides.lowerBound - 1) / 3, 3)
      let largest = Playroom.maximumSide
      let checks: [(String, ClosedRange<Int>, ClosedRange<Int>)] = [
        ("sides", sides, Playroom.minimumSide...largest),
        ("rooms", rooms, 1...max(fitting * fitting, 1)),
        ("depth", depth, 0...4),
        ("distractorRules", distractorRules, 0...3),
        ("deadEnds", deadEnds, 0...3),
        ("distractorObjects", distractorObjects, 0...6),
        ("lockedDoors", lockedDoors, 0...3),
        ("viewSide", viewSide...viewSide, 5...7),
        ("pace", pace...pace, 1...100),
        ("heldOutDepth", heldOutDepth...heldOutDepth, 0...4),
        ("heldOutSides", heldOutSides, sides.lowerBound...largest),
      ]
      for (name, range, allowed) in checks
      where range.lowerBound < allowed.lowerBound || range.upperBound > allowed.upperBound {
        return "\(name) of a playroom lies within \(allowed), got \(range)"
      }
      if viewSide == 6 { return "viewSide of a playroom is 5 or 7, got 6" }
      for share in [goalToldShare, rulesToldShare] where !(0...1 ~= share) {
        return "the told shares of a playroom lie within 0...1, got \(share)"
      }
      return nil
    }
  }
}
