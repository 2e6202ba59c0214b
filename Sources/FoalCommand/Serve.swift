package import ArgumentParser
internal import Foundation
internal import ServeArguments

/// `foal serve`: agents over HTTP, in a program of its own beside the tool.
package struct Serve: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Serve agents over HTTP, with a dashboard.",
    discussion: """
      Any program that speaks HTTP and JSON can use an agent: it opens a session, sends what it \
      sees and gets what to do; the memory over steps and tries stays with the server. At / a \
      browser finds runs, agents and environments to look at, at /openapi.json the whole API is \
      described, and /v2 speaks the Open Inference Protocol.

      A served file that changes is the policy's next version: open sessions stay with theirs, new \
      ones get the new one, and no request is lost. Other machines reach the server only if --host \
      says so, and only with a token. Nothing that is sent changes an agent unless --learn says so.

      EXAMPLES:
        foal serve                              the bundled agent, at http://127.0.0.1:8080
        foal serve runs/                        every agent of a folder
        foal serve cartpole --port 9000 --feedback
        FOAL_TOKEN=... foal serve --host 0.0.0.0 --allow-host robot.example.org

        curl -s localhost:8080/v1/sessions -H 'Content-Type: application/json' -d '{"seed": 1}'
        curl -s localhost:8080/v1/sessions/SESSION/act -H 'Content-Type: application/json' \\
          -d '{"step": 0, "observation": [0, 0, 0.1, 0]}'
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
