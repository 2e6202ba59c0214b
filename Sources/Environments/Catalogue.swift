internal import Spelling

/// The environments and families that Foal brings, by name.
public enum EnvironmentCatalogue {
  /// The single environments.
  public static let environments: [Entry] = [
    Entry(
      CartPole.gymnasium, named: "cartpole", alias: "CartPole-v1",
      summary: "balance a pole on a cart by pushing the cart left or right",
      source: "Barto, Sutton and Anderson (1983)", randomReturn: 22, referenceReturn: 500),
    Entry(
      Acrobot(), named: "acrobot", alias: "Acrobot-v1",
      summary: "swing the tip of two hanging links up with a motor between them",
      source: "Sutton (1996)", randomReturn: -499, referenceReturn: -100),
    Entry(
      MountainCar(), named: "mountain-car", alias: "MountainCar-v0",
      summary: "rock a weak car out of a valley",
      source: "Moore (1990)", randomReturn: -200, referenceReturn: -110),
    Entry(
      MountainCarContinuous(), named: "mountain-car-continuous", alias: "MountainCarContinuous-v0",
      summary: "rock a weak car out of a valley, paying for the force",
      source: "Moore (1990)", randomReturn: -33, referenceReturn: 90),
    Entry(
      Pendulum(), named: "pendulum", alias: "Pendulum-v1",
      summary: "swing a pendulum up with a weak motor and hold it there",
      source: "Gymnasium", randomReturn: -1231, referenceReturn: -250),
    Entry(
      CartPoleSwingUp(), named: "cartpole-swing-up",
      summary: "swing a hanging pole up by moving its cart; only upright is rewarded",
      source: "Houthooft et al. (2016)", randomReturn: 0, referenceReturn: 150),
    Entry(
      RoomMaze(), named: "room-maze",
      summary: "find the one goal in a maze of 17 rooms, seen from within",
      source: "Pathak et al. (2017)", randomReturn: 0, referenceReturn: 1),
    Entry(
      BitFlip(15), named: "bit-flip",
      summary: "flip 15 bits one by one until they equal the goal's",
      source: "Andrychowicz et al. (2017)", randomReturn: -15, referenceReturn: -6.5),
    Entry(
      Reach(), named: "reach", summary: "move a gripper to a point in space",
      source: "Plappert et al. (2018)", randomReturn: -49.6, referenceReturn: -0.8),
    Entry(
      DiscPush(), named: "disc-push", summary: "push a disc over a table to a point",
      source: "Plappert et al. (2018)", randomReturn: -49.9, referenceReturn: -12),
  ]

  /// The families of tasks.
  public static let families: [Entry] = [
    Entry(
      CartPoleFamily(),
      summary: "cart-poles of other gravity, masses, length, force, friction and action order",
      source: "Barto, Sutton and Anderson (1983)", randomReturn: 30, referenceReturn: 500),
    Entry(
      PlayroomFamily(school),
      summary: "rooms of objects, rules that turn them into others, a goal told in words",
      source: "after XLand-MiniGrid (2023) and BabyAI (2018)", randomReturn: 0.023,
      referenceReturn: 1),
  ]

  /// Families whose tasks differ from another one's in one respect, to evaluate its agents on: what
  /// is told, else what held-out tasks have that training never had, everything being told.
  public static let variants: [Entry] = [
    playroom("hidden", "playrooms whose rules and goals are not told, with short tries") {
      $0.goalToldShare = 0
      $0.rulesToldShare = 0
      $0.pace = shortPace
    },
    playroom("rules", "playrooms whose rules are told and whose goals are not, with short tries") {
      $0.goalToldShare = 0
      $0.pace = shortPace
    },
    playroom("told", "playrooms whose rules and goals are all told") { _ in },
    playroom("blanked", "the tasks of playroom-told with nothing told") {
      $0.goalToldShare = 0
      $0.rulesToldShare = 0
    },
    playroom("objects", "goals about colours and shapes never seen together in training") {
      $0.axis = .objects
    },
    playroom("verbs", "goals that ask of a shape what training never asked of it") {
      $0.axis = .verbs
    },
    playroom("depth", "one more rule between what there is and what is wanted") {
      $0.axis = .depth
    },
    playroom("size", "rooms of 11 to 13 cells") { $0.axis = .size },
    playroom("phrasing", "sentences of forms that training never used") { $0.axis = .phrasing },
    playroom("permuted", "playrooms in which shapes and colours, and their words, change places") {
      $0.skin = .permuted
    },
    playroom("colorless", "playrooms in which objects are all gray") { $0.skin = .colorless },
    playroom("masked", "playrooms in which objects all look the same") { $0.skin = .masked },
    playroom("scrambled", "playrooms in which every word is another") { $0.skin = .scrambled },
  ]

  /// The pace of tries in which there is time for some of what could be wanted, not for all: who has
  /// time for everything in each try need not remember anything.
  private static let shortPace = 3

  /// The playrooms in which agents are raised. What is told there is told often enough to learn to
  /// listen, and held back often enough to learn to try.
  private static var school: PlayroomFamily.Configuration {
    var school = course
    school.goalToldShare = 0.5
    school.rulesToldShare = 0.6
    school.pace = shortPace
    return school
  }

  /// What the playroom and its variants have in common: who sees seven cells in a row sees most of a
  /// room.
  private static var course: PlayroomFamily.Configuration {
    var course = PlayroomFamily.Configuration()
    course.viewSide = 7
    course.showsTried = true
    return course
  }

  private static func playroom(
    _ name: String, _ summary: String, _ change: (inout PlayroomFamily.Configuration) -> Void
  ) -> Entry {
    var configuration = course
    configuration.goalToldShare = 1
    configuration.rulesToldShare = 1
    change(&configuration)
    return Entry(
      PlayroomFamily(configuration, named: "playroom-\(name)"), summary: summary,
      source: "after XLand-MiniGrid (2023) and BabyAI (2018)",
      randomReturn: configuration.pace == shortPace ? 0.023 : 0.053, referenceReturn: 1)
  }

  /// Everything, the environments first, without variants.
  public static var all: [Entry] { environments + families }

  /// The environment of a name or of Gymnasium's name for it, in upper or lower case.
  public static func environment(named name: String) throws(UnknownEnvironment) -> Entry {
    try entry(named: name, among: environments, as: .environment)
  }

  /// The family of a name, in upper or lower case.
  public static func family(named name: String) throws(UnknownEnvironment) -> Entry {
    try entry(named: name, among: families + variants, as: .family)
  }

  /// The environment and the family or variant of a name: at least one of them.
  public static func entries(named name: String) throws(UnknownEnvironment) -> [Entry] {
    let sought = name.lowercased()
    let found = (all + variants).filter { $0.names.contains { $0.lowercased() == sought } }
    guard !found.isEmpty else {
      throw UnknownEnvironment(name: name, kind: .environment, known: all)
    }
    return found
  }

  private static func entry(
    named name: String, among entries: [Entry], as kind: Entry.Kind
  ) throws(UnknownEnvironment) -> Entry {
    let sought = name.lowercased()
    for entry in entries where entry.names.contains(where: { $0.lowercased() == sought }) {
      return entry
    }
    throw UnknownEnvironment(name: name, kind: kind, known: entries)
  }
}

extension EnvironmentCatalogue {
  /// An environment or a family with all that is needed to list, show, run and watch it.
  public struct Entry: Sendable {
    /// What an entry makes.
    public enum Kind: String, Sendable, Hashable, Codable {
      case environment, family
    }

    /// What the entry makes.
    public let kind: Kind
    /// The name, for example "mountain-car".
    public let name: String
    /// Gymnasium's name, for example "MountainCar-v0"; `nil` if it has none.
    public let alias: String?
    /// What the task is, in one line.
    public let summary: String
    /// Where the environment comes from.
    public let source: String
    /// The mean return of actions drawn uniformly, over 1,000 episodes; of a family, over as many
    /// held-out tasks. Score 0.
    public let randomReturn: Float
    /// The return that counts as score 1: the highest possible for cart-poles, the solved level
    /// elsewhere.
    public let referenceReturn: Float
    /// The tasks: one, or those of the family's splits.
    public let tasks: TaskSource

    /// Makes the entry of a single environment.
    public init(
      _ environment: some Environment, named name: String, alias: String? = nil, summary: String,
      source: String, randomReturn: Float, referenceReturn: Float
    ) {
      self.init(
        .environment, SingleTask(environment, named: name), alias: alias, summary: summary,
        source: source, randomReturn: randomReturn, referenceReturn: referenceReturn)
    }

    /// Makes the entry of a family.
    public init(
      _ family: some TaskFamily, summary: String, source: String, randomReturn: Float,
      referenceReturn: Float
    ) {
      self.init(
        .family, family, alias: nil, summary: summary, source: source, randomReturn: randomReturn,
        referenceReturn: referenceReturn)
    }

    private init(
      _ kind: Kind, _ family: some TaskFamily, alias: String?, summary: String, source: String,
      randomReturn: Float, referenceReturn: Float
    ) {
      self.kind = kind
      name = family.name
      self.alias = alias
      self.summary = summary
      self.source = source
      self.randomReturn = randomReturn
      self.referenceReturn = referenceReturn
      tasks = TaskSource(family)
    }

    /// The names by which the entry is found.
    public var names: [String] { [name] + (alias.map { [$0] } ?? []) }

    /// The score of a return: 0 for random actions, 1 for the reference.
    public func score(of undiscountedReturn: Float) -> Float {
      (undiscountedReturn - randomReturn) / (referenceReturn - randomReturn)
    }
  }
}

/// A name that the catalogue does not have.
public struct UnknownEnvironment: Error, Sendable, Hashable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// Whether an environment or a family was sought.
  public let kind: EnvironmentCatalogue.Entry.Kind
  /// The names that there are.
  public let known: [String]
  /// The known name that is nearest to the one asked for; `nil` if none is near.
  public let suggestion: String?

  init(name: String, kind: EnvironmentCatalogue.Entry.Kind, known: [EnvironmentCatalogue.Entry]) {
    self.name = name
    self.kind = kind
    self.known = known.map(\.name).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let distances = known.flatMap(\.names).map {
      ($0, EditDistance.between(name, $0))
    }
    // Further than a third of the letters apart, a suggestion would be a guess.
    suggestion = distances.min { $0.1 < $1.1 }.flatMap {
      3 * $0.1 <= max($0.0.count, name.count) ? $0.0 : nil
    }
  }

  public var description: String {
    let hint = suggestion.map { "; did you mean \($0)?" } ?? "."
    return "there is no \(kind.rawValue) \"\(name)\"\(hint) "
      + "Known: \(known.joined(separator: ", "))"
  }
}
