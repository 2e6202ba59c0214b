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
  var steps: [Step] = []
  var ending = Ending.open

  /// The most steps of a try that are kept; the later ones are left out.
  static let mostSteps = 10_000

  /// The undiscounted sum of the rewards; nil if one is missing.
  var undiscountedReturn: Double? {
    guard !steps.isEmpty, steps.count < Self.mostSteps else { return nil }
    var sum = 0.0
    for step in steps {
      guard let reward = step.reward else { return nil }
      sum += Double(reward)
    }
    return sum
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
