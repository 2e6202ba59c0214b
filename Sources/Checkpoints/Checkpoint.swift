internal import Foundation
public import Tensors

/// All that a learner needs to go on as if it had never stopped.
public struct Checkpoint: Sendable, Hashable {
  /// Environment steps when it was taken, over all slots.
  public var environmentStep: Int
  /// Every array of numbers, by name.
  public var tensors: [String: Safetensors.Entry]
  /// Everything else, as JSON with sorted keys.
  public var state: [UInt8]
  /// What the one who saves it wants to find again, for example where the agent is to be written.
  public var notes: [String: String]

  public init(
    environmentStep: Int, tensors: [String: Safetensors.Entry], state: [UInt8],
    notes: [String: String] = [:]
  ) {
    self.environmentStep = environmentStep
    self.tensors = tensors
    self.state = state
    self.notes = notes
  }

  /// Makes a checkpoint of tensors and of a state that is written as JSON.
  public init(
    environmentStep: Int, tensors: [String: Safetensors.Entry], encoding state: some Encodable
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self.init(
      environmentStep: environmentStep, tensors: tensors, state: [UInt8](try encoder.encode(state)))
  }

  /// Reads the state as a type.
  /// - Throws: ``CheckpointError/unfit(reason:)`` if it is the state of something else.
  public func decodedState<State: Decodable>(as type: State.Type) throws(CheckpointError) -> State {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(state))
    } catch {
      throw .unfit(reason: "its state is not one of this kind of run")
    }
  }
}

/// Why a checkpoint could not be written, read or used.
public enum CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The operating system refused to write or list it.
  case refused(path: String, reason: String)
  /// What is there is not what was written.
  case damaged(path: String, reason: String)
  /// A later version of Foal wrote it.
  case madeByNewerVersion(path: String)
  /// It is sound, but of another kind of learner than the one that is to go on from it.
  case unfit(reason: String)

  public var description: String {
    switch self {
    case .refused(let path, let reason): "checkpoint \(path): \(reason)"
    case .damaged(let path, let reason): "checkpoint \(path) is damaged: \(reason)"
    case .madeByNewerVersion(let path):
      "checkpoint \(path) was made by a newer version of Foal; this one leaves it as it is"
    case .unfit(let reason): "the checkpoint does not fit the run: \(reason)"
    }
  }
}
