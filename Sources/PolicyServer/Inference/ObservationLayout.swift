internal import Environments
internal import Policies

/// How what a client sends becomes what a policy sees: the environment's part, the segments that a
/// session has fixed, and the history.
struct ObservationLayout: Sendable {
  /// A segment of the environment's part.
  struct Part: Sendable {
    var segment: ObservationSpace.Segment
    var range: Range<Int>

    /// Whether the elements are codes, which a network looks up rather than computes with.
    var isCoded: Bool { segment.content != .numbers }
  }

  /// The environment's segments, in their order.
  let parts: [Part]
  /// The number of elements that the environment shows.
  let sensed: Int
  /// The number of elements that the policy sees.
  let count: Int
  /// The number of discrete actions, or of a box's components.
  let actionCount: Int
  let trials: TrialSettings
  /// The elements that the policy remembers of a rewarded moment, and how many that are with its action.
  let remembered: [Range<Int>]
  let momentCount: Int

  private static let historySegments = 3

  init(_ card: Agent.Card) {
    let segments = card.observationSpace.segments
    let moment = segments.filter(\.isRemembered)
    let kept =
      segments.count - moment.count - (card.trials.showsHistory ? Self.historySegments : 0)
    var start = 0
    let parts = segments.prefix(max(0, kept)).map { segment in
      defer { start += segment.count }
      return Part(segment: segment, range: start..<start + segment.count)
    }
    self.parts = parts
    sensed = start
    remembered = parts.filter { card.trials.rememberedSegments.contains($0.segment.name) }
      .map(\.range)
    momentCount = moment.reduce(0) { $0 + $1.count }
    count = card.observationSpace.count
    actionCount = card.actionSpace.count
    trials = card.trials
  }

  /// Whether the policy sees the reward of its last action.
  var showsReward: Bool { trials.showsHistory && trials.showsReward }

  /// The segment of a name.
  func part(named name: String) -> Part? { parts.first { $0.segment.name == name } }

  /// Puts together what the environment shows from what was sent and what is fixed.
  ///
  /// - Parameter fixed: elements that the session knows, by where they lie. They may be left out of
  ///   what is sent; if they are sent, the session's stand.
  func environmentPart(
    _ sent: [Float], fixed: [(range: Range<Int>, values: [Float])]
  ) throws(APIError) -> [Float] {
    var seen = sent
    let fixedCount = fixed.reduce(0) { $0 + $1.range.count }
    if !fixed.isEmpty, sent.count == sensed - fixedCount {
      for (range, values) in fixed { seen.insert(contentsOf: values, at: range.lowerBound) }
    } else {
      guard sent.count == sensed else {
        let allowed = fixed.isEmpty ? "\(sensed)" : "\(sensed - fixedCount) or \(sensed)"
        throw .shape("observation", expected: "\(allowed) numbers", got: "\(sent.count)")
      }
      for (range, values) in fixed { seen.replaceSubrange(range, with: values) }
    }
    try check(seen, from: 0)
    return seen
  }

  /// Makes sure that codes are codes that there are.
  /// - Parameter start: the place of the first element in the array.
  func check(_ elements: [Float], from start: Int) throws(APIError) {
    for part in parts where part.isCoded {
      for index in part.range {
        let code = elements[start + index]
        guard part.segment.bounds.contains(code), code == code.rounded() else {
          throw .shape(
            "observation: \(part.segment.name)",
            expected: "codes from 0 to \(Int(part.segment.bounds.upperBound))", got: "\(code)")
        }
      }
    }
  }

  /// Whether a number lies outside the bounds that its segment states.
  func isOutOfSpace(_ seen: [Float]) -> Bool {
    parts.contains { part in
      part.range.contains { !part.segment.bounds.contains(seen[$0]) }
    }
  }
}

extension ObservationLayout {
  /// Whether what the card says of the history is what the observation has room for.
  var historyIsSound: Bool {
    let moment = momentCount == 0 ? 0 : remembered.reduce(actionCount) { $0 + $1.count }
    return moment == momentCount
      && sensed + momentCount + (trials.showsHistory ? actionCount + 2 : 0) == count
  }

  /// What the policy is shown of a rewarded moment from then on.
  ///
  /// - Parameters:
  ///   - seen: what the environment showed then.
  ///   - action: what led there, as the history shows it.
  func moment(_ seen: [Float], _ action: [Float]) -> [Float] {
    momentCount == 0 ? [] : remembered.flatMap { seen[$0] } + action
  }
}
