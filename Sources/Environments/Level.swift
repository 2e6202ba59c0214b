public import Tensors

/// A training task by what it is made from: a number, and the edits that were made to it.
///
/// The task of a number is drawn from a stream split by it, as numbered tasks are, so a level is the
/// same task for everybody who names the same family and seed. A level is a few bytes; its task is
/// made when a slot meets it.
public struct Level: Sendable, Hashable, Codable {
  /// The numbers that levels can have begin at 0 and end before this.
  public static let numbers = Int(UInt32.max)
  /// The most edits that a level can have.
  public static let mostEdits = 64

  /// The number of the task, within 0..<``numbers``.
  public var number: Int
  /// A seed for each edit, the first one first; see ``EditableFamily``.
  public var edits: [UInt32]

  public init(_ number: Int, edits: [UInt32] = []) {
    self.number = number
    self.edits = edits
  }

  /// Whether it is one that can be made, as what was read from a file may not be.
  package var isSound: Bool {
    (0..<Level.numbers).contains(number) && edits.count <= Level.mostEdits
  }
}

/// A family whose train tasks can be changed a little, so that tasks can evolve.
///
/// Source: Parker-Holder et al. (2022), "Evolving curricula with regret-based environment design",
/// arXiv:2203.01302.
public protocol EditableFamily<Task>: TaskFamily {
  /// Changes a task of the train split a little. The result is a task of the train split too, and
  /// can be solved if the family's tasks can; it may be the task itself if no change was found. The
  /// same stream gives the same change.
  func edited(_ task: Task, using random: inout RandomStream) -> Task
}

/// The levels that the slots of a batch are at, and those they meet next.
@usableFromInline
struct LevelSlots<Task: Environment>: Sendable {
  let make: @Sendable (Level) -> Task
  private(set) var current: [Level]
  private var queues: [[Level]]

  @usableFromInline
  init(_ levels: [Level], making make: @escaping @Sendable (Level) -> Task) {
    self.make = make
    current = levels
    queues = Array(repeating: [], count: levels.count)
  }

  /// Lets levels wait, in place of those that did; a list for each slot.
  mutating func queue(_ levels: [[Level]]) { queues = levels }

  /// The task that a slot meets next: of the level that has waited longest, or of its last level
  /// once more if none waits.
  @usableFromInline
  mutating func next(_ slot: Int) -> Task {
    if !queues[slot].isEmpty { current[slot] = queues[slot].removeFirst() }
    return make(current[slot])
  }

  /// The level that each slot is at, and behind it those that wait.
  func snapshot(of slots: Range<Int>) -> [[Level]] { slots.map { [current[$0]] + queues[$0] } }

  /// Whether a snapshot can be put back.
  func fits(_ snapshot: [[Level]]) -> Bool {
    snapshot.count == current.count
      && snapshot.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isSound) }
  }

  mutating func restore(_ snapshot: [[Level]]) {
    current = snapshot.map { $0[0] }
    queues = snapshot.map { Array($0.dropFirst()) }
  }
}

extension EnvironmentBatch {
  /// Makes a batch that meets levels: one a slot at first, then those of ``queueLevels(_:)``.
  @inlinable
  public init<Task: Environment>(
    levels: [Level], named name: String, trials: TrialSettings = TrialSettings(),
    random: RandomStream, making task: @escaping @Sendable (Level) -> Task
  ) {
    precondition(!levels.isEmpty, "a batch needs at least one slot, got no level")
    var stepper = Slots(name: name, count: levels.count, trials: trials, random: random) {
      slot, _ in task(levels[slot])
    }
    stepper.levels = LevelSlots(levels, making: task)
    self.init(
      stepper: stepper, slots: levels.count, trials: trials,
      space: stepper.tasks[0].observationSpace, actionSpace: stepper.tasks[0].actionSpace)
  }

  /// The level that each slot is at; nil if the batch draws its tasks by itself.
  public var levels: [Level]? { stepper.currentLevels }

  /// Says which levels each slot meets after the one it is at, in place of what was said before. A
  /// slot whose list has come to an end meets its last level again.
  ///
  /// - Parameter queues: a list for each slot; the batch must be one that meets levels.
  public mutating func queueLevels(_ queues: [[Level]]) {
    precondition(
      queues.count == slots && levels != nil,
      "\(slots) slots that meet levels need a list each, got \(queues.count)")
    stepper.queueLevels(queues)
  }
}

extension TaskFamily {
  /// Makes the task of a level; edits change nothing if the family's tasks cannot be edited.
  ///
  /// - Parameter stream: that of the numbered tasks of a seed and the train split.
  @inlinable
  func task(of level: Level, from stream: RandomStream) -> Task {
    var random = stream.split(level.number)
    var task = task(.train, using: &random)
    guard !level.edits.isEmpty, let family = self as? any EditableFamily<Task> else { return task }
    for seed in level.edits {
      var random = RandomStream(seed: UInt64(seed)).split("edit")
      task = family.edited(task, using: &random)
    }
    return task
  }

  /// Whether tasks can be edited.
  @inlinable
  var isEditable: Bool { self is any EditableFamily<Task> }
}
