internal import Tensors

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Playroom {
  /// Makes the playroom that is described.
  ///
  /// - Parameter limit: how many places are searched for a way to the goal before it counts as not
  ///   to be solved.
  /// - Throws: ``PlayroomError`` with what is wrong: an unknown word, something off the grid or in a
  ///   wall, too much of something, a rule loop, or that there is no way to the goal.
  public init(_ description: PlayroomDescription, limit: Int = 20_000) throws(PlayroomError) {
    let map = try Map(description)
    let objects = try Objects(description, map)
    var rules = RuleList()
    guard description.rules?.count ?? 0 <= RuleList.capacity else {
      throw PlayroomError("there are more than \(RuleList.capacity) rules")
    }
    for rule in description.rules ?? [] { rules.append(try rule.rule()) }
    if let kind = Playroom.loop(in: rules) {
      throw PlayroomError("the rules make \(kind) of what \(kind) is needed for: a rule loop")
    }
    let goal = try description.goal.condition()
    var telling: Telling = description.told == nil ? .everything : []
    for word in description.told ?? [] {
      let tellings = PlayroomDescription.tellings
      let place = try PlayroomDescription.find(
        word, among: tellings.map(\.name), as: "thing to be told")
      telling.formUnion(tellings[place].telling)
    }
    let viewSide = description.viewSide ?? 5
    guard viewSide == 5 || viewSide == 7 else {
      throw PlayroomError("viewSide is \(viewSide); allowed: 5 and 7")
    }
    let slots = description.ruleSlots ?? rules.count
    guard rules.count...RuleList.capacity ~= slots, description.stepLimit ?? 1 > 0 else {
      throw PlayroomError(
        "ruleSlots lies within \(rules.count)...\(RuleList.capacity) and stepLimit above 0")
    }
    self.init(
      map: map, objects: objects, rules: rules, goal: goal, telling: telling, viewSide: viewSide,
      ruleSlots: slots, sentences: Sentences(goal, rules), stepLimit: description.stepLimit,
      showsTried: description.showsTried ?? false)
    start = try firstLayout(limit: limit)
  }

  /// Makes the playroom that a file's bytes describe.
  /// - Throws: ``PlayroomError``, also if they are no JSON or a part is missing.
  public init(json: Data) throws(PlayroomError) {
    let description: PlayroomDescription
    do {
      description = try JSONDecoder().decode(PlayroomDescription.self, from: json)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw PlayroomError("\(PlayroomError.place(context)) has no \"\(key.stringValue)\"")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
    {
      throw PlayroomError("\(PlayroomError.place(context)) is of another type than it should be")
    } catch {
      throw PlayroomError("it is not JSON")
    }
    try self.init(description)
  }

  /// A layout with a way to the goal.
  private func firstLayout(limit: Int) throws(PlayroomError) -> State {
    var random = RandomStream(seed: 0).split("layout")
    if let state = layout(tries: 64, using: &random) { return state }
    // The planner knows not all ways; a few layouts are searched through.
    var isDecided = true
    for _ in 0..<4 {
      guard let state = scatter(using: &random), isQuiet(state) else { continue }
      var search = PlayroomSearch(self, limit: limit)
      switch search.run(from: state) {
      case .plan(let moves):
        if moves.count <= stepLimit ?? .max { return state }
      case .impossible: break
      case .undecided: isDecided = false
      }
    }
    throw PlayroomError(
      isDecided
        ? "the task cannot be solved: no way leads to \(goal)"
        : "no way to \(goal) was found among \(limit) places")
  }

  /// A kind that is needed to make itself; `nil` if there is none.
  static func loop(in rules: RuleList) -> Kind? {
    func needs(_ kind: Kind, _ left: Int) -> Bool {
      left == 0
        || rules.contains { rule in
          rule.product == kind
            && (needs(rule.condition.subject, left - 1)
              || rule.condition.other.map { needs($0, left - 1) } ?? false)
        }
    }
    // A chain longer than there are rules uses one of them twice.
    return rules.map(\.product).first { needs($0, rules.count + 1) }
  }
}

extension PlayroomError {
  /// The part of a file that an error is about, for example "objects[2]".
  fileprivate static func place(_ context: DecodingError.Context) -> String {
    context.codingPath.reduce("the task") { path, key in
      key.intValue.map { "\(path)[\($0)]" }
        ?? (path == "the task" ? key.stringValue : "\(path).\(key.stringValue)")
    }
  }
}

extension Playroom.Sentences {
  /// The same sentences for the same goal and rules, in forms that training has seen.
  init(_ goal: Playroom.Condition, _ rules: Playroom.RuleList) {
    self.init()
    var random = RandomStream(seed: UInt64(goal.bits)).split("sentences")
    self[0] = Playroom.Grammar.goal(goal, .seen, using: &random)
    for (index, rule) in rules.enumerated() {
      self[1 + index] = Playroom.Grammar.rule(rule, .seen, using: &random)
    }
  }
}

extension Playroom.Map {
  /// Builds the walls, doors and tiles that are described.
  fileprivate init(_ description: PlayroomDescription) throws(PlayroomError) {
    let rows = description.rooms.map(Array.init)
    let sides = Playroom.minimumSide...Playroom.maximumSide
    guard let width = rows.first?.count, sides ~= width, sides ~= rows.count,
      rows.allSatisfy({ $0.count == width })
    else {
      throw PlayroomError("rooms are \(sides) rows of \(sides) characters, all as long")
    }
    self.init(width: width, height: rows.count)
    for row in 1..<height - 1 {
      for column in 1..<width - 1 where rows[row][column] == "#" {
        setWall(Cell(column, row), true)
      }
    }
    for door in description.doors ?? [] {
      let cell = try inner(door.at, "the \(door.color) door")
      let states = ["open", "closed", "locked"]
      let state = try PlayroomDescription.find(
        door.state ?? "closed", among: states, as: "state of a door")
      guard doorCount < Playroom.Map.capacity else {
        throw PlayroomError("there are too many doors")
      }
      addDoor(
        cell, try PlayroomDescription.color(door.color), isOpen: state == 0, isLocked: state == 2)
    }
    for tile in description.tiles ?? [] {
      let cell = try inner(tile.at, "the \(tile.color) tile")
      guard tileCount < Playroom.Map.capacity else {
        throw PlayroomError("there are too many tiles")
      }
      addTile(cell, try PlayroomDescription.color(tile.color))
    }
  }

  /// The cell at a place within the border.
  fileprivate func inner(_ place: [Int], _ what: String) throws(PlayroomError) -> Cell {
    guard place.count == 2, 1..<width - 1 ~= place[0], 1..<height - 1 ~= place[1] else {
      throw PlayroomError(
        "\(what) is at \(place), off the grid: columns 1...\(width - 2), rows 1...\(height - 2)")
    }
    return Cell(place[0], place[1])
  }
}

extension Playroom.Objects {
  /// Puts in the objects and the agent that are described.
  fileprivate init(
    _ description: PlayroomDescription, _ map: Playroom.Map
  ) throws(PlayroomError) {
    var taken = Playroom.Board()
    func free(_ place: [Int], _ what: String) throws(PlayroomError) -> Playroom.Cell {
      let cell = try map.inner(place, what)
      guard map.floor.without(map.doors).without(taken).contains(cell) else {
        throw PlayroomError("\(what) is at \(place), where something else is")
      }
      taken.insert(cell)
      return cell
    }
    self.init()
    guard description.objects.count <= Playroom.State.maximumObjects else {
      throw PlayroomError("there are more than \(Playroom.State.maximumObjects) objects")
    }
    for object in description.objects {
      let kind = try PlayroomDescription.kind(object.kind)
      var cell = Playroom.Cell.nowhere
      if let place = object.at { cell = try free(place, "the \(object.kind)") }
      add(kind, at: cell)
    }
    if let place = description.agent?.at { agent = try free(place, "the agent") }
    if let facing = description.agent?.facing {
      self.facing = UInt8(
        try PlayroomDescription.find(
          facing, among: PlayroomDescription.directions, as: "direction"))
    }
  }
}

extension PlayroomDescription {
  /// Describes a playroom. The places of objects are left out unless they are fixed.
  public init(_ task: Playroom) {
    func place(_ code: UInt16) -> [Int]? {
      let cell = Playroom.Cell(code: code)
      return cell == .nowhere ? nil : [cell.column, cell.row]
    }
    let map = task.map
    rooms = (0..<map.height).map { row in
      String((0..<map.width).map { map.isWall(Playroom.Cell($0, row)) ? "#" : "." })
    }
    doors = (0..<map.doorCount).map { door in
      Door(
        color: "\(Playroom.Color(rawValue: map.doorColors[door])!)",
        at: place(map.doorCells[door])!,
        state: map.openDoors >> UInt16(door) & 1 != 0
          ? "open" : map.lockedDoors >> UInt16(door) & 1 != 0 ? "locked" : "closed")
    }
    tiles = (0..<map.tileCount).map { tile in
      Tile(
        color: "\(Playroom.Color(rawValue: map.tileColors[tile])!)",
        at: place(map.tileCells[tile])!)
    }
    objects = (0..<task.objectCount).map {
      Object(
        kind: "\(Playroom.Kind(code: task.objectKinds[$0]))", at: place(task.objectCells[$0]))
    }
    rules = task.rules.map { Condition($0.condition, makes: $0.product) }
    goal = Condition(task.goal)
    told = PlayroomDescription.tellings.dropFirst(2).filter { task.telling.contains($0.telling) }
      .map(\.name)
    agent = Start(
      at: place(task.agentCell.code),
      facing: task.agentFacing < 4 ? PlayroomDescription.directions[Int(task.agentFacing)] : nil)
    viewSide = task.viewSide
    ruleSlots = task.ruleSlots
    stepLimit = task.stepLimit
    showsTried = task.showsTried ? true : nil
  }
}
