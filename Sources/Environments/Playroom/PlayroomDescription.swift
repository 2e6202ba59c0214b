/// A playroom as it is written down in a file: every part by name.
///
/// ```json
/// {
///   "rooms": ["#######", "#.....#", "#.....#", "#######"],
///   "objects": [{"kind": "red ball", "at": [1, 1]}, {"kind": "blue box"}],
///   "rules": [{"when": "together", "subject": "red ball", "other": "blue box",
///              "makes": "green star"}],
///   "goal": {"when": "hold", "subject": "green star"}
/// }
/// ```
public struct PlayroomDescription: Sendable, Hashable, Codable {
  /// A door: its colour, its place, and "open", "closed" or "locked".
  public struct Door: Sendable, Hashable, Codable {
    public var color: String
    public var at: [Int]
    public var state: String?
  }

  /// A coloured cell of the floor.
  public struct Tile: Sendable, Hashable, Codable {
    public var color: String
    public var at: [Int]
  }

  /// An object: its colour and shape, and its place if that is fixed.
  public struct Object: Sendable, Hashable, Codable {
    public var kind: String
    public var at: [Int]?
  }

  /// Where the agent begins, if that is fixed, and whether it looks "up", "right", "down" or "left".
  public struct Start: Sendable, Hashable, Codable {
    public var at: [Int]?
    public var facing: String?
  }

  /// A condition: one of the predicates "hold", "beside", "together", "on" and "carry", and what it
  /// is about.
  public struct Condition: Sendable, Hashable, Codable {
    public var when: String
    public var subject: String
    /// The second object, of "together".
    public var other: String?
    /// The colour of the tile, of "on" and "carry".
    public var tile: String?
    /// What the subject becomes, if this is a rule.
    public var makes: String?
  }

  /// The rows of the grid from the top: # for wall, anything else for floor. The border is wall.
  public var rooms: [String]
  public var doors: [Door]?
  public var tiles: [Tile]?
  public var objects: [Object]
  public var agent: Start?
  public var rules: [Condition]?
  public var goal: Condition
  /// What is told: of "goal", "rules", "goal symbols", "goal words", "rule symbols" and "rule words";
  /// everything if it is left out.
  public var told: [String]?
  /// The cells seen in a row: 5 or 7; 5 if it is left out.
  public var viewSide: Int?
  /// The rules that an observation has room for; as many as there are if it is left out.
  public var ruleSlots: Int?
  /// The steps of a try; no limit if it is left out.
  public var stepLimit: Int?
  /// Whether it is observed what has been tried on the task; not if it is left out.
  public var showsTried: Bool?
}

/// What is wrong with the description of a playroom, in one line.
public struct PlayroomError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension PlayroomDescription {
  /// Names for what can be told.
  static let tellings: [(name: String, telling: Playroom.Telling)] = [
    ("goal", .goal), ("rules", .rules), ("goal symbols", .goalSymbols),
    ("goal words", .goalWords), ("rule symbols", .ruleSymbols), ("rule words", .ruleWords),
  ]
  static let directions = ["up", "right", "down", "left"]

  /// Looks a word up.
  static func find(
    _ word: String, among words: [String], as what: String
  ) throws(PlayroomError) -> Int {
    guard let place = words.firstIndex(of: word) else {
      throw PlayroomError("unknown \(what) \"\(word)\"; known: \(words.joined(separator: ", "))")
    }
    return place
  }

  static func color(_ word: String) throws(PlayroomError) -> Playroom.Color {
    let all = Playroom.Color.allCases
    return all[try find(word, among: all.map { "\($0)" }, as: "color")]
  }

  static func kind(_ text: String) throws(PlayroomError) -> Playroom.Kind {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 2 else {
      throw PlayroomError("\"\(text)\" is no color and shape, such as \"red ball\"")
    }
    let shapes = Playroom.Shape.allCases
    return Playroom.Kind(
      try color(words[0]), shapes[try find(words[1], among: shapes.map { "\($0)" }, as: "shape")])
  }
}

extension PlayroomDescription.Condition {
  /// The condition that is described.
  func condition() throws(PlayroomError) -> Playroom.Condition {
    let predicates = Playroom.Predicate.allCases
    let place = try PlayroomDescription.find(
      when, among: predicates.map { "\($0)" }, as: "predicate")
    let subject = try PlayroomDescription.kind(subject)
    switch predicates[place] {
    case .hold: return .holding(subject)
    case .beside: return .beside(subject)
    case .together:
      guard let other else { throw PlayroomError("\"together\" needs an \"other\"") }
      return .together(subject, try PlayroomDescription.kind(other))
    case .on, .carry:
      guard let tile else { throw PlayroomError("\"\(when)\" needs a \"tile\"") }
      let color = try PlayroomDescription.color(tile)
      return predicates[place] == .on
        ? .lying(subject, on: color) : .carrying(subject, onto: color)
    }
  }

  /// The rule that is described.
  func rule() throws(PlayroomError) -> Playroom.Rule {
    guard let makes else { throw PlayroomError("the rule of \(when) \(subject) makes nothing") }
    return Playroom.Rule(try condition(), makes: try PlayroomDescription.kind(makes))
  }

  init(_ condition: Playroom.Condition, makes product: Playroom.Kind? = nil) {
    when = "\(condition.predicate)"
    subject = "\(condition.subject)"
    other = condition.other.map { "\($0)" }
    tile = condition.tile.map { "\($0)" }
    makes = product.map { "\($0)" }
  }
}
