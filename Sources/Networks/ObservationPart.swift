/// What a stretch of an observation holds, so that a network can take it in as what it is.
public enum ObservationPart: Sendable, Hashable, Codable {
  /// Numbers, taken as they are.
  case numbers(_ count: Int)
  /// Symbols on a grid: a plane of `height · width` codes for each of `kinds`, plane after plane;
  /// the codes of plane p lie in `0..<kinds[p]`. What stands in a cell is one symbol of each plane.
  case grid(height: Int, width: Int, kinds: [Int])
  /// `count` codes in `0..<kinds`, each with a meaning of its own by its place.
  case symbols(_ count: Int, kinds: Int)
  /// Sentences of `length` codes in `0..<vocabulary`; 0 stands for no word.
  case words(sentences: Int, length: Int, vocabulary: Int)
  /// A moment that is remembered: a grid like the first one, and numbers behind it; all zeros for none.
  case moment(numbers: Int, height: Int, width: Int, kinds: [Int])

  /// Whether it is a moment that is remembered.
  var isMoment: Bool { if case .moment = self { true } else { false } }

  /// The number of the observation's elements.
  public var count: Int {
    switch self {
    case .numbers(let count), .symbols(let count, _): count
    case .grid(let height, let width, let kinds): height * width * kinds.count
    case .words(let sentences, let length, _): sentences * length
    case .moment(let numbers, let height, let width, let kinds):
      numbers + height * width * kinds.count
    }
  }
}
