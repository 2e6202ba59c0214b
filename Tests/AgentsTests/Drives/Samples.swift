import Agents
import Environments
import Tensors
import Testing

/// A corridor of places, shown one by one. Which of the two actions goes on differs from place to
/// place, the other goes back. The far end is worth 1.
struct Corridor: Environment {
  static let length = 30
  let stepLimit: Int? = 45
  let observationSpace = ObservationSpace(.init("place", [length]))
  let actionSpace = ActionSpace.discrete(2)

  /// The action that goes on.
  static func onward(from place: Int) -> Int { place * place / 3 % 2 }

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state = max(0, state + (action.index == Corridor.onward(from: state) ? 1 : -1))
    let isThere = state == Corridor.length - 1
    return Outcome(reward: isThere ? 1 : 0, terminated: isThere)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    for place in observation.indices { observation[place] = place == state ? 1 : 0 }
  }
}

/// Makes a drive for some spaces with a seed.
struct DriveSample: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let make: @Sendable (DriveSpaces, UInt64) throws -> any Drive

  static let curiosity = DriveSample(testDescription: "curiosity") {
    try ForwardCuriosity(for: $0, seed: $1)
  }
  static let distillation = DriveSample(testDescription: "distillation") {
    try RandomNetworkDistillation(for: $0, seed: $1)
  }
  static let surprisal = DriveSample(testDescription: "surprisal") {
    try Surprisal(for: $0, seed: $1)
  }
  static let progress = DriveSample(testDescription: "progress") {
    try LearningProgress(for: $0, seed: $1)
  }
  static let raw = DriveSample(testDescription: "raw prediction") {
    try RawPrediction(for: $0, seed: $1)
  }
  static let random = DriveSample(testDescription: "random") { try RandomBonus(seed: $1) }
  static let sum = DriveSample(testDescription: "sum") {
    DriveSum([
      (try ForwardCuriosity(for: $0, seed: $1), 0.5), (try RandomBonus(seed: $1), 0.25),
      (try LearningProgress(for: $0, seed: $1), 1),
    ])
  }

  static let all = [curiosity, distillation, surprisal, progress, raw, random, sum]
}

/// Steps within a corridor from places drawn from a range.
func corridorSteps(
  from places: Range<Int>, count: Int, using random: inout RandomStream
) -> Transitions {
  let starts = (0..<count).map { _ in
    Int32(places.lowerBound + random.integer(below: places.count))
  }
  let choices = (0..<count).map { _ in Int32(random.integer(below: 2)) }
  let ends = zip(starts, choices).map { place, choice in
    max(0, place + (Int(choice) == Corridor.onward(from: Int(place)) ? 1 : -1))
  }
  return Transitions(
    observations: .oneHot(starts, count: Corridor.length), choices: choices,
    nextObservations: .oneHot(ends, count: Corridor.length),
    terminated: Array(repeating: false, count: count))
}

let corridorSpaces = DriveSpaces(
  observation: Corridor().observationSpace, action: Corridor().actionSpace)
