internal import Environments
internal import Spelling

/// An instruction in words, as a policy of playrooms reads it: a code for each word.
enum Instruction {
  /// As much of a word that is not known as is looked at.
  private static let longestWord = 24

  /// The elements of an observation that an instruction fixes: the goal's sentence.
  static func elements(
    of text: String, for version: PolicyVersion
  ) throws(APIError) -> (range: Range<Int>, values: [Float]) {
    guard let part = version.layout.part(named: "instruction"), part.segment.content == .words,
      part.segment.bounds.upperBound == Float(Playroom.vocabulary.count),
      let capacity = part.segment.shape.last
    else {
      throw APIError(400, "instruction: policy \(version.name) takes no instructions")
    }
    let words = text.lowercased().split { !$0.isLetter }.map(String.init)
    guard (1...capacity).contains(words.count) else {
      throw .shape("instruction", expected: "1 to \(capacity) words", got: "\(words.count)")
    }
    var codes = Array(repeating: Float(0), count: capacity)
    for (place, word) in words.enumerated() {
      guard let index = Playroom.vocabulary.firstIndex(of: word) else {
        let known = EditDistance.nearest(
          3, to: String(word.prefix(longestWord)), among: Playroom.vocabulary)
        throw APIError(
          400,
          "instruction: the policy does not know \"\(word.prefix(longestWord))\"; it knows "
            + "\(known.joined(separator: ", ")) and \(Playroom.vocabulary.count - 3) other words")
      }
      codes[place] = Float(index + 1)
    }
    return (part.range.lowerBound..<part.range.lowerBound + capacity, codes)
  }
}
