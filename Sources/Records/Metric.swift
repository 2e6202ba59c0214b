/// One number that a run measured of itself.
public struct Metric: Sendable, Hashable, Codable {
  /// The name of the metric that judges a run: the mean return over its recent tries.
  public static let returnName = "return"

  /// Environment steps of the run when it was measured, over all slots.
  public var environmentStep: Int
  /// Seconds that the run had worked by then; pauses before it was resumed do not count.
  public var wallSeconds: Double
  /// What was measured, for example `return`, `loss/policy` or `policy/entropyNats`.
  public var name: String
  /// The task that it was measured on; nil for the whole run.
  public var task: String?
  public var value: Double

  public init(
    environmentStep: Int, wallSeconds: Double, name: String, task: String? = nil, value: Double
  ) {
    self.environmentStep = environmentStep
    self.wallSeconds = wallSeconds
    self.name = name
    self.task = task
    self.value = value
  }
}

/// The readings of one metric of a run as columns, for those who want many of them at once.
public struct MetricColumns: Sendable, Hashable {
  /// Environment steps of the run at each reading, over all slots.
  public var environmentSteps: [Int] = []
  /// Seconds that the run had worked at each reading.
  public var wallSeconds: [Double] = []
  /// What was measured.
  public var values: [Double] = []

  public init() {}
}
