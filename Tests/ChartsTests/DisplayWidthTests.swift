import Charts
import Testing

@Suite struct DisplayWidthTests {
  @Test func wrapsBetweenWords() {
    #expect("a foal stands up".wrapped(toColumns: 7) == "a foal\nstands\nup")
    #expect("hippopotamus".wrapped(toColumns: 4) == "hippopotamus")
    #expect("".wrapped(toColumns: 4) == "")
  }

  @Test(arguments: [
    ("", 0), ("foal", 4), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("🐴", 2), ("⠤━░…", 4),
    ("\u{1B}[1mbold\u{1B}[0m", 4), ("a\u{200B}b", 2),
  ])
  func countsTerminalColumns(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test(arguments: [
    ("pretraining", 20, "pretraining"), ("pretraining", 8, "pretrai…"), ("日本語", 4, "日…"),
    ("foal", 1, "…"), ("foal", 0, ""),
    ("\u{1B}[1mpretraining\u{1B}[0m", 4, "\u{1B}[1mpre…\u{1B}[0m"),
  ])
  func cutsToColumns(text: String, columns: Int, cut: String) {
    #expect(text.truncated(toColumns: columns) == cut)
  }
}
