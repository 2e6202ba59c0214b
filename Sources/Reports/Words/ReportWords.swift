internal import Yams

/// What a person wrote for a report: a file of YAML with a text for each field.
///
/// The file is never written to once it is there, and the texts are used byte for byte.
///
/// ```yaml
/// use-of-reinforcement-learning: tool
/// goal-of-reinforcement: |
///   Keep a pole upright whose physics nobody knows. It does so in [@try-1] steps of 500.
/// ```
public struct ReportWords: Sendable, Hashable {
  /// Which of three uses of reinforcement learning it is; nil if nobody said yet.
  public var use: UseOfReinforcement?
  /// The texts, without the empty ones.
  public var texts: [ReportField: String]

  /// The key of the use in the file.
  static let useKey = "use-of-reinforcement-learning"

  /// Makes words.
  public init(use: UseOfReinforcement? = nil, texts: [ReportField: String] = [:]) {
    self.use = use
    self.texts = texts.filter { !$0.value.allSatisfy(\.isWhitespace) }
  }

  /// Reads the content of a file.
  /// - Throws: ``ReportError`` that names the file, the line and what is wrong: it is not YAML, a
  ///   field is unknown, missing, twice there, or no text.
  public init(parsing content: String, path: String) throws(ReportError) {
    func wrong(_ reason: String, _ mark: Mark?) -> ReportError {
      .unreadable(path: mark.map { "\(path):\($0.line)" } ?? path, reason: reason)
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: content)
    } catch let error as YamlError {
      let (reason, mark) = error.reason
      throw wrong(reason, mark)
    } catch {
      throw wrong("\(error)", nil)
    }
    guard case .mapping(let mapping)? = root else {
      throw wrong("it holds no fields; foal report RUN --init writes a file that does", nil)
    }
    var found: [String: String] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, Self.known.contains(name) else {
        let name = key.scalar?.string ?? "?"
        throw wrong("there is no field \"\(name)\"\(Self.suggestion(for: name))", key.mark)
      }
      guard case .scalar(let scalar) = value else {
        throw wrong("\(name) is no text; put it in quotes, or after a |", value.mark)
      }
      found[name] = scalar.isNull ? "" : scalar.string
    }
    try self.init(found: found, path: path)
  }

  private init(found: [String: String], path: String) throws(ReportError) {
    let needed = [Self.useKey] + ReportField.allCases.filter { $0.author == .human }.map(\.rawValue)
    let missing = needed.filter { found[$0] == nil }
    guard missing.isEmpty else {
      let fields = missing.count == 1 ? "the field" : "the fields"
      throw .unreadable(
        path: path,
        reason: "\(fields) \(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") "
          + "missing; an empty text, \"\", stands for one that is not written yet")
    }
    let stated = (found[Self.useKey] ?? "").filter { !$0.isWhitespace }
    let use = UseOfReinforcement(rawValue: stated)
    guard use != nil || stated.isEmpty else {
      throw .unreadable(
        path: path, reason: "\(Self.useKey) is \"\(stated)\"; known: tool, framework, metaphor")
    }
    var texts: [ReportField: String] = [:]
    for field in ReportField.allCases { texts[field] = found[field.rawValue] }
    self.init(use: use, texts: texts)
  }

  private static let known = Set([useKey] + ReportField.allCases.map(\.rawValue))

  /// A field whose name shares the most with a wrong one, as a question.
  private static func suggestion(for name: String) -> String {
    func pairs(_ name: String) -> Set<String> {
      let letters = Array(name.lowercased())
      return Set(zip(letters, letters.dropFirst()).map { "\($0)\($1)" })
    }
    let wanted = pairs(name)
    let shared = known.sorted().map { (name: $0, count: pairs($0).intersection(wanted).count) }
    guard let best = shared.max(by: { $0.count < $1.count }), best.count * 2 > wanted.count else {
      return ""
    }
    return "; did you mean \"\(best.name)\"?"
  }
}

extension Node.Scalar {
  /// Whether nothing is written, as after a key alone.
  fileprivate var isNull: Bool { style == .plain && (string.isEmpty || string == "~") }
}

extension YamlError {
  /// What is wrong, in words, and where.
  fileprivate var reason: (String, Mark?) {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ("it is not YAML: \(problem)", mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
      ("the field \(duplicates.joined(separator: ", ")) is there twice", context.mark)
    default: ("it is not YAML: \(self)", nil)
    }
  }
}
