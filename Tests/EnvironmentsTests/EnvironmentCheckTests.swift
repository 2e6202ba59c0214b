import Environments
import FoalTesting
import Synchronization
import Tensors
import Testing

/// A random walk that breaks one promise at a time.
private struct Walk: Environment {
  enum Fault: Sendable {
    case none, badReward, badObservation, missingElement, outOfBounds, hiddenClock, unsavedState
    case twoInMask, emptyMask, badBox
  }

  struct State: Sendable, Codable {
    var place: Float = 0
    var steps = 0
    var unsaved: Float = 0
    private enum CodingKeys: String, CodingKey { case place, steps }
  }

  var fault: Fault
  var observationSpace: ObservationSpace {
    ObservationSpace(.init("place", [2], in: fault == .outOfBounds ? -0.1...0.1 : -9...9))
  }
  var actionSpace: ActionSpace {
    switch fault {
    case .twoInMask, .emptyMask: .discrete(2, masked: true)
    case .badBox: .box(low: [1], high: [0])
    default: .discrete(2)
    }
  }

  func reset(using random: inout RandomStream) -> State { State() }

  func step(_ state: inout State, _ action: Action, using random: inout RandomStream) -> Outcome {
    state.steps += 1
    state.place = max(-8, min(8, state.place + random.normal() + Float(action.index)))
    if fault == .unsavedState {
      state.unsaved += 0.25
      state.place = state.unsaved.truncatingRemainder(dividingBy: 8)
    }
    if fault == .hiddenClock {
      let calls = Walk.calls.wrappingAdd(1, ordering: .relaxed).newValue
      state.place = Float(calls % 1000) / 1000
    }
    return Outcome(
      reward: fault == .badReward && state.steps == 3 ? .nan : 1, terminated: state.place > 7)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = fault == .badObservation && state.steps == 3 ? .nan : state.place
    if fault != .missingElement || state.steps < 3 { observation[1] = 0 }
  }

  func mask(_ state: State, into allowed: inout MutableSpan<Float>) {
    allowed[0] = fault == .emptyMask ? 0 : 1
    allowed[1] = fault == .emptyMask ? 0 : 2
  }

  private static let calls = Atomic<Int>(0)
}

struct EnvironmentCheckTests {
  typealias Finding = EnvironmentCheckFailure.Finding

  private func findings(_ environment: some Environment) -> [Finding] {
    do {
      try checkEnvironment(environment, steps: 200)
      return []
    } catch {
      return error.findings
    }
  }

  @Test func everyEnvironmentOfTheCatalogueKeepsItsPromises() throws {
    for entry in EnvironmentCatalogue.all {
      try checkEnvironment(entry.tasks.sample)
    }
  }

  @Test(arguments: Split.allCases)
  func tasksOfTheFamilyKeepTheirPromises(split: Split) throws {
    var random = RandomStream(seed: 5)
    for _ in 0..<20 {
      try checkEnvironment(CartPoleFamily().task(split, using: &random), steps: 200)
    }
  }

  @Test func aSoundEnvironmentPasses() {
    #expect(findings(Walk(fault: .none)).isEmpty)
  }

  @Test func aBadRewardIsFound() {
    #expect(findings(Walk(fault: .badReward)).contains(.rewardNotFinite(step: 2)))
  }

  @Test func aBadObservationIsFound() {
    #expect(
      findings(Walk(fault: .badObservation)).contains(.observationNotFinite(element: 0, step: 3)))
  }

  @Test func anElementThatIsNotWrittenIsFound() {
    #expect(
      findings(Walk(fault: .missingElement)).contains(.elementNotWritten(element: 1, step: 3)))
  }

  @Test func anObservationOutOfBoundsIsFound() {
    #expect(
      findings(Walk(fault: .outOfBounds)).contains {
        guard case .observationOutOfBounds(element: 0, _, _, segment: "place") = $0 else {
          return false
        }
        return true
      })
  }

  @Test func hiddenStateIsFound() {
    #expect(
      findings(Walk(fault: .hiddenClock)).contains {
        if case .notRepeatable = $0 { true } else { false }
      })
  }

  @Test func aStateThatIsNotSavedWholeIsFound() {
    #expect(
      findings(Walk(fault: .unsavedState)).contains {
        if case .savedStateDiffers = $0 { true } else { false }
      })
  }

  @Test func badMasksAreFound() {
    #expect(findings(Walk(fault: .twoInMask)).contains(.maskNotBinary(step: 0)))
    #expect(findings(Walk(fault: .emptyMask)).contains(.nothingAllowed(step: 0)))
  }

  @Test func badBoundsOfActionsAreFound() {
    #expect(
      findings(Walk(fault: .badBox)).contains {
        if case .badSpace = $0 { true } else { false }
      })
  }

  @Test func theFailureSaysWhatWasFound() throws {
    let failure = #expect(throws: EnvironmentCheckFailure.self) {
      try checkEnvironment(Walk(fault: .badReward), steps: 10, seed: 7)
    }
    #expect("\(try #require(failure))" == "Walk, seed 7: rewardNotFinite(step: 2)")
  }
}
