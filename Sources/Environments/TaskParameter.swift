/// A number that a task fixes, such as a cart-pole's gravity.
public struct TaskParameter: Sendable, Hashable, Codable {
  /// The name of the task's property.
  public var name: String
  public var value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }

  /// The stored properties of a task that are numbers, in the order of their declaration; without
  /// ``Environment/stepLimit``, which every task has.
  @usableFromInline
  static func all(of task: some Environment) -> [TaskParameter] {
    Mirror(reflecting: task).children.compactMap { property in
      guard let name = property.label, name != "stepLimit" else { return nil }
      return switch property.value {
      case let value as Double: TaskParameter(name, value)
      case let value as Float: TaskParameter(name, Double(value))
      case let value as Int: TaskParameter(name, Double(value))
      default: nil
      }
    }
  }
}
