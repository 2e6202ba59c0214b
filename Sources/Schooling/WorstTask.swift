public import Environments
internal import Tensors

extension Evaluation {
  /// A task on which an agent did worse than on others.
  public struct WorstTask: Sendable, Hashable, Codable {
    /// The number of the task in its split.
    public var number: Int
    /// The return of each try.
    public var returns: [Float]
    /// What the task fixes.
    public var parameters: [TaskParameter]
    /// For each parameter, the share of the evaluated tasks that have a lower value, in `0...1`;
    /// nil where all have the same.
    public var ranks: [Double?]
  }
}

extension Evaluation.WorstTask {
  /// Finds the tasks with the lowest returns on the last try; of equal ones, those with the lower
  /// numbers.
  /// - Parameter returns: `[tasks][tries]`.
  static func find(
    _ count: Int, in returns: Returns, of source: TaskSource, _ settings: Evaluation.Settings
  ) -> [Evaluation.WorstTask] {
    let worst = returns.indices.sorted {
      (returns[$0].last ?? 0, $0) < (returns[$1].last ?? 0, $1)
    }.prefix(count)
    let columns = columns(tasks: returns.count, of: source, settings)
    let names = source.parameters(of: [0], settings).first?.map(\.name) ?? []
    return worst.map { task in
      Evaluation.WorstTask(
        number: task, returns: returns[task],
        parameters: zip(names, columns).map { TaskParameter($0, $1[task]) },
        ranks: columns.map { rank(of: $0[task], in: $0) })
    }
  }

  /// The values of each parameter, `[parameters][tasks]`.
  private static func columns(
    tasks: Int, of source: TaskSource, _ settings: Evaluation.Settings
  ) -> [[Double]] {
    var columns: [[Double]] = []
    for start in stride(from: 0, to: tasks, by: 1000) {
      for parameters in source.parameters(of: Array(start..<min(start + 1000, tasks)), settings) {
        if columns.isEmpty { columns = Array(repeating: [], count: parameters.count) }
        for (index, parameter) in parameters.enumerated() {
          columns[index].append(parameter.value)
        }
      }
    }
    return columns
  }

  private static func rank(of value: Double, in values: [Double]) -> Double? {
    guard values.contains(where: { $0 != value }) else { return nil }
    return Double(values.filter { $0 < value }.count) / Double(values.count)
  }
}

extension TaskSource {
  /// The parameters of numbered tasks.
  fileprivate func parameters(
    of numbers: [Int], _ settings: Evaluation.Settings
  ) -> [[TaskParameter]] {
    let batch = batch(
      tasks: numbers, of: settings.split, seed: settings.seed, trials: TrialSettings(),
      random: RandomStream(seed: settings.seed))
    return numbers.indices.map { batch.taskParameters(slot: $0) }
  }
}
