internal import Agents
internal import Environments
internal import Tensors

/// The optimal values of a map for all goals, and how good policies made of other values are.
struct GridGoalValues {
  static let discount = 0.99
  static let temperature = 0.003
  let map: GridMap
  /// Brought to mean 0 and variance 1, `[cells · moves, cells]`.
  let matrix: [Double]
  private let deviation: Double
  private let tasks: [KnownMDP]
  private let starts: [[Double]]
  private let random: [Double]
  private let best: [Double]

  init(_ map: GridMap) {
    self.map = map
    let (cells, discount) = (map.cells, GridGoalValues.discount)
    let tasks = (0..<cells).map { KnownMDP(map, goal: $0) }
    self.tasks = tasks
    let values = tasks.map { $0.optimalValues(discount: discount) }
    let matrix = (0..<cells * GridMap.moves).flatMap { row in values.map { $0[row] } }
    let mean = matrix.reduce(0, +) / Double(matrix.count)
    let variance = matrix.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(matrix.count)
    let deviation = variance.squareRoot()
    (self.matrix, self.deviation) = (matrix.map { ($0 - mean) / deviation }, deviation)
    let starts = (0..<cells).map { goal in
      (0..<cells).map { $0 == goal ? 0 : 1 / Double(cells - 1) }
    }
    self.starts = starts
    random = zip(tasks, starts).map { GridGoalValues.mean($0, $0.uniformPolicy, $1) }
    best = tasks.indices.map {
      GridGoalValues.mean(tasks[$0], tasks[$0].greedyPolicy(values[$0]), starts[$0])
    }
  }

  private static func mean(_ task: KnownMDP, _ policy: [Double], _ start: [Double]) -> Double {
    let values = task.values(of: policy, discount: discount, tolerance: 1e-5)
    return zip(values, start).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The mean over goals of what a softmax policy of values gets: 1 is the best policy, 0 random
  /// actions.
  ///
  /// - Parameter values: `[cells · moves, goals]`, in the order of the goals.
  func quality(_ values: [Double], goals: [Int]) -> Double {
    let rows = map.cells * GridMap.moves
    let qualities = goals.enumerated().map { column, goal in
      let values = (0..<rows).map { deviation * values[$0 * goals.count + column] }
      let policy = tasks[goal].softmaxPolicy(values, temperature: GridGoalValues.temperature)
      let mean = GridGoalValues.mean(tasks[goal], policy, starts[goal])
      return (mean - random[goal]) / (best[goal] - random[goal])
    }
    return qualities.reduce(0, +) / Double(goals.count)
  }

  /// The columns of some goals.
  func columns(_ goals: [Int]) -> [Double] {
    (0..<map.cells * GridMap.moves).flatMap { row in goals.map { matrix[row * map.cells + $0] } }
  }

  /// Features of some cells, `[cells, features]`.
  func features(_ cells: [Int]) -> Tensor {
    Tensor([cells.count, map.featureCount], cells.flatMap(map.features(of:)))
  }

  var cells: [Int] { Array(0..<map.cells) }

  static let fourRooms = GridGoalValues(.fourRooms)
  static let lavaWorld = GridGoalValues(.lavaWorld)
}
