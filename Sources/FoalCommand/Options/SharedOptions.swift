public import ArgumentParser
public import Environments
internal import Foundation
public import Schooling

/// How results are printed.
struct ResultOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on standard output instead of text.")
  var json = false
}

/// The number of threads. It changes how long a command takes, never what it computes.
struct WorkerOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads, 1 to 1024; results do not depend on it. (default: one a processor)",
      valueName: "count"))
  var workers: Int?

  /// The number of threads to use.
  var count: Int { workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  func validate() throws {
    try check(workers ?? 1, "--workers", in: 1...1024)
  }
}

/// Checks that a flag's value lies in its range.
/// - Throws: `ValidationError` that names the flag and what is allowed.
func check(_ value: Int, _ flag: String, in range: ClosedRange<Int>) throws {
  guard range.contains(value) else {
    throw ValidationError(
      "\(flag) is \(value); allowed: \(Quantities.count(range.lowerBound)) to "
        + Quantities.count(range.upperBound))
  }
}

extension Split: ExpressibleByArgument {}

extension Way: ExpressibleByArgument {
  /// Reads a way as the tool writes it, for example "in-context".
  public init?(argument: String) {
    guard let way = Way.allCases.first(where: { $0.flag == argument }) else { return nil }
    self = way
  }

  public var defaultValueDescription: String { flag }

  public static var allValueStrings: [String] { allCases.map(\.flag) }

  /// The way as a flag's value.
  package var flag: String {
    switch self {
    case .inContext: "in-context"
    case .fineTuned: "fine-tuned"
    case .fromScratch: "from-scratch"
    }
  }

  /// The way in words.
  package var words: String { self == .fineTuned ? flag : flag.spaced }
}

extension String {
  /// The words of a name in flag or camel case, apart: `from-scratch` and `cartMass`.
  package var spaced: String {
    reduce(into: "") { text, letter in
      if letter == "-" {
        text += " "
      } else {
        text += letter.isUppercase ? " \(letter.lowercased())" : "\(letter)"
      }
    }
  }
}
