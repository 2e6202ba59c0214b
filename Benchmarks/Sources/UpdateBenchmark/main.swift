// One PPO update by Foal, timed in the same way as the loop in update/update.c: observation 8, two
// hidden layers, 4 actions and a value from a shared trunk, clipped surrogate, Adam with the
// gradient's norm clipped. Prints one line of JSON for each size.

import Foal

/// Times an update of a network of a width on a number of samples; the median of the repetitions,
/// in microseconds.
func microseconds(samples count: Int, width: Int) -> Double {
  var random = RandomStream(seed: 0)
  let network = ActorCritic(
    .init(observationCount: 8, actions: .categorical(4), hidden: [width, width]))
  var weights = Weights(initializing: network.layout, using: &random)
  var adam = Adam(count: network.layout.count)
  let observations = Tensor.normal([count, 8], using: &random)
  let samples = SurrogateSamples(
    choices: (0..<count).map { _ in Int32(random.integer(below: 4)) },
    logProbabilities: Tensor(filling: [count], with: -1.386),
    advantages: .normal([count], using: &random), returns: .normal([count], using: &random))
  let loss = ClippedSurrogate(clipRange: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0.01)

  func update() {
    let (_, gradient, _) = valueAndGradient(at: weights) { weights in
      loss.fused(head: network(weights, observations).head, samples)
    }
    adam.update(&weights, gradient: gradient, rate: 1e-3, maximumNorm: 0.5)
  }

  let updates = max(10, 200_000 / (count * width / 16))
  for _ in 0..<updates { update() }
  let clock = ContinuousClock()
  let times = (0..<15).map { _ in
    clock.measure { for _ in 0..<updates { update() } } / updates
  }
  return times.sorted()[times.count / 2] / .microseconds(1)
}

for (samples, width) in [(64, 64), (512, 64), (4096, 64), (512, 256)] {
  let time = microseconds(samples: samples, width: width)
  print(#"{"samples":\#(samples),"width":\#(width),"microseconds":\#(time)}"#)
}
