internal import Charts

/// A person's words as HTML: paragraphs, lists, links and cited facts.
struct HTMLWords {
  let facts: [Fact]

  /// Writes a text: blank lines part paragraphs, lines that begin with a dash are a list.
  func html(_ words: String) -> String {
    var html = ""
    for block in blocks(of: words) {
      if block.allSatisfy({ $0.hasPrefix("- ") }) {
        html += "<ul>\n"
        for item in block { html += "<li>\(inline(String(item.dropFirst(2))))</li>\n" }
        html += "</ul>\n"
      } else {
        html += "<p>\(inline(block.joined(separator: "\n")))</p>\n"
      }
    }
    return html
  }

  /// The lines of each paragraph or list; a list ends where a line without a dash begins, and lines
  /// that are indented belong to the item before them.
  private func blocks(of words: String) -> [[String]] {
    var blocks: [[String]] = [[]]
    for line in words.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let isItem = line.hasPrefix("- ")
      let isInList = blocks[blocks.count - 1].last?.hasPrefix("- ") ?? false
      if line.allSatisfy(\.isWhitespace) {
        blocks.append([])
      } else if isInList, !isItem, line.hasPrefix(" ") {
        let last = blocks[blocks.count - 1].count - 1
        blocks[blocks.count - 1][last] += "\n" + line
      } else if isItem != isInList, !blocks[blocks.count - 1].isEmpty {
        blocks.append([String(line)])
      } else {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks.filter { !$0.isEmpty }
  }

  /// Writes a run of text with what it cites.
  private func inline(_ text: String) -> String {
    var html = ""
    var index = text.startIndex
    for citation in Citation.all(in: text) {
      html += linked(text[index..<citation.range.lowerBound])
      html += cited(citation)
      index = citation.range.upperBound
    }
    return html + linked(text[index...])
  }

  private func cited(_ citation: Citation) -> String {
    let name = Markup.escaped(citation.name)
    guard let fact = facts.first(where: { $0.name == citation.name }) else {
      return "<mark>[@\(name)]</mark>"
    }
    return "<a class=\"cite\" href=\"#fact-\(name)\" title=\"\(Markup.escaped(fact.title))\">"
      + "\(Markup.escaped(fact.value))</a>"
  }

  /// Writes text in which addresses of pages are links.
  private func linked(_ text: Substring) -> String {
    var html = ""
    var rest = text
    while let start = ["https://", "http://"].compactMap({ rest.firstRange(of: $0)?.lowerBound })
      .min()
    {
      html += Markup.escaped(String(rest[..<start]))
      var address = rest[start...].prefix { !$0.isWhitespace && !"<>\"'()[]".contains($0) }
      while let last = address.last, ".,;:!?".contains(last) { address.removeLast() }
      let shown = Markup.escaped(String(address))
      html += "<a href=\"\(shown)\" rel=\"noreferrer\">\(shown)</a>"
      rest = rest[address.endIndex...]
    }
    return html + Markup.escaped(String(rest))
  }
}
