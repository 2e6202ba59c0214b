/// A piece of work that is done again and again, so that it can be timed and counted.
public struct Workload: Sendable {
  /// What the work is, in a few words; the name of its thresholds.
  public let name: String
  /// Makes all that the work needs and returns a function that does it once.
  public let prepare: @Sendable () throws -> () throws -> Void

  init(_ name: String, prepare: @escaping @Sendable () throws -> () throws -> Void) {
    self.name = name
    self.prepare = prepare
  }

  /// All work that is timed and counted as it is.
  public static var all: [Workload] { environmentSteps + [policyStep] + updates }
}

/// Work that can only be seen as what more of it adds to a whole: a learner's minibatch, say.
public struct AddedWork: Sendable {
  /// What the work is, in a few words; the name of its thresholds.
  public let name: String
  /// How often `more` does the work beyond `less`.
  public let times: Int
  /// The whole with and without that.
  public let more: Workload
  public let less: Workload

  /// All work that is counted so.
  public static var all: [AddedWork] { learnerWork }
}
