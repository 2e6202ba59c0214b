extension Playroom {
  /// The words of instructions. A word is observed as its place in this list, counted from 1.
  public static let vocabulary: [String] =
    (verbs + others + colorWords.joined()
    + shapeWords.joined()).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }

  private static let verbs = [
    "pick", "take", "grab", "get", "hold", "fetch", "go", "walk", "stand", "approach", "visit",
    "put", "place", "set", "leave", "bring", "lay", "carry", "move", "holding", "taking",
    "grabbing", "carrying", "becomes", "become", "makes", "make", "turns", "is", "are", "lies",
  ]
  private static let others = [
    "please", "you", "it", "they", "the", "a", "and", "if", "when", "with", "up", "to", "into",
    "on", "onto", "beside", "near", "by", "next", "tile", "mat", "square",
  ]
  /// The words for each colour, in the order of ``Color``.
  static let colorWords = [
    ["red", "crimson"], ["green", "lime"], ["blue", "navy"], ["yellow", "golden"],
    ["purple", "violet"], ["gray", "silver"],
  ]
  /// The words for each shape, in the order of ``Shape``.
  static let shapeWords = [
    ["ball", "sphere"], ["box", "crate"], ["cone"], ["cup", "mug"], ["gem", "jewel"], ["key"],
    ["ring", "hoop"], ["star"],
  ]

  /// A sentence of up to 16 words.
  struct Sentence: Sendable, Hashable {
    static let capacity = 16
    /// The words' numbers; 0 behind the last.
    private(set) var words = SIMD16<UInt8>()
    private(set) var count = 0

    /// Puts a word behind the others.
    mutating func append(_ word: UInt8) {
      precondition(count < Sentence.capacity, "a sentence has at most \(Sentence.capacity) words")
      words[count] = word
      count += 1
    }

    /// The words with spaces between them.
    var text: String {
      (0..<count).map { Playroom.vocabulary[Int(words[$0]) - 1] }.joined(separator: " ")
    }
  }

  /// The goal's sentence and the rules'.
  struct Sentences: Sendable {
    private var words = (
      SIMD16<UInt8>(), SIMD16<UInt8>(), SIMD16<UInt8>(), SIMD16<UInt8>(), SIMD16<UInt8>(),
      SIMD16<UInt8>(), SIMD16<UInt8>(), SIMD16<UInt8>(), SIMD16<UInt8>()
    )

    /// The sentence of the goal, at 0, or of a rule, counted from 1.
    subscript(index: Int) -> Sentence {
      get {
        var sentence = Sentence()
        let words = withUnsafeBytes(of: words) {
          $0.bindMemory(to: SIMD16<UInt8>.self)[index]
        }
        for place in 0..<Sentence.capacity where words[place] != 0 { sentence.append(words[place]) }
        return sentence
      }
      set {
        withUnsafeMutableBytes(of: &words) {
          $0.bindMemory(to: SIMD16<UInt8>.self)[index] = newValue.words
        }
      }
    }
  }
}
