internal import Environments
internal import Networks
internal import Tensors

/// How a drive's model is fitted to a batch of transitions.
public struct DriveFit: Sendable, Hashable, Codable {
  /// The step size of Adam, above 0.
  public var learningRate: Float = 1e-3
  /// How often each batch is gone through.
  public var epochs = 1
  /// The transitions of an update.
  public var minibatch = 512

  public init() {}

  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    guard learningRate > 0 && learningRate.isFinite else {
      throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
    }
    guard epochs >= 1 else { throw ConfigurationError("epochs", epochs, allowed: "1 or more") }
    guard minibatch >= 1 else {
      throw ConfigurationError("minibatch", minibatch, allowed: "1 or more")
    }
  }
}

/// A drive's networks in one flat weight vector, with the optimiser that fits them.
struct DriveModel: Sendable {
  var weights: Weights
  private var optimizer: Adam
  private var random: RandomStream
  private let fit: DriveFit

  init(_ layout: WeightLayout, _ fit: DriveFit, random: RandomStream) {
    self.fit = fit
    self.random = random.split("order")
    var drawing = random.split("weights")
    weights = Weights(initializing: layout, using: &drawing)
    optimizer = Adam(count: layout.count)
  }

  /// Goes through some transitions in a random order and follows the gradient of a loss.
  mutating func learn(
    from transitions: Transitions, _ loss: (Weights, Transitions) -> Tensor
  ) {
    var order = (0..<transitions.count).map { Int32($0) }
    for _ in 0..<fit.epochs {
      random.shuffle(&order)
      for start in stride(from: 0, to: order.count, by: fit.minibatch) {
        let rows = Array(order[start..<min(start + fit.minibatch, order.count)])
        let some = transitions.gathering(rows)
        let (_, gradient) = valueAndGradient(at: weights) { loss($0, some) }
        optimizer.update(
          &weights, gradient: gradient, rate: fit.learningRate, maximumNorm: 10)
      }
    }
  }

  func write(to snapshot: inout DriveSnapshot) {
    snapshot.tensors["weights"] = weights.values
    snapshot.tensors["optimizer.mean"] = optimizer.mean
    snapshot.tensors["optimizer.square"] = optimizer.square
    snapshot.state.numbers["optimizer.step"] = Double(optimizer.step)
    snapshot.state.streams["order"] = random
  }

  mutating func read(from snapshot: DriveSnapshot) throws {
    let shape = weights.values.shape
    weights.values = try snapshot.tensor("weights", shape)
    optimizer.restore(
      mean: try snapshot.tensor("optimizer.mean", shape),
      square: try snapshot.tensor("optimizer.square", shape),
      step: try snapshot.count("optimizer.step"))
    random = try snapshot.stream("order")
  }
}

/// Linear layers, one after the other, whose weights lie in a layout that others share.
struct LayerStack: Sendable, Hashable {
  private let layers: [Linear]

  /// - Parameters:
  ///   - widths: of the input, the hidden layers and the output.
  ///   - activation: after every layer but the last.
  init(
    _ widths: [Int], activation: Activation, output: Activation = .identity, named name: String,
    in layout: inout WeightLayout
  ) {
    let count = widths.count - 1
    layers = (0..<count).map { index in
      Linear(
        widths[index], widths[index + 1], activation: index == count - 1 ? output : activation,
        named: "\(name)\(index)", in: &layout)
    }
  }

  func callAsFunction(_ weights: Weights, _ input: Tensor) -> Tensor {
    layers.reduce(input) { $1(weights, $0) }
  }

  /// Checks the widths of hidden layers.
  static func validate(_ setting: String, _ widths: [Int]) throws(ConfigurationError) {
    guard widths.allSatisfy({ (1...8192).contains($0) }) else {
      throw ConfigurationError(setting, widths, allowed: "widths of 1 to 8192")
    }
  }
}
