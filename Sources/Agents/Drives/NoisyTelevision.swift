internal import Environments
internal import Tensors

/// How a drive takes noise that nobody can learn: the noisy-television check.
///
/// The world is a ring of places with a screen. The agent walks left or right at random; in one
/// half of the ring the screen shows fresh noise at every step, whatever the agent does, in the
/// other half it is dark. Where the agent is can be learned everywhere, the noise nowhere. A drive
/// that keeps paying for the noise would keep a learner in front of the screen for ever.
///
/// Source: the thought experiment of Burda et al. (2018), arXiv:1808.04355, with a screen that does
/// not depend on the action, as the noise of Pathak et al. (2017), arXiv:1705.05363.
public struct NoisyTelevision: Sendable, Hashable {
  /// The mean bonus of a step in front of the noise, after training, as a share of the highest mean
  /// bonus that the drive gave.
  public let noise: Float
  /// The same for a step that can be learned.
  public let learnable: Float

  /// How much more the noise is worth than what has been learned, as a share of the highest mean
  /// bonus.
  public var excess: Float { noise - learnable }

  /// Whether the drive keeps looking at the noise: an excess above a tenth.
  public var isFooled: Bool { excess > 0.1 }

  /// What the drive is made for.
  public static let spaces = DriveSpaces(
    observation: ObservationSpace(.init("place", [places]), .init("screen", [pixels], in: 0...1)),
    action: .discrete(2))

  private static let places = 8
  private static let pixels = 12

  /// Trains a drive on both halves of the ring and measures what they are worth then.
  ///
  /// - Parameters:
  ///   - batches: how many batches of 512 steps the drive learns from.
  ///   - drive: makes the drive for given spaces and a seed.
  public init(
    batches: Int = 600, seed: UInt64 = 0,
    drive make: (DriveSpaces, UInt64) throws -> any Drive
  ) rethrows {
    var drive = try make(NoisyTelevision.spaces, seed)
    var random = RandomStream(seed: seed).split("television")
    var peak: Float = 0
    for _ in 0..<batches {
      let (transitions, _) = NoisyTelevision.walk(using: &random)
      let bonuses = drive.bonuses(for: transitions)
      let mean = bonuses.reduce(0, +) / Float(bonuses.count)
      peak = max(peak, mean.magnitude)
      drive.learn(from: transitions)
    }
    var sums: [Bool: (total: Float, count: Float)] = [:]
    for _ in 0..<8 {
      let (transitions, isNoisy) = NoisyTelevision.walk(using: &random)
      for (bonus, isNoisy) in zip(drive.bonuses(for: transitions), isNoisy) {
        sums[isNoisy, default: (0, 0)].total += bonus
        sums[isNoisy, default: (0, 0)].count += 1
      }
    }
    func share(_ isNoisy: Bool) -> Float {
      let sum = sums[isNoisy] ?? (0, 1)
      return sum.total / sum.count / max(peak, .leastNormalMagnitude)
    }
    noise = share(true)
    learnable = share(false)
  }

  /// 512 steps from places drawn uniformly, and whether each ended in front of the noise.
  private static func walk(using random: inout RandomStream) -> (Transitions, [Bool]) {
    let (count, width) = (512, places + pixels)
    let starts = (0..<count).map { _ in random.integer(below: places) }
    let choices = (0..<count).map { _ in Int32(random.integer(below: 2)) }
    let ends = zip(starts, choices).map { ($0 + ($1 == 0 ? places - 1 : 1)) % places }
    func look(_ positions: [Int]) -> Tensor {
      Tensor([count, width]) { output in
        for row in 0..<count {
          for column in 0..<width { output[row * width + column] = 0 }
          output[row * width + positions[row]] = 1
          guard positions[row] < places / 2 else { continue }
          for pixel in places..<width { output[row * width + pixel] = random.uniform() }
        }
      }
    }
    let transitions = Transitions(
      observations: look(starts), choices: choices, nextObservations: look(ends),
      terminated: Array(repeating: false, count: count))
    return (transitions, ends.map { $0 < places / 2 })
  }
}
