/// Names of runs, which are names of folders too.
enum RunName {
  /// What begins the names of the store's own files.
  private static let reserved = "foal.sqlite"

  /// Whether a run may have the name: no path leads out of its folder, and no shell needs quotes.
  static func isFit(_ name: String) -> Bool {
    guard (1...100).contains(name.utf8.count), !name.lowercased().hasPrefix(reserved),
      let first = name.unicodeScalars.first, isWord(first)
    else { return false }
    return name.unicodeScalars.allSatisfy { isWord($0) || "._-".unicodeScalars.contains($0) }
  }

  /// Makes a name fit: what a run's name may not hold becomes a dash.
  static func fitted(_ text: String) -> String {
    let letters = text.unicodeScalars.map { scalar in
      isWord(scalar) || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
    }
    let name = String(String(letters).drop { !$0.isLetter && !$0.isNumber }.prefix(90))
    return isFit(name) ? name : "run-" + name
  }

  /// Finds the run that a name means: the one of that name, else the only one whose name begins so.
  static func resolve(_ name: String, among names: [String]) throws(RunStoreError) -> String {
    let wanted = name.lowercased()
    if let exact = names.first(where: { $0.lowercased() == wanted }) { return exact }
    let matches = wanted.isEmpty ? [] : names.filter { $0.lowercased().hasPrefix(wanted) }
    if matches.count > 1 { throw .ambiguousName(name, matches: Array(matches.prefix(8))) }
    guard let match = matches.first else {
      throw .noRun(name: name, nearest: nearest(to: wanted, among: names))
    }
    return match
  }

  /// The five names that take the fewest changes.
  static func nearest(to name: String, among names: [String]) -> [String] {
    let ranked = names.enumerated().map { (changes(name, $1.lowercased()), $0, $1) }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(5).map(\.2)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }

  /// The least number of insertions, deletions and replacements between two words (Levenshtein).
  private static func changes(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
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
}
