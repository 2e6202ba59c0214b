package import Environments

/// How a person acts in an environment: what each key does.
package struct Controls: Encodable, Sendable {
  /// An action with its keys, as browsers name them.
  package struct Key: Encodable, Sendable {
    /// What the action does: `push left`.
    package var name: String
    /// The keys that take it.
    package var keys: [String]
    /// The index of a discrete action; nil for a box.
    package var index: Int?
    /// The components of a box's action; nil for a discrete one.
    package var components: [Float]?
  }

  package let keys: [Key]
  /// The key that is meant where time goes on and none is held, by its place; nil for the last one.
  package let idle: Int?

  private static let arrows = (
    left: ["ArrowLeft", "a"], right: ["ArrowRight", "d"], up: ["ArrowUp", "w"],
    down: ["ArrowDown", "s"]
  )

  /// The controls of an environment or a family.
  package init(of entry: EnvironmentCatalogue.Entry) {
    switch entry.tasks.actionSpace {
    case .discrete(let count, _):
      let known = Self.known(entry, count)
      keys = known.names.enumerated().map { index, action in
        Key(name: action.0, keys: action.1, index: index)
      }
      idle = known.idle
    case .box(let low, let high):
      keys = Self.box(low, high)
      idle = keys.count - 1
    }
  }

  private static func known(
    _ entry: EnvironmentCatalogue.Entry, _ count: Int
  ) -> (names: [(String, [String])], idle: Int?) {
    let name = entry.name
    switch (name, count) {
    case ("cartpole", 2):
      // In some tasks of the family the actions have changed places: that is to be found out.
      let words =
        entry.kind == .family
        ? ("push one way", "push the other way") : ("push left", "push right")
      return ([(words.0, arrows.left), (words.1, arrows.right)], nil)
    case ("acrobot", 3), ("mountain-car", 3):
      let word = name == "acrobot" ? "torque" : "push"
      return (
        [
          ("\(word) left", arrows.left), ("rest", arrows.down + [" "]),
          ("\(word) right", arrows.right),
        ], 1
      )
    case ("room-maze", 3):
      return (
        [("turn left", arrows.left), ("turn right", arrows.right), ("go forward", arrows.up)], nil
      )
    case (_, Playroom.Move.allCases.count) where name.hasPrefix("playroom"):
      return (
        [
          ("turn left", arrows.left), ("turn right", arrows.right), ("go forward", arrows.up),
          ("pick up", ["p", "PageUp"]), ("put down", ["l", "PageDown"]),
          ("open or close", ["o", "Enter"]),
        ], nil
      )
    case ("bit-flip", _):
      return ((0..<count).map { ("flip bit \($0 + 1)", [letter($0)]) }, nil)
    default:
      return ((0..<count).map { ("action \($0)", ["\($0 + 1)"]) }, nil)
    }
  }

  private static func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(97 + index))) : ""
  }

  /// Two keys for each of the first three components, and rest.
  private static func box(_ low: [Float], _ high: [Float]) -> [Key] {
    let pairs: [(String, [String], String, [String])] = [
      ("left", arrows.left, "right", arrows.right), ("down", arrows.down, "up", arrows.up),
      ("lower", ["q", "PageDown"], "higher", ["e", "PageUp"]),
    ]
    let rest = zip(low, high).map { min(max(0, $0), $1) }
    var keys: [Key] = []
    for (component, pair) in zip(low.indices, pairs) {
      for (name, names, end) in [
        (pair.0, pair.1, max(low[component], -1e3)), (pair.2, pair.3, min(high[component], 1e3)),
      ] {
        var action = rest
        action[component] = end
        keys.append(Key(name: name, keys: names, components: action))
      }
    }
    return keys + [Key(name: "rest", keys: [" "], components: rest)]
  }
}
