/// A place in a text that names a fact: `[@try-1]`.
struct Citation: Hashable {
  /// The fact's name.
  let name: String
  /// Where it stands in the text, brackets included.
  let range: Range<String.Index>

  /// Finds the citations in a text, in their order.
  static func all(in text: String) -> [Citation] {
    var found: [Citation] = []
    var index = text.startIndex
    while let start = text[index...].firstRange(of: "[@") {
      index = start.upperBound
      guard let end = text[index...].firstIndex(of: "]") else { break }
      let name = text[index..<end]
      guard !name.isEmpty, name.allSatisfy(isPart) else { continue }
      index = text.index(after: end)
      found.append(Citation(name: String(name), range: start.lowerBound..<index))
    }
    return found
  }

  private static func isPart(_ letter: Character) -> Bool {
    letter.isLetter || letter.isNumber || "._-/".contains(letter)
  }
}
