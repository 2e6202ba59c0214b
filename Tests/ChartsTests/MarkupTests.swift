import Charts
import Testing

struct MarkupTests {
  @Test func nothingIsMarkup() {
    #expect(
      Markup.escaped("<b title=\"a\" id='b'>&amp;</b>")
        == "&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;&lt;/b&gt;")
  }

  @Test func controlCharactersAreLeftOut() {
    #expect(Markup.escaped("a\0b\u{1B}c\u{7F}d\u{85}e\u{FFFE}f") == "abcdef")
  }

  @Test func lineBreaksStayUnlessOneLineIsAskedFor() {
    #expect(Markup.escaped("a\nb\tc\rd") == "a\nb\tc\rd")
    #expect(Markup.escaped("a\nb\tc\rd", onOneLine: true) == "a b c d")
  }

  @Test func otherLettersStayAsTheyAre() {
    #expect(Markup.escaped("γλ – 蹄 🐴") == "γλ – 蹄 🐴")
  }
}
