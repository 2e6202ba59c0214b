internal import Environments
internal import Policies
internal import Tensors

/// The body of a request to infer.
struct InferenceCall: Sendable {
  /// A tensor with its data.
  struct Input: Sendable {
    var name = ""
    var shape: [Int] = []
    var datatype = ""
    var data: [Float]?
  }

  private(set) var id: String?
  private var inputs: [Input] = []
  /// The names of the outputs that are asked for; nil for all.
  private var wanted: [String]?
  private var deterministic = true
  private var seed: UInt64 = 0

  private static let datatypes: Set<String> = [
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16",
    "FP32",
    "FP64",
  ]

  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      switch key {
      case "id": id = try scanner.string(key)
      case "inputs":
        inputs = []
        try scanner.array(key) { (scanner) throws(APIError) in
          inputs.append(try Self.input(&scanner))
        }
      case "outputs":
        var names: [String] = []
        try scanner.array(key) { (scanner) throws(APIError) in
          names.append(try Self.name(&scanner))
        }
        wanted = names
      case "parameters": try readParameters(&scanner)
      default: try scanner.skip()
      }
    }
    try scanner.end()
  }

  private mutating func readParameters(_ scanner: inout JSONScanner) throws(APIError) {
    try scanner.object("parameters") { (scanner, key) throws(APIError) in
      switch key {
      case "deterministic": deterministic = try scanner.bool("parameters.deterministic")
      case "seed":
        let value = try scanner.integer("parameters.seed")
        guard let seed = UInt64(exactly: value) else {
          throw .shape("parameters.seed", expected: "a whole number from 0", got: "\(value)")
        }
        self.seed = seed
      default: try scanner.skip()
      }
    }
  }

  private static func input(_ scanner: inout JSONScanner) throws(APIError) -> Input {
    var input = Input()
    try scanner.object("inputs") { (scanner, key) throws(APIError) in
      switch key {
      case "name": input.name = try scanner.string("inputs.name")
      case "datatype": input.datatype = try scanner.string("inputs.datatype")
      case "shape":
        input.shape = []
        try scanner.array("inputs.shape") { (scanner) throws(APIError) in
          input.shape.append(try scanner.integer("inputs.shape"))
        }
      case "data":
        var data: [Float] = []
        try scanner.floats("inputs.data", into: &data)
        input.data = data
      default: try scanner.skip()
      }
    }
    guard datatypes.contains(input.datatype) else {
      throw .shape(
        "inputs.datatype", expected: "a type of numbers such as FP32",
        got: "\"\(input.datatype.prefix(40))\"")
    }
    return input
  }

  private static func name(_ scanner: inout JSONScanner) throws(APIError) -> String {
    var name: String?
    try scanner.object("outputs") { (scanner, key) throws(APIError) in
      if key == "name" { name = try scanner.string("outputs.name") } else { try scanner.skip() }
    }
    guard let name else { throw .shape("outputs.name", expected: "a string", got: "nothing") }
    return name
  }

  /// The rows that the policy is to decide for.
  func rows(for version: PolicyVersion) throws(APIError) -> Policy.Rows {
    let known = version.inputs.map(\.name)
    if let input = inputs.first(where: { !known.contains($0.name) }) {
      throw .shape(
        "inputs", expected: known.joined(separator: ", "), got: "\"\(input.name.prefix(40))\"")
    }
    guard let observation = inputs.first(where: { $0.name == "observation" }),
      let count = observation.shape.first, count > 0
    else { throw .shape("inputs", expected: "an observation of at least one row", got: "none") }
    var rows = Policy.Rows()
    for description in version.inputs {
      let width = description.shape[1]
      guard let input = inputs.first(where: { $0.name == description.name }) else {
        let zeros = Array(repeating: Float(description.name == "mask" ? 1 : 0), count: width)
        rows.append(description.name, (0..<count).flatMap { _ in zeros })
        continue
      }
      guard input.shape == [count, width] else {
        throw .shape(
          "inputs: \(input.name)", expected: "shape [\(count), \(width)]", got: "\(input.shape)")
      }
      guard let data = input.data, data.count == count * width else {
        throw .shape(
          "inputs: \(input.name)", expected: "\(count * width) numbers for shape \(input.shape)",
          got: input.data.map { "\($0.count)" } ?? "nothing")
      }
      rows.append(description.name, data)
    }
    for row in 0..<count {
      try version.layout.check(rows.observations, from: row * version.layout.count)
    }
    rows.chances = chances(count * version.chanceCount, isNormal: !version.isDiscrete)
    rows.greedy = Array(repeating: deterministic, count: count)
    return rows
  }

  private func chances(_ count: Int, isNormal: Bool) -> [Float] {
    guard !deterministic else { return Array(repeating: 0, count: count) }
    var random = RandomStream(seed: seed).split("inference")
    return (0..<count).map { _ in isNormal ? random.normal() : random.uniform() }
  }

  /// The outputs that are asked for.
  func outputs(of version: PolicyVersion) throws(APIError) -> [TensorDescription] {
    guard let wanted else { return version.outputs }
    var outputs: [TensorDescription] = []
    for name in wanted {
      guard let output = version.outputs.first(where: { $0.name == name }) else {
        let known = version.outputs.map(\.name).joined(separator: ", ")
        throw .shape("outputs", expected: known, got: "\"\(name.prefix(40))\"")
      }
      outputs.append(output)
    }
    return outputs
  }
}

extension Policy.Rows {
  fileprivate mutating func append(_ name: String, _ elements: [Float]) {
    switch name {
    case "memory": memory = elements
    case "mask": masks = elements
    default: observations = elements
    }
  }
}
