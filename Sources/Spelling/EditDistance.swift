/// How far names are from one another, for telling what somebody may have meant.
package enum EditDistance {
  /// The least number of insertions, deletions and replacements between two words; the case of
  /// letters does not count.
  ///
  /// Source: Levenshtein (1966); computed row by row, O(m·n).
  package static func between(_ first: String, _ second: String) -> Int {
    let second = Array(second.lowercased())
    var row = Array(0...second.count)
    for (i, letter) in first.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[second.count]
  }

  /// The names that take the fewest changes, the nearest first; of equally near ones, the earlier.
  package static func nearest(_ count: Int, to name: String, among names: [String]) -> [String] {
    let ranked = names.enumerated().map { (between(name, $1), $0, $1) }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(count).map(\.2)
  }
}
