import Environments
import Tensors
import Testing

struct DrawingTests {
  private func text(
    _ shapes: Drawing.Shape..., columns: Int = 4, rows: Int = 2, inColor: Bool = false
  ) -> String {
    var drawing = Drawing(x: 0...8, y: 0...8)
    for shape in shapes { drawing.add(shape) }
    return drawing.terminalText(columns: columns, rows: rows, inColor: inColor)
  }

  @Test func emptyPicturesAreBlank() {
    #expect(text() == "⠀⠀⠀⠀\n⠀⠀⠀⠀")
  }

  @Test func dotsLieWhereTheyBelong() {
    #expect(text(.circle(center: .init(0.5, 7.5), radius: 0, filled: true)) == "⠁⠀⠀⠀\n⠀⠀⠀⠀")
    #expect(text(.circle(center: .init(7.5, 0.5), radius: 0, filled: true)) == "⠀⠀⠀⠀\n⠀⠀⠀⢀")
    #expect(text(.line(from: .init(0, 4.5), to: .init(8, 4.5))) == "⣀⣀⣀⣀\n⠀⠀⠀⠀")
    #expect(text(.rectangle(x: 2...4, y: 0...4, filled: true)) == "⠀⠀⠀⠀\n⠀⣿⠀⠀")
    #expect(text(.rectangle(x: 0...8, y: 0...8)) == "⡏⠉⠉⢹\n⣇⣀⣀⣸")
    #expect(text(.text("ab", at: .init(4, 6))) == "⠀ab⠀\n⠀⠀⠀⠀")
  }

  @Test func whatLiesOutsideIsCutOff() {
    #expect(text(.circle(center: .init(100, 100), radius: 5, filled: true)) == text())
    #expect(text(.circle(center: .init(.nan, 0), radius: 5, filled: true)) == text())
    #expect(text(.line(from: .init(-50, 4.5), to: .init(50, 4.5))) == "⣀⣀⣀⣀\n⠀⠀⠀⠀")
    #expect(text(.text("abcdefgh", at: .init(4, 6))) == "cdef\n⠀⠀⠀⠀")
  }

  @Test func proportionsAreKept() {
    let wide = text(.rectangle(x: 0...8, y: 0...8, filled: true), columns: 8, rows: 2)
    #expect(wide == "⠀⠀⣿⣿⣿⣿⠀⠀\n⠀⠀⣿⣿⣿⣿⠀⠀")
  }

  @Test func colorsAreEscaped() {
    let line = text(
      .rectangle(x: 2...4, y: 4...8, color: .red, filled: true), rows: 2, inColor: true)
    #expect(line == "⠀\u{1B}[31m⣿⠀⠀\u{1B}[0m\n⠀⠀⠀⠀")
  }

  @Test func pagesMayHaveShadesOfTheirOwn() {
    var drawing = Drawing(x: 0...2, y: 0...2)
    drawing.add(.circle(center: .init(1, 1), radius: 1, color: .red, filled: true))
    drawing.add(.rectangle(x: 0...1, y: 0...1, color: .blue))
    let plain = drawing.svg()
    #expect(plain.contains("fill=\"#d1342f\"") && plain.contains("stroke=\"#2a62c9\""))
    let themed = drawing.svg(paints: [.red: "var(--red)"], ground: "none")
    #expect(themed.contains("fill=\"var(--red)\"") && !themed.contains("#d1342f"))
    #expect(themed.contains("stroke=\"#2a62c9\"") && !themed.contains("#f6f5f1"))
  }
}
