import FoalCommand
import Testing

@Suite struct TableTests {
  @Test func alignsColumnsUnderTheirHeadings() {
    var table = Table([.left("task"), .right("tries"), .right("return")])
    table.append(["cart-pole 3", "1", "43.5"])
    table.append(["short pole", "10", "487.0"])
    table.appendRule()
    table.append(["mean", "", "265.3"])
    #expect(
      table.rendered() == """
        task         tries  return
        ───────────  ─────  ──────
        cart-pole 3      1    43.5
        short pole      10   487.0
        ───────────  ─────  ──────
        mean                 265.3

        """)
  }

  @Test func countsColumnsRatherThanCharacters() {
    var table = Table([.left(""), .right("")])
    table.append(["日本", "1"])
    table.append(["e\u{301}te\u{301}", "20"])
    table.append([Style.colored.paint("red", .red), "300"])
    #expect(
      table.rendered() == """
        日本    1
        e\u{301}te\u{301}    20
        \u{1B}[31mred\u{1B}[0m   300

        """)
  }

  @Test func cutsTheWidestColumnOfWords() {
    var table = Table([.left("name"), .right("steps"), .left("about")])
    table.append(["cart-pole", "500", "balances a pole on a cart"])
    #expect(
      table.rendered(limit: 32) == """
        name       steps  about
        ─────────  ─────  ──────────────
        cart-pole    500  balances a po…

        """)
  }

  @Test func showsOnlyHeadingsWhenEmpty() {
    #expect(Table([.left("run"), .left("state")]).rendered() == "run  state\n───  ─────\n")
  }

  @Test func marksHeadingsAndRules() {
    let table = Table([.left("run")])
    #expect(
      table.rendered(style: .colored) == "\u{1B}[1mrun\u{1B}[0m\n\u{1B}[2m───\u{1B}[0m\n")
  }
}
