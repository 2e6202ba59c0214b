internal import Schooling

/// Enters what a run's agent sees and does: fifty times in a run, and at its end.
struct ExperienceKeeper {
  private static let times = 50

  private let recording: Recording
  private let total: Int
  private var part: Int
  private var keptStep: Int?

  /// - Parameters:
  ///   - total: the steps of the whole run.
  ///   - steps: those that it has taken by now.
  init(_ recording: Recording, total: Int, from steps: Int) {
    self.recording = recording
    self.total = max(1, total)
    part = Self.part(steps, of: self.total)
  }

  private static func part(_ steps: Int, of total: Int) -> Int {
    Int(Double(steps) / Double(total) * Double(times))
  }

  /// Enters it if it is time to.
  mutating func keepIfDue(_ experience: @autoclosure () -> Experience?, at steps: Int) throws {
    let now = Self.part(steps, of: total)
    if now > part { try keep(experience(), at: steps) }
    part = now
  }

  /// Enters it, unless it is entered already.
  mutating func keep(_ experience: @autoclosure () -> Experience?, at steps: Int) throws {
    guard recording.name != nil, keptStep != steps, let experience = experience() else { return }
    try recording.keep(experience, environmentStep: steps)
    keptStep = steps
  }
}
