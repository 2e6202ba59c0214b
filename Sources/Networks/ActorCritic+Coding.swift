internal import Tensors

extension ActorCritic.Configuration: Codable {
  private enum Key: String, CodingKey {
    case observationCount, actions, hidden, activation, trunk, memory
    case parts, symbolWidth, contextWidth, predicts, aimKinds
    case memoryKind, memoryHorizon, memoryWindow, memoryLayers, memoryHeads
  }

  // What a network has no use for is left out, as it is in older files.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      observationCount: try container.decode(Int.self, forKey: .observationCount),
      actions: try container.decode(ActorCritic.Actions.self, forKey: .actions),
      hidden: try container.decode([Int].self, forKey: .hidden),
      activation: try container.decode(Activation.self, forKey: .activation),
      trunk: try container.decode(ActorCritic.Trunk.self, forKey: .trunk),
      memory: try container.decode(Int.self, forKey: .memory))
    predicts = try container.decodeIfPresent(Bool.self, forKey: .predicts) ?? false
    aimKinds = try container.decodeIfPresent([Int].self, forKey: .aimKinds) ?? []
    memoryHorizon = try container.decodeIfPresent(Int.self, forKey: .memoryHorizon) ?? 2
    if let kind = try container.decodeIfPresent(ActorCritic.MemoryKind.self, forKey: .memoryKind) {
      memoryKind = kind
      memoryWindow = try container.decode(Int.self, forKey: .memoryWindow)
      memoryLayers = try container.decode(Int.self, forKey: .memoryLayers)
      memoryHeads = try container.decode(Int.self, forKey: .memoryHeads)
    }
    guard let parts = try container.decodeIfPresent([ObservationPart].self, forKey: .parts)
    else { return }
    self.parts = parts
    symbolWidth = try container.decode(Int.self, forKey: .symbolWidth)
    contextWidth = try container.decode(Int.self, forKey: .contextWidth)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(observationCount, forKey: .observationCount)
    try container.encode(actions, forKey: .actions)
    try container.encode(hidden, forKey: .hidden)
    try container.encode(activation, forKey: .activation)
    try container.encode(trunk, forKey: .trunk)
    try container.encode(memory, forKey: .memory)
    if predicts { try container.encode(predicts, forKey: .predicts) }
    if !aimKinds.isEmpty { try container.encode(aimKinds, forKey: .aimKinds) }
    if memoryHorizon != 2 { try container.encode(memoryHorizon, forKey: .memoryHorizon) }
    if memoryKind != .gru {
      try container.encode(memoryKind, forKey: .memoryKind)
      try container.encode(memoryWindow, forKey: .memoryWindow)
      try container.encode(memoryLayers, forKey: .memoryLayers)
      try container.encode(memoryHeads, forKey: .memoryHeads)
    }
    guard !parts.isEmpty else { return }
    try container.encode(parts, forKey: .parts)
    try container.encode(symbolWidth, forKey: .symbolWidth)
    try container.encode(contextWidth, forKey: .contextWidth)
  }
}
