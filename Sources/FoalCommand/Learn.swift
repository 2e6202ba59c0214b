internal import Agents
package import ArgumentParser
internal import Foundation
internal import Schooling

/// `foal learn`: an agent fine-tuned on what a server kept of its sessions.
package struct Learn: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Fine-tune an agent on the feedback that a server kept.",
    discussion: """
      Goes through the tries in a file that 'foal serve --feedback' wrote and makes what was \
      rewarded more likely, held near to what the agent was: --anchor says how firmly. It plays no \
      tries of its own. 'foal serve --learn' does this again and again and takes up what an \
      evaluation finds no worse.

      EXAMPLES:
        foal learn cartpole runs/serve-cartpole/feedback.jsonl --output better.safetensors
        foal evaluate better.safetensors
      """)

  @Argument(help: "The agent that was served: a file or a bundled name.")
  var agent: String
  @Argument(help: "The file of feedback.")
  var feedback: String
  @Option(
    parsing: .unconditional,
    help: "How firmly the agent is held to what it was, 0 or more.")
  var anchor: Float = 1
  @Option(parsing: .unconditional, help: "The times that the feedback is gone through, 1 to 1000.")
  var epochs = 4
  @Option(parsing: .unconditional, help: "Names all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Flag(help: "Use the tries of other agents too; without it, only those of just this one.")
  var any = false
  @Option(help: ArgumentHelp("The file to write the agent to.", valueName: "file"))
  var output: String
  @Flag(help: "Overwrite the file if it exists.")
  var force = false
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(epochs, "--epochs", in: 1...1000)
    guard anchor >= 0, anchor.isFinite else {
      throw ValidationError("--anchor is \(anchor); allowed: 0 or more")
    }
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    var agent: String
    var output: String
    var sessions: Int
    var tries: Int
    var steps: Int
    var divergence: Float
  }

  package func run() throws {
    let served = try Agent(named: agent)
    try OutputOptions.prepare(output, force: force)
    let text: String
    do {
      text = try String(contentsOfFile: feedback, encoding: .utf8)
    } catch {
      throw CommandFailure("\(feedback) cannot be read: \(error.localizedDescription)")
    }
    let sessions: [[FeedbackTry]]
    do {
      sessions = try FeedbackTry.sessions(
        in: text, of: any ? nil : served.sha256(readFrom: agent))
    } catch {
      throw CommandFailure("\(feedback): \(error)")
    }
    var learning = FeedbackLearning()
    learning.anchor = anchor
    learning.epochs = epochs
    let (learned, outcome) = try learning.run(served, on: sessions, seed: seed)
    try learned.write(to: output)
    let tries = sessions.reduce(0) { $0 + $1.count }
    if result.json {
      return try JSONOutput.write(
        Document(
          agent: served.card.name, output: output, sessions: sessions.count, tries: tries,
          steps: outcome.steps, divergence: outcome.divergence))
    }
    try StandardStream.output.write(
      "Learned from \(outcome.steps) steps of \(tries) tries in \(sessions.count) sessions; moved "
        + "\(Quantities.significant(Double(outcome.divergence))) nats from what it was.\n"
        + "Wrote \(output)\nNext: foal evaluate \(shellWord(output))\n")
  }
}
