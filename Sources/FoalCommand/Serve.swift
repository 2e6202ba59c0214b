package import ArgumentParser
internal import Foundation
internal import ServeArguments

/// `foal serve`: agents over HTTP, in a program of its own beside the tool.
package struct Serve: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Serve agents over HTTP, with a dashboard.",
    discussion: """
      Serves agents to any program that speaks HTTP, and a dashboard of runs, agents and \
      environments to a browser.

      EXAMPLES:
        foal serve                              the bundled agent, at http://127.0.0.1:8080
        foal serve runs/mine.safetensors        an agent of your own
      """)

  @OptionGroup var options: ServeOptions

  package init() {}

  package func run() throws {
    let program = try Serve.program()
    let arguments = Array(CommandLine.arguments.dropFirst().drop { $0 != "serve" }.dropFirst())
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    execv(program, &words)
    throw CommandFailure("cannot start \(program): \(String(cString: strerror(errno)))")
  }

  /// The server's program, which lies beside the tool's.
  /// - Throws: `CommandFailure` if it is not there, with what makes it.
  private static func program() throws -> String {
    guard let tool = Bundle.main.executablePath else {
      throw CommandFailure("cannot tell where the foal tool lies, which foal-serve lies beside")
    }
    let folder = (tool as NSString).deletingLastPathComponent
    let program = (folder as NSString).appendingPathComponent("foal-serve")
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw CommandFailure(
        "\(program) is not there; 'swift build -c release --product foal-serve' builds it")
    }
    return program
  }
}
