internal import Spelling

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
      throw .noRun(name: name, nearest: EditDistance.nearest(5, to: name, among: names))
    }
    return match
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }
}
