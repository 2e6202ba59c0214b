public import Environments
internal import Tensors

/// What an agent's schooling is worth on tasks that it has never seen: in context, fine-tuned and
/// from scratch, with the same network and the same tries.
///
/// The area is that under the mean return over tries; its ratio compares the agent with the network
/// from scratch. After Taylor & Stone (2009), section 2; see ``TransferMetrics`` for single curves.
public struct TransferStudy: Sendable, Hashable, Codable {
  /// One way of meeting the tasks.
  public struct Row: Sendable, Hashable, Codable {
    public var way: Way
    /// The returns of each try over all tasks.
    public var tries: [Evaluation.Attempt]
    /// The first try's return less that from scratch, task by task.
    public var jumpstart: Interval?
    /// The area under the returns as a multiple of that from scratch; nil from scratch, with one
    /// task, or where a resample from scratch has no area.
    public var areaRatio: Interval?
  }

  /// How a try in context compares with learning from scratch for as many environment steps.
  public struct Duel: Sendable, Hashable, Codable {
    /// The number of the try, from 1.
    public var `try`: Int
    /// The shares of tasks on which the agent's return is above, the same as, and below the mean
    /// from scratch over the tries that ended within these steps, at least one.
    public var above: Double
    public var same: Double
    public var below: Double
  }

  public var agent: String
  public var family: String
  /// The number of tasks.
  public var tasks: Int
  public var seed: UInt64
  public var ways: [Row]
  public var duel: Duel

  /// Meets numbered tasks in each way.
  ///
  /// - Parameters:
  ///   - duelTry: the try in context that is compared at equal steps, from 1; at most the tries.
  ///   - onProgress: called, on any thread, when a task is done in one way.
  public init(
    _ agent: Agent, on tasks: TaskSource, numbers: [Int], duelTry: Int = 4,
    _ settings: Adaptation.Settings, onProgress: @escaping @Sendable () -> Void = {}
  ) throws {
    self.agent = agent.card.name
    family = tasks.name
    self.tasks = numbers.count
    seed = settings.seed
    var met: [Way: [Adaptation]] = [:]
    for way in Way.allCases {
      met[way] = try Adaptation.run(
        agent, on: tasks, numbers: numbers, way, settings, onProgress: onProgress)
    }
    let scratch = met[.fromScratch] ?? []
    let seed = settings.seed
    ways = Way.allCases.map { way in
      var random = RandomStream(seed: seed).split("transfer").split(way.rawValue)
      return Row(way, met[way] ?? [], beside: scratch, using: &random)
    }
    duel = Duel(
      of: met[.inContext] ?? [], with: scratch, at: min(max(duelTry, 1), settings.tries))
  }
}

extension TransferStudy.Row {
  fileprivate init(
    _ way: Way, _ met: [Adaptation], beside scratch: [Adaptation], using random: inout RandomStream
  ) {
    self.way = way
    tries = attempts(met.map(\.returns), using: &random)
    guard way != .fromScratch else { return }
    jumpstart = interval(
      zip(met, scratch).map { Double($0.returns[0] - $1.returns[0]) }, of: .mean, using: &random)
    let areas = [met, scratch].map { $0.map { Double($0.returns.reduce(0, +)) } }
    areaRatio = ratio(of: areas[0], to: areas[1], using: &random)
  }
}

extension TransferStudy.Duel {
  fileprivate init(of agent: [Adaptation], with scratch: [Adaptation], at attempt: Int) {
    self.try = attempt
    var counts = (above: 0, same: 0, below: 0)
    for (own, other) in zip(agent, scratch) {
      let steps = own.lengths.prefix(attempt).reduce(0, +)
      var (taken, count) = (0, 0)
      while count < other.lengths.count, count == 0 || taken + other.lengths[count] <= steps {
        taken += other.lengths[count]
        count += 1
      }
      let mean = other.returns.prefix(count).reduce(0, +) / Float(max(count, 1))
      let difference = own.returns[attempt - 1] - mean
      if difference > 0 {
        counts.above += 1
      } else if difference < 0 {
        counts.below += 1
      } else {
        counts.same += 1
      }
    }
    let total = Double(max(agent.count, 1))
    above = Double(counts.above) / total
    same = Double(counts.same) / total
    below = Double(counts.below) / total
  }
}
