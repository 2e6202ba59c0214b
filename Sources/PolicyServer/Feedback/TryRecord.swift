/// What an agent saw, did and was rewarded with on one try.
struct TryRecord: Sendable, Equatable {
  /// One step of it.
  struct Step: Sendable, Equatable {
    var number: Int
    /// All that the policy saw, the history included.
    var observation: [Float]
    var action: StepDecision.Action
    var logProbability: Float
    var value: Float
    /// nil if it never came.
    var reward: Float?
  }

  /// How the try ended.
  enum Ending: String, Sendable {
    case terminated, truncated
    /// The session went on to another try, or ended, without saying.
    case open
  }

  var trial: Int
  /// The steps, where they are kept.
  private(set) var steps: [Step] = []
  var ending = Ending.open
  /// The number of the first step, and that of all of them, kept or not.
  private var first = 0
  private(set) var count = 0
  /// The rewards that came, and the last step's among them.
  private var rewardSum = 0.0
  private var rewardCount = 0
  private var lastReward: Float?

  init(trial: Int) {
    self.trial = trial
  }

  /// The most steps of a try that are kept; the later ones are left out.
  static let mostSteps = 10_000

  /// The undiscounted sum of the rewards; nil if one is missing.
  var undiscountedReturn: Double? { count > 0 && rewardCount == count ? rewardSum : nil }

  /// Puts a step behind the others.
  /// - Parameter isKept: whether all of it is kept, or only counted.
  mutating func append(_ step: Step, isKept: Bool) {
    if count == 0 { first = step.number }
    count += 1
    lastReward = nil
    if isKept, steps.count < Self.mostSteps { steps.append(step) }
  }

  /// Notes a step's reward; the last that comes stands. Of steps that are not kept only the last can
  /// get one.
  mutating func note(_ reward: Float, ofStep number: Int) {
    let index = number - first
    guard (0..<count).contains(index) else { return }
    let isLast = index == count - 1
    guard isLast || steps.indices.contains(index) else { return }
    let before = isLast ? lastReward : steps[index].reward
    if before == nil { rewardCount += 1 }
    rewardSum += Double(reward) - Double(before ?? 0)
    if isLast { lastReward = reward }
    if steps.indices.contains(index) { steps[index].reward = reward }
  }

  /// The try as one line of JSON.
  func line(of session: String, _ version: PolicyVersion) -> String {
    var text = JSONText()
    text.object { text in
      text.member("policy", version.name)
      text.member("version", version.label)
      text.member("sha256", version.checksum)
      text.member("session", session)
      text.member("trial", trial)
      text.member("ending", ending.rawValue)
      text.key("observations")
      text.array { text in
        for step in steps {
          text.array { text in for value in step.observation { text.value(value) } }
        }
      }
      text.key("actions")
      text.array { text in
        for step in steps {
          switch step.action {
          case .index(let index): text.value(index)
          case .vector(let vector):
            text.array { text in for value in vector { text.value(value) } }
          }
        }
      }
      text.member("log_probs", steps.map(\.logProbability))
      text.member("values", steps.map(\.value))
      text.key("rewards")
      text.array { text in for step in steps { text.value(step.reward) } }
    }
    return text.text
  }
}
