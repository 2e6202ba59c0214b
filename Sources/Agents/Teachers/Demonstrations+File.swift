internal import Environments
internal import Foundation
public import Tensors

/// Why a file is not one of demonstrations.
public enum DemonstrationsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file is not a safetensors file.
  case unreadable(String, SafetensorsError)
  /// The file is a safetensors file of something else, or its description is damaged.
  case notDemonstrations(String, reason: String)
  /// A tensor is missing.
  case missing(String, tensor: String)
  /// A tensor has another shape than the number of steps and the spaces call for.
  case wrongShape(String, tensor: String, shape: [Int], expected: [Int])
  /// A number is not finite.
  case notFinite(String, tensor: String, step: Int)
  /// A number lies outside what its space allows.
  case outsideSpace(String, tensor: String, step: Int)
  /// A step's end is none of 0, 1 and 2, or the last episode has no end.
  case badEnd(String, step: Int)

  public var description: String {
    switch self {
    case .unreadable(let path, let error): "\(path) is not a readable file: \(error)"
    case .notDemonstrations(let path, let reason): "\(path) holds no demonstrations: \(reason)"
    case .missing(let path, let tensor): "\(path) has no tensor \(tensor)"
    case .wrongShape(let path, let tensor, let shape, let expected):
      "\(path): \(tensor) has shape \(shape), expected \(expected)"
    case .notFinite(let path, let tensor, let step):
      "\(path): \(tensor) is not finite in step \(step)"
    case .outsideSpace(let path, let tensor, let step):
      "\(path): \(tensor) lies outside the space in step \(step)"
    case .badEnd(let path, let step): "\(path): step \(step) has no proper end"
    }
  }
}

extension Demonstrations {
  private static let key = "foal.demonstrations"

  /// What a file says of its steps.
  private struct Card: Codable {
    var environment: String
    var observationSpace: ObservationSpace
    var actionSpace: ActionSpace
  }

  /// The demonstrations as a file's content; the same ones always give the same bytes.
  public var file: Safetensors {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let card = Card(
      environment: environment, observationSpace: observationSpace, actionSpace: actionSpace)
    guard let text = try? encoder.encode(card) else {
      preconditionFailure("a card is made of strings and numbers, which can always be encoded")
    }
    let width = observationSpace.count
    var entries = [
      "observations": Safetensors.Entry(shape: [count, width], values: observations),
      "nextObservations": Safetensors.Entry(shape: [count, width], values: nextObservations),
      "rewards": Safetensors.Entry(shape: [count], values: rewards),
      "ends": Safetensors.Entry(shape: [count], values: ends.map { Float($0.rawValue) }),
    ]
    entries["actions"] =
      actionSpace.isDiscrete
      ? Safetensors.Entry(shape: [count], values: choices.map { Float($0) })
      : Safetensors.Entry(shape: [count, actionSpace.count], values: vectors)
    return Safetensors(
      entries: entries, metadata: [Demonstrations.key: String(decoding: text, as: UTF8.self)])
  }

  /// Writes the file: whole, or not at all.
  public func write(to path: String) throws(SafetensorsError) {
    try file.write(to: path)
  }

  /// Reads a file that ``write(to:)`` wrote, and checks all of it.
  public init(contentsOf path: String) throws(DemonstrationsError) {
    let file: Safetensors
    do { file = try Safetensors(contentsOf: path) } catch { throw .unreadable(path, error) }
    try self.init(file, from: path)
  }

  /// Takes demonstrations from a file's content.
  ///
  /// - Parameter path: what errors call the file.
  public init(_ file: Safetensors, from path: String) throws(DemonstrationsError) {
    let card = try Demonstrations.card(of: file, path)
    self.init(
      of: card.environment, observationSpace: card.observationSpace,
      actionSpace: card.actionSpace)
    let steps = file.entries["rewards"]?.values.count ?? 0
    guard steps > 0 else { throw .missing(path, tensor: "rewards") }
    let reader = StepReader(file: file, path: path, steps: steps)
    let (width, space) = (observationSpace.count, actionSpace)
    rewards = try reader.take("rewards", [steps])
    observations = try reader.take("observations", [steps, width])
    nextObservations = try reader.take("nextObservations", [steps, width])
    let actions = try reader.take("actions", space.isDiscrete ? [steps] : [steps, space.count])
    if let bad = actions.indices.first(where: { !space.allows(actions[$0], at: $0) }) {
      throw .outsideSpace(path, tensor: "actions", step: bad * steps / actions.count)
    }
    if space.isDiscrete { choices = actions.map { Int32($0) } } else { vectors = actions }
    for (step, code) in try reader.take("ends", [steps]).enumerated() {
      guard let end = UInt8(exactly: code).flatMap(End.init(rawValue:)) else {
        throw .badEnd(path, step: step)
      }
      ends.append(end)
    }
    guard ends.last != End.none else { throw .badEnd(path, step: steps - 1) }
  }

  private static func card(
    of file: Safetensors, _ path: String
  ) throws(DemonstrationsError) -> Card {
    guard let text = file.metadata[key] else {
      throw .notDemonstrations(path, reason: "its metadata has no \"\(key)\"")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let card = try? decoder.decode(Card.self, from: Data(text.utf8)) else {
      throw .notDemonstrations(path, reason: "its description cannot be read")
    }
    guard card.actionSpace.isSound, (1...1 << 24).contains(card.observationSpace.count) else {
      throw .notDemonstrations(path, reason: "its spaces are none")
    }
    return card
  }
}

/// Takes tensors of a number of steps out of a file.
private struct StepReader {
  let file: Safetensors
  let path: String
  let steps: Int

  func take(_ name: String, _ shape: [Int]) throws(DemonstrationsError) -> [Float] {
    guard let entry = file.entries[name] else { throw .missing(path, tensor: name) }
    guard entry.shape == shape else {
      throw .wrongShape(path, tensor: name, shape: entry.shape, expected: shape)
    }
    if let bad = entry.values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(path, tensor: name, step: bad * steps / entry.values.count)
    }
    return entry.values
  }
}

extension ActionSpace {
  /// Whether a space that was read from a file is one.
  fileprivate var isSound: Bool {
    switch self {
    case .discrete(let count, _): (1...1 << 24).contains(count)
    case .box(let low, let high):
      (1...Action.maximumComponents).contains(low.count) && low.count == high.count
        && zip(low, high).allSatisfy { $0 <= $1 }
    }
  }

  /// Whether a number can be the element of an action; the position counts over all steps.
  fileprivate func allows(_ value: Float, at position: Int) -> Bool {
    switch self {
    case .discrete(let count, _):
      value >= 0 && value < Float(count) && value == value.rounded()
    case .box(let low, let high):
      value >= low[position % low.count] && value <= high[position % low.count]
    }
  }
}
