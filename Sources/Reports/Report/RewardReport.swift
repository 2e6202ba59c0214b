public import Charts
public import Foundation

/// A Reward Report: what an agent was rewarded for, what it learned of it, and what is done when that
/// changes. 26 fields in six sections, filled from a run and from a person's words.
///
/// A report is a value that says the same whether it is written as HTML, Markdown or JSON:
///
/// ```swift
/// let report = RewardReport(source, words: words, date: .now)
/// let page = report.html()
/// ```
///
/// Source: Gilbert, Dean, Lambert, Zick and Snoswell (2022), "Reward Reports for Reinforcement
/// Learning", arXiv:2204.10817. What this adds: fields that a run can fill are filled from it, every
/// number says where it comes from, and a report knows when it is stale.
public struct RewardReport: Sendable, Hashable, Codable {
  /// The run that is reported.
  public var title: String
  /// What the run is, in a sentence.
  public var summary: String
  /// Which of three uses of reinforcement learning it is; nil if nobody said.
  public var use: UseOfReinforcement?
  /// The numbers that a reader wants first.
  public var highlights: [Highlight]
  /// The charts that a reader wants first, small.
  public var glance: [Chart]
  /// What a reader must know before the numbers.
  public var warnings: [String]
  /// The 26 fields, in their order.
  public var fields: [Field]
  /// What can be cited, and what it is now.
  public var facts: [Fact]
  /// What the report was made from, by which it knows later whether it is stale.
  public var stamp: ReportStamp

  /// A number that stands at the head of a report.
  public struct Highlight: Sendable, Hashable, Codable {
    /// What it is: `interquartile mean on try 1`.
    public var label: String
    /// The number: `491`.
    public var value: String
    /// Its interval, or what it is out of: `95 %: 476 to 500`.
    public var note: String
  }

  /// One of the 26 fields.
  public struct Field: Sendable, Hashable, Codable {
    /// Which of them.
    public var field: ReportField
    /// Its number: `4.2`.
    public var number: String
    /// Its heading.
    public var title: String
    /// Who fills it.
    public var author: ReportField.Author
    /// What Foal fills in.
    public var parts: [Part]
    /// A person's words, byte for byte; nil if there are none.
    public var words: String?
    /// What is to be looked at again: facts that the words cite and that have changed since.
    public var flags: [String]
  }

  /// A part of what Foal fills in.
  public enum Part: Sendable, Hashable, Codable {
    /// A sentence or more.
    case text(String)
    /// Sentences that stand for themselves.
    case list([String])
    /// Names and values.
    case pairs([Pair])
    /// A table, and where its numbers come from.
    case table(Table, source: String)
    /// A chart, what it shows in sentences, and where its numbers come from.
    case chart(Chart, sentences: [String], source: String)
    /// Small charts that stand beside each other, and where their numbers come from.
    case charts([Chart], source: String)
  }

  /// A name and its value.
  public struct Pair: Sendable, Hashable, Codable {
    /// What it is: `step limit`.
    public var name: String
    /// Its value in words.
    public var value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A table: columns of words and columns of numbers.
  public struct Table: Sendable, Hashable, Codable {
    /// What the table shows.
    public var title: String
    /// The headings.
    public var columns: [String]
    /// Which columns hold numbers and stand on the right.
    public var numeric: [Bool]
    /// The cells, a text a column.
    public var rows: [[Cell]]

    init(_ title: String, _ columns: [(String, isNumeric: Bool)], _ rows: [[Cell]]) {
      self.title = title
      self.columns = columns.map(\.0)
      numeric = columns.map(\.isNumeric)
      self.rows = rows
      precondition(
        rows.allSatisfy { $0.count == columns.count },
        "a table of \(columns.count) columns has a row of another length")
    }
  }

  /// A cell of a table.
  public struct Cell: Sendable, Hashable, Codable, ExpressibleByStringInterpolation {
    /// What stands in it.
    public var text: String
    /// Where the value lies among others, in `0...1`, for a mark on a scale; nil for no mark.
    public var place: Double?
    /// Whether the cell says that something is wrong.
    public var isAlarming: Bool?

    init(_ text: String, place: Double? = nil, isAlarming: Bool = false) {
      self.text = text
      self.place = place
      self.isAlarming = isAlarming ? true : nil
    }

    /// Makes a cell of text alone.
    public init(stringLiteral text: String) { self.init(text) }
  }
}

extension RewardReport {
  /// The fields that a person is still to write.
  public var unwritten: [ReportField] {
    fields.filter { $0.author == .human && $0.words == nil }.map(\.field)
  }

  /// When the report was made.
  public var date: Date { stamp.date }

  /// A field of the report.
  public subscript(field: ReportField) -> Field? { fields.first { $0.field == field } }
}
