internal import VectorKernels

/// An elementwise nonlinearity.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  case identity, tanh, relu, sigmoid

  /// The number by which the kernels know the activation.
  package var code: Int32 {
    switch self {
    case .identity: Int32(FOAL_IDENTITY)
    case .tanh: Int32(FOAL_TANH)
    case .relu: Int32(FOAL_RELU)
    case .sigmoid: Int32(FOAL_SIGMOID)
    }
  }

  package init(code: Int32) {
    switch code {
    case Activation.tanh.code: self = .tanh
    case Activation.relu.code: self = .relu
    case Activation.sigmoid.code: self = .sigmoid
    default: self = .identity
    }
  }

  /// The derivative at every element, from the output, which for these activations is enough;
  /// nil for the identity, whose derivative is 1.
  package func slope(output: Tensor) -> Tensor? {
    switch self {
    case .identity: nil
    case .tanh: 1 - output * output
    case .relu: output.map { $0 > 0 ? 1 : 0 }
    case .sigmoid: output * (1 - output)
    }
  }
}

extension Tensor {
  /// The activation's value at every element.
  public func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .identity: self
    case .tanh: tanh()
    case .relu: relu()
    case .sigmoid: sigmoid()
    }
  }
}
