import Foundation
import Networks
import Tensors
import Testing

@Suite("Observation encoder")
struct ObservationEncoderTests {
  /// A 1 by 2 grid of two planes, one number, two symbols and a sentence of four words.
  private static let parts: [ObservationPart] = [
    .grid(height: 1, width: 2, kinds: [3, 2]), .numbers(1), .symbols(2, kinds: 3),
    .words(sentences: 1, length: 4, vocabulary: 5),
  ]
  private static let first: [Float] = [2, 0, 1, 0, 0.5, 1, 2, 3, 1, 4, 0]

  private func encoder() -> (ObservationEncoder, WeightLayout) {
    var layout = WeightLayout()
    let encoder = ObservationEncoder(
      ObservationEncoderTests.parts, symbolWidth: 3, contextWidth: 4, named: "e", in: &layout)
    return (encoder, layout)
  }

  @Test("features are those of the context and of each cell")
  func sizes() {
    let (encoder, layout) = encoder()
    #expect(encoder.featureCount == 2 * 3 + 4)
    #expect(ObservationEncoderTests.parts.map(\.count) == [4, 1, 2, 4])
    let output = encoder(
      drawnWeights(layout),
      Tensor([2, 11], ObservationEncoderTests.first + ObservationEncoderTests.first),
      rowsPerStep: 2)
    #expect(output.shape == [2, 10])
    #expect(output.slice(0..<1) == output.slice(1..<2))
  }

  @Test("every element matters, in its place", arguments: 0..<11)
  func elements(index: Int) {
    let (encoder, layout) = encoder()
    var other = ObservationEncoderTests.first
    other[index] = other[index] == 0 ? 1 : 0
    let output = encoder(
      drawnWeights(layout), Tensor([2, 11], ObservationEncoderTests.first + other), rowsPerStep: 2)
    #expect(output.slice(0..<1) != output.slice(1..<2))
  }

  @Test("a sentence that is heard again is read once, with the same result")
  func repeatedSentences() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    var rows = [ObservationEncoderTests.first, ObservationEncoderTests.first]
    rows[1][8] = 2
    let steps = Tensor([6, 11], rows[0] + rows[1] + rows[0] + rows[1] + rows[1] + rows[1])
    let once = encoder(weights, steps, rowsPerStep: 2)
    expectClose(once, encoder(weights, steps, rowsPerStep: 6), tolerance: 1e-6)
    expectClose(once.slice(4..<5), once.slice(5..<6), tolerance: 1e-6)
  }

  @Test("gradients agree with finite differences")
  func gradients() {
    let (encoder, layout) = encoder()
    var second = ObservationEncoderTests.first
    second[0] = 1
    second[10] = 2
    let observations = Tensor([2, 11], ObservationEncoderTests.first + second)
    expectGradient(at: drawnWeights(layout, 5), step: 0.001) {
      encoder($0, observations, rowsPerStep: 1).squared().sum()
    }
  }

  /// A grid of three cells, a sentence, and a moment of such a grid with two numbers.
  private static let remembering: [ObservationPart] = [
    .grid(height: 1, width: 3, kinds: [3, 2]), .words(sentences: 2, length: 3, vocabulary: 5),
    .moment(numbers: 2, height: 1, width: 3, kinds: [3, 2]),
  ]
  private static let seen: [Float] = [2, 0, 1, 1, 0, 1, 0, 0, 0, 1, 2, 0]
  private static let moment: [Float] = [1, 2, 0, 0, 1, 0, 1, 0]

  private func remembering() -> (ObservationEncoder, WeightLayout) {
    var layout = WeightLayout()
    let encoder = ObservationEncoder(
      ObservationEncoderTests.remembering, symbolWidth: 4, contextWidth: 4, named: "e", in: &layout)
    return (encoder, layout)
  }

  @Test("a moment that is remembered is looked for and changes what is wanted")
  func moments() {
    let (encoder, layout) = remembering()
    let weights = drawnWeights(layout)
    let (seen, moment) = (ObservationEncoderTests.seen, ObservationEncoderTests.moment)
    #expect(ObservationEncoderTests.remembering.map(\.count) == [6, 6, 8])
    // Plain features and answers, two more for what is remembered; the context, and two things.
    #expect(encoder.featureCount == 3 * (4 + 2) + 4 + 2 * 4)
    let none = [Float](repeating: 0, count: 8)
    var other = moment
    other[0] = 2
    let rows = Tensor([3, 20], (seen + none) + (seen + moment) + (seen + other))
    let output = encoder(weights, rows, rowsPerStep: 3)
    let things = output.slice(22..<30, along: 1)
    #expect(things.slice(0..<1).elements.allSatisfy { $0 == 0 })
    #expect(things.slice(1..<2) != things.slice(2..<3))
    for part in [9..<15, 18..<22] {
      let features = output.slice(part, along: 1)
      #expect(features.slice(0..<1) != features.slice(1..<2))
    }
  }

  @Test("a moment that is seen again is looked at once, with the same result")
  func repeatedMoments() {
    let (encoder, layout) = remembering()
    let weights = drawnWeights(layout)
    let (seen, moment) = (ObservationEncoderTests.seen, ObservationEncoderTests.moment)
    let none = [Float](repeating: 0, count: 8)
    let steps = Tensor(
      [4, 20], (seen + none) + (seen + moment) + (seen + moment) + (seen + moment))
    expectClose(
      encoder(weights, steps, rowsPerStep: 2), encoder(weights, steps, rowsPerStep: 4),
      tolerance: 1e-6)
  }

  @Test("gradients of what is remembered agree with finite differences", arguments: [1, 2, 3])
  func momentGradients(seed: UInt64) {
    let (encoder, layout) = remembering()
    let observations = Tensor(
      [2, 20],
      ObservationEncoderTests.seen + ObservationEncoderTests.moment + ObservationEncoderTests.seen
        + ObservationEncoderTests.moment.reversed())
    expectGradient(at: drawnWeights(layout, seed), step: 0.0002) {
      encoder($0, observations, rowsPerStep: 2).squared().mean()
    }
  }

  @Test("what was read one step before is used again, and what has changed is read")
  func readingAgain() {
    let (encoder, layout) = remembering()
    let weights = drawnWeights(layout)
    let (seen, moment) = (ObservationEncoderTests.seen, ObservationEncoderTests.moment)
    let none = [Float](repeating: 0, count: 8)
    var said = seen
    said[8] = 4
    var moved = seen
    moved[0] = 1
    var reading: Reading? = Reading()
    // Nothing; a rewarded moment in one row; other words in the other; something else in view.
    for (first, second) in [
      (seen + none, seen + none), (seen + moment, seen + none), (seen + moment, said + none),
      (moved + moment, said + none),
    ] {
      let rows = Tensor([2, 20], first + second)
      expectClose(
        encoder(weights, rows, rowsPerStep: 2, reading: &reading),
        encoder(weights, rows, rowsPerStep: 2), tolerance: 1e-6)
    }
    // Under other weights, what has changed is what is read: a row, or two that change places.
    let others = drawnWeights(layout, 9)
    let first = Tensor([2, 20], (seen + moment) + (said + none))
    let second = Tensor([2, 20], (seen + moment) + (seen + none))
    let swapped = Tensor([2, 20], (seen + none) + (seen + moment))
    let things = 22..<30
    var kept: Reading? = Reading()
    _ = encoder(weights, first, rowsPerStep: 2, reading: &kept)
    let old = encoder(weights, first, rowsPerStep: 2).slice(things, along: 1)
    let new = encoder(others, first, rowsPerStep: 2).slice(things, along: 1)
    #expect(old.slice(0..<1) != new.slice(0..<1))
    for rows in [first, second] {
      let mixed = encoder(others, rows, rowsPerStep: 2, reading: &kept)
      expectClose(mixed.slice(things, along: 1).slice(0..<1), old.slice(0..<1), tolerance: 1e-6)
    }
    let read = encoder(others, swapped, rowsPerStep: 2, reading: &kept)
    expectClose(read, encoder(others, swapped, rowsPerStep: 2), tolerance: 1e-6)
    // Other slots than before.
    let three = Tensor([3, 20], (seen + moment) + (said + none) + (seen + none))
    expectClose(
      encoder(weights, three, rowsPerStep: 3, reading: &reading),
      encoder(weights, three, rowsPerStep: 3), tolerance: 1e-6)
  }

  @Test("of a grid with more planes, a moment may be of the first ones only")
  func momentOfFirstPlanes() {
    var parts = ObservationEncoderTests.remembering
    parts[0] = .grid(height: 1, width: 3, kinds: [3, 2, 4])
    var layout = WeightLayout()
    let encoder = ObservationEncoder(
      parts, symbolWidth: 4, contextWidth: 4, named: "e", in: &layout)
    var seen = ObservationEncoderTests.seen
    let moment = ObservationEncoderTests.moment
    seen.insert(contentsOf: [0, 3, 1], at: 6)
    var other = seen
    other[7] = 2
    let rows = Tensor([2, 23], (seen + moment) + (other + moment))
    let output = encoder(drawnWeights(layout), rows, rowsPerStep: 1)
    // What is seen now differs, what is remembered does not.
    let (now, things) = (
      output.slice(0..<18, along: 1), output.slice(22..<30, along: 1)
    )
    #expect(now.slice(0..<1) != now.slice(1..<2))
    #expect(things.slice(0..<1) == things.slice(1..<2))
    #expect(things.slice(0..<1).elements.contains { $0 != 0 })
    expectGradient(at: drawnWeights(layout, 2), step: 0.0002) {
      encoder($0, rows, rowsPerStep: 1).squared().mean()
    }
  }

  @Test("an actor-critic of symbols is saved with its parts, one of numbers without")
  func coding() throws {
    var configuration = ActorCritic.Configuration(
      observationCount: 11, actions: .categorical(3), hidden: [4])
    #expect(try !encoded(configuration).contains("parts"))
    configuration.parts = ObservationEncoderTests.parts
    #expect(
      try JSONDecoder().decode(
        ActorCritic.Configuration.self, from: Data(encoded(configuration).utf8)) == configuration)
    let network = ActorCritic(configuration)
    let output = network(
      drawnWeights(network.layout), Tensor([1, 11], ObservationEncoderTests.first))
    #expect(output.policy.shape == [1, 3])
  }

  private func encoded(_ configuration: ActorCritic.Configuration) throws -> String {
    String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
  }
}
