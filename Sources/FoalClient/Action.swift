/// What an agent does.
public enum Action: Sendable, Equatable, Codable {
  /// One of a number of actions, from 0.
  case discrete(Int)
  /// A point of a box.
  case box([Float])

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let index = try? value.decode(Int.self) {
      self = .discrete(index)
    } else {
      self = .box(try value.decode([Float].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .discrete(let index): try value.encode(index)
    case .box(let point): try value.encode(point)
    }
  }
}
