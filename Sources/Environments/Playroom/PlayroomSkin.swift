/// How playrooms look: the same world, the same rules and the same ways to the goal, observed in
/// other symbols and words.
///
/// What an agent knows beforehand of how things look is of no use under another skin, what it knows
/// of how to find things out still is. So the returns under skins say which of the two it lives on.
///
/// Source: Dubey et al. (2018), "Investigating human priors for playing video games",
/// arXiv:1802.10217, who take the meaning of objects and their likeness out of a game in this way.
public enum PlayroomSkin: String, Sendable, Hashable, Codable, CaseIterable {
  /// As things are.
  case plain
  /// Every shape looks like another and every colour like another, everywhere: in view, in hand, on
  /// the floor, in what is told, in words too. All that is told is true of what is seen.
  case permuted
  /// Objects are all gray: those of a shape look alike. Words say what they are.
  case colorless
  /// Objects all look like gray boxes. Words say what they are.
  case masked
  /// Each word is another, always the same; all that is seen is as it is.
  case scrambled

  /// What a code of ``Playroom/Content`` looks like.
  package func content(_ code: UInt8) -> UInt8 {
    let first = UInt8(Playroom.Content.firstShape)
    guard first..<first + 8 ~= code else { return code }
    switch self {
    case .permuted: return first + PlayroomSkin.shapes[Int(code - first)]
    case .masked: return first + Playroom.Shape.box.rawValue
    case .plain, .colorless, .scrambled: return code
    }
  }

  /// What the colour of an object looks like; 0 is none.
  package func objectColor(_ code: UInt8) -> UInt8 {
    guard code != 0 else { return code }
    switch self {
    case .colorless, .masked: return Playroom.Color.gray.rawValue
    case .plain, .permuted, .scrambled: return color(code)
    }
  }

  /// What the colour of a door or a tile looks like. Codes beyond the colours stay.
  package func color(_ code: UInt8) -> UInt8 {
    self == .permuted && 1...6 ~= code ? code % 6 + 1 : code
  }

  /// The number of the word that stands for another; 0 stands for none.
  package func word(_ number: UInt8) -> UInt8 {
    guard number != 0 else { return 0 }
    switch self {
    case .permuted: return PlayroomSkin.words[Int(number)]
    case .scrambled: return PlayroomSkin.scramble[Int(number)]
    case .plain, .colorless, .masked: return number
    }
  }

  /// Shapes with as many words change places, so that words can follow them one by one.
  private static let shapes: [UInt8] = {
    typealias Shape = Playroom.Shape
    var shapes = Shape.allCases.map(\.rawValue)
    for cycle in [[Shape.ball, .box, .cup, .gem, .ring], [.cone, .key, .star]] {
      for (place, shape) in cycle.enumerated() {
        shapes[Int(shape.rawValue)] = cycle[(place + 1) % cycle.count].rawValue
      }
    }
    return shapes
  }()

  /// The words of shapes and colours, as these change places.
  private static let words: [UInt8] = {
    var words = (0...UInt8(Playroom.vocabulary.count)).map(\.self)
    for (shape, other) in shapes.enumerated() {
      for (word, image) in zip(Playroom.Grammar.shapes[shape], Playroom.Grammar.shapes[Int(other)])
      { words[Int(word)] = image }
    }
    let colors = Playroom.Grammar.colors
    for color in colors.indices {
      for (word, image) in zip(colors[color], colors[(color + 1) % colors.count]) {
        words[Int(word)] = image
      }
    }
    return words
  }()

  /// All words in one circle whose order looks random.
  private static let scramble: [UInt8] = {
    let circle = (1...UInt8(Playroom.vocabulary.count))
      .sorted { PlayroomSplit.mix(UInt64($0)) < PlayroomSplit.mix(UInt64($1)) }
    var words = (0...UInt8(Playroom.vocabulary.count)).map(\.self)
    for (place, word) in circle.enumerated() {
      words[Int(word)] = circle[(place + 1) % circle.count]
    }
    return words
  }()
}

extension PlayroomSkin {
  /// What every code looks like, in a form that can be looked up in a hot loop.
  struct Appearance: Sendable {
    let contents: SIMD16<UInt8>
    let objectColors: SIMD8<UInt8>
    /// Of doors.
    let colors: SIMD8<UInt8>
    /// Of tiles; codes beyond the colours are doors that stand open, shut or locked.
    let grounds: SIMD16<UInt8>

    fileprivate init(_ skin: PlayroomSkin) {
      var (contents, grounds) = (SIMD16<UInt8>(), SIMD16<UInt8>())
      var (objectColors, colors) = (SIMD8<UInt8>(), SIMD8<UInt8>())
      for code in 0..<UInt8(16) {
        contents[Int(code)] = skin.content(code)
        grounds[Int(code)] = skin.color(code)
      }
      for code in 0..<UInt8(8) {
        objectColors[Int(code)] = skin.objectColor(code)
        colors[Int(code)] = skin.color(code)
      }
      (self.contents, self.grounds) = (contents, grounds)
      (self.objectColors, self.colors) = (objectColors, colors)
    }

    static let permuted = Appearance(.permuted)
    static let colorless = Appearance(.colorless)
    static let masked = Appearance(.masked)
  }

  /// `nil` if everything that is seen looks as it is.
  @inline(__always)
  var appearance: Appearance? {
    switch self {
    case .plain, .scrambled: nil
    case .permuted: .permuted
    case .colorless: .colorless
    case .masked: .masked
    }
  }
}

extension PlayroomWorld {
  /// Gives what was written of the view and of what is held another look.
  @inline(never)
  func disguise(
    _ row: UnsafeMutablePointer<Float>, _ cells: Int, _ held: UnsafeMutablePointer<Float>,
    _ look: PlayroomSkin.Appearance
  ) {
    let first = Float(Content.firstShape)
    for index in 0..<cells where row[index] >= Float(Content.door) {
      let color = Int(row[cells &+ index])
      row[cells &+ index] = Float(
        row[index] >= first ? look.objectColors[color] : look.colors[color])
      row[index] = Float(look.contents[Int(row[index])])
    }
    for index in 2 &* cells..<3 &* cells { row[index] = Float(look.grounds[Int(row[index])]) }
    held[0] = Float(look.contents[Int(held[0])])
    held[1] = Float(look.objectColors[Int(held[1])])
  }
}
