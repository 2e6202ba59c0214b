internal import Tensors

extension Playroom {
  /// Which forms of a sentence are used: some are kept for held-out tasks. All their words, taken
  /// alone, occur in the others too.
  public enum Phrasing: Sendable, Hashable, CaseIterable {
    case seen, unseen
  }

  /// A form of a sentence: words, and places for the operands and the product.
  struct Phrase: Sendable, Hashable {
    static let subject: UInt8 = 250
    static let other: UInt8 = 251
    static let tile: UInt8 = 252
    static let product: UInt8 = 253

    private(set) var form = Sentence()

    /// Reads a form: words, and A, B, F and P for subject, other object, tile and product.
    init(_ text: String) {
      for word in text.split(separator: " ") {
        form.append(Phrase.code(of: String(word)))
      }
    }

    private static func code(of word: String) -> UInt8 {
      switch word {
      case "A": return subject
      case "B": return other
      case "F": return tile
      case "P": return product
      default:
        guard let place = Playroom.vocabulary.firstIndex(of: word) else {
          preconditionFailure("the vocabulary has no \"\(word)\"")
        }
        return UInt8(place + 1)
      }
    }

    /// Whether the form can be kept for held-out tasks: one in five.
    var isChosen: Bool {
      var hash: UInt64 = 0
      for place in 0..<form.count { hash = PlayroomSplit.mix(hash ^ UInt64(form.words[place])) }
      return hash % 5 == 0
    }

    /// The numbers of the form's words, and of the places in it.
    var words: Set<UInt8> { Set((0..<form.count).map { form.words[$0] }) }

    /// Puts words for operands and product into the form.
    func sentence(
      _ condition: Condition, _ product: Kind, using random: inout RandomStream
    ) -> Sentence {
      var sentence = Sentence()
      func add(_ words: [UInt8]) {
        sentence.append(words.count == 1 ? words[0] : words[random.integer(below: words.count)])
      }
      func add(_ kind: Kind) {
        add(Grammar.colors[Int(kind.code & 7) - 1])
        add(Grammar.shapes[Int(kind.code >> 3)])
      }
      for place in 0..<form.count {
        switch form.words[place] {
        case Phrase.subject: add(condition.subject)
        case Phrase.other: add(Kind(code: condition.operand))
        case Phrase.tile: add(Grammar.colors[Int(condition.operand) - 1])
        case Phrase.product: add(product)
        case let word: sentence.append(word)
        }
      }
      return sentence
    }
  }

  /// The forms of sentences.
  enum Grammar {
    /// Forms of goals, one list for each predicate. Brackets hold what can stand in a place.
    private static let goalForms: [Predicate: [String]] = [
      .hold: ["(please|) (pick up|take|grab|get|hold|fetch) the A"],
      .beside: [
        "(please|) (go to|walk to|approach|visit) the A",
        "(please|) (go|stand|walk) (beside|near|by|next to) the A",
      ],
      .together: [
        "(please|) (put|place|set|leave|bring) the A (beside|near|by|next to) the B"
      ],
      .on: ["(please|) (put|place|set|leave|lay) the A on (the|a) F (tile|mat|square)"],
      .carry: [
        "(please|) (carry|take|bring|move) the A (to|onto) (the|a) F (tile|mat|square)",
        "(please|) stand on (the|a) F (tile|mat|square) with the A",
      ],
    ]

    /// Forms of rules, one list for each predicate.
    private static let ruleForms: [Predicate: [String]] = [
      .hold: [
        "(if|when) you (hold|take|grab|pick up) a A it (becomes|turns into) a P",
        "(holding|taking|grabbing) a A makes a P",
      ],
      .beside: [
        "(if|when) you (stand|are|go) (beside|near|by|next to) a A it (becomes|turns into) a P"
      ],
      .together: [
        "(if|when) a A (is|lies) (beside|near|by) a B they (become|make) a P",
        "a A (beside|near|and) a B (become|make) a P",
      ],
      .on: [
        "(if|when) a A (is|lies) on a F (tile|mat|square) it (becomes|turns into) a P",
        "a A on a F (tile|mat|square) (becomes|makes|turns into) a P",
      ],
      .carry: [
        "(if|when) you (carry|take|bring) a A (to|onto) a F (tile|mat|square) it becomes a P",
        "carrying a A (to|onto) a F (tile|mat|square) makes a P",
      ],
    ]

    static let colors = Playroom.colorWords.map(codes)
    static let shapes = Playroom.shapeWords.map(codes)
    /// The forms of goals and of rules by the predicate's number, seen and unseen ones apart.
    static let goals = table(goalForms)
    static let rules = table(ruleForms)

    /// Draws a sentence for a goal.
    static func goal(
      _ goal: Condition, _ phrasing: Phrasing, using random: inout RandomStream
    ) -> Sentence {
      draw(goals, goal, phrasing, using: &random).sentence(goal, .none, using: &random)
    }

    /// Draws a sentence for a rule.
    static func rule(
      _ rule: Rule, _ phrasing: Phrasing, using random: inout RandomStream
    ) -> Sentence {
      draw(rules, rule.condition, phrasing, using: &random)
        .sentence(rule.condition, rule.product, using: &random)
    }

    private static func draw(
      _ table: [[[Phrase]]], _ condition: Condition, _ phrasing: Phrasing,
      using random: inout RandomStream
    ) -> Phrase {
      let forms = table[Int(condition.predicate.rawValue) - 1][phrasing == .seen ? 0 : 1]
      return forms[random.integer(below: forms.count)]
    }

    /// The forms of each predicate, those that are seen and those that are not.
    private static func table(_ forms: [Predicate: [String]]) -> [[[Phrase]]] {
      let phrases = Predicate.allCases.map { predicate in
        forms[predicate, default: []].flatMap(expand).map(Phrase.init)
      }
      let known = phrases.joined().filter { !$0.isChosen }
        .reduce(into: Set<UInt8>()) { $0.formUnion($1.words) }
      // A word that only chosen forms have would never be learned: those stay seen.
      return phrases.map { phrases in
        let unseen = phrases.filter { $0.isChosen && $0.words.isSubset(of: known) }
        return [phrases.filter { !unseen.contains($0) }, unseen]
      }
    }

    /// Every text that a form with brackets stands for.
    static func expand(_ form: String) -> [String] {
      guard let open = form.firstIndex(of: "("), let close = form.firstIndex(of: ")") else {
        return [form]
      }
      let choices = form[form.index(after: open)..<close].split(
        separator: "|", omittingEmptySubsequences: false)
      return choices.flatMap { choice in
        expand(String(form[..<open]) + choice + form[form.index(after: close)...])
      }
    }

    private static func codes(_ words: [String]) -> [UInt8] {
      words.map { UInt8(Playroom.vocabulary.firstIndex(of: $0)! + 1) }
    }
  }
}
