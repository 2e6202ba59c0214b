extension Playroom {
  /// What is told of a task, as it is observed: goal, rules and sentences, a byte for each element.
  struct Panel: Sendable, Hashable {
    /// The elements of a goal, and of each rule.
    static let goalCount = 5
    static let ruleCount = 7
    static let capacity = 256

    private var bytes = (
      SIMD64<UInt8>(), SIMD64<UInt8>(), SIMD64<UInt8>(), SIMD64<UInt8>()
    )
    private let side: UInt8
    private let slots: UInt8
    /// The number of elements.
    let count: Int

    var viewSide: Int { Int(side) }
    var ruleSlots: Int { Int(slots) }

    init(
      _ goal: Condition, _ rules: RuleList, _ telling: Telling, _ sentences: Sentences,
      viewSide: Int, ruleSlots: Int, skin: PlayroomSkin
    ) {
      precondition(viewSide == 5 || viewSide == 7, "a view has a side of 5 or 7, got \(viewSide)")
      precondition(
        rules.count...RuleList.capacity ~= ruleSlots,
        "\(rules.count) rules do not fit into \(ruleSlots) slots")
      side = UInt8(viewSide)
      slots = UInt8(ruleSlots)
      let words = Panel.goalCount + ruleSlots * Panel.ruleCount
      count = words + (1 + ruleSlots) * Sentence.capacity
      if telling.contains(.goalSymbols) { write(goal, at: 0, skin) }
      if telling.contains(.goalWords) { write(sentences[0], at: words, skin) }
      for (index, rule) in rules.enumerated() {
        if telling.contains(.ruleSymbols) {
          let start = Panel.goalCount + index * Panel.ruleCount
          write(rule.condition, at: start, skin)
          write(rule.product.code, at: start + Panel.goalCount, skin)
        }
        if telling.contains(.ruleWords) {
          write(sentences[1 + index], at: words + (1 + index) * Sentence.capacity, skin)
        }
      }
    }

    private mutating func write(
      _ condition: Condition, at start: Int, _ skin: PlayroomSkin
    ) {
      let symbols = Panel.symbols(condition, skin)
      for index in 0..<Panel.goalCount { self[start + index] = symbols[index] }
    }

    /// Predicate, and content and colour of both operands.
    static func symbols(_ condition: Condition, _ skin: PlayroomSkin) -> SIMD8<UInt8> {
      let subject = symbols(condition.subject.code, skin)
      let operand =
        condition.tile.map { SIMD2(UInt8(Content.tile), skin.color($0.rawValue)) }
        ?? symbols(condition.operand, skin)
      return SIMD8(
        condition.predicate.rawValue, subject.x, subject.y, operand.x, operand.y, 0, 0, 0)
    }

    /// Content and colour of a kind.
    private static func symbols(_ kind: UInt8, _ skin: PlayroomSkin) -> SIMD2<UInt8> {
      kind == 0
        ? SIMD2()
        : SIMD2(
          skin.content(UInt8(Content.firstShape) + kind >> 3), skin.objectColor(kind & 7))
    }

    private mutating func write(_ kind: UInt8, at start: Int, _ skin: PlayroomSkin) {
      let symbols = Panel.symbols(kind, skin)
      (self[start], self[start + 1]) = (symbols.x, symbols.y)
    }

    private mutating func write(_ sentence: Sentence, at start: Int, _ skin: PlayroomSkin) {
      for index in 0..<Sentence.capacity { self[start + index] = skin.word(sentence.words[index]) }
    }

    subscript(index: Int) -> UInt8 {
      get { withUnsafeBytes(of: bytes) { $0[index] } }
      set { withUnsafeMutableBytes(of: &bytes) { $0[index] = newValue } }
    }

    /// Where the elements lie in a panel.
    static let bytesOffset = MemoryLayout<Panel>.offset(of: \Panel.bytes)!

    static func == (left: Panel, right: Panel) -> Bool {
      left.bytes.0 == right.bytes.0 && left.bytes.1 == right.bytes.1
        && left.bytes.2 == right.bytes.2 && left.bytes.3 == right.bytes.3
        && left.side == right.side && left.slots == right.slots
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(bytes.0)
      hasher.combine(bytes.1)
      hasher.combine(side)
      hasher.combine(slots)
    }
  }
}
