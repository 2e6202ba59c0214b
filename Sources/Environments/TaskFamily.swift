public import Tensors

/// Which of a family's tasks are drawn.
public enum Split: String, Sendable, Hashable, Codable, CaseIterable {
  /// Tasks to learn from.
  case train
  /// Tasks to be tested on. What is measured on them is generalisation only if the family puts no
  /// task into both splits.
  case heldOut = "held-out"
}

/// A seeded generator of tasks that share their observation and action spaces.
public protocol TaskFamily: Sendable {
  /// A task: an environment with all its parameters fixed.
  associatedtype Task: Environment

  /// The family's name, for example "cartpole"; the type's name unless another is given.
  var name: String { get }
  /// Draws one task of a split. The same stream gives the same task.
  func task(_ split: Split, using random: inout RandomStream) -> Task
}

extension TaskFamily {
  public var name: String { "\(Self.self)" }
}

/// The family that has one task only, in both splits.
public struct SingleTask<Task: Environment>: TaskFamily {
  public let name: String
  /// The task.
  public let task: Task

  public init(_ task: Task, named name: String) {
    self.name = name
    self.task = task
  }

  public func task(_ split: Split, using random: inout RandomStream) -> Task { task }
}
