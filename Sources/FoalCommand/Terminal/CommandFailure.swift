package import ArgumentParser
internal import Foundation

/// An error that a command reports itself: one line, and the status that the tool exits with.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, without the tool's name and without a full stop.
  package let description: String
  /// The status that the tool exits with.
  package let status: Int32

  /// Makes a failure of the work itself.
  package init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }

  /// Makes a failure of what the caller asked for: exits with 64, as a wrong flag does.
  package static func usage(_ description: String) -> CommandFailure {
    CommandFailure(description, status: ExitCode.validationFailure.rawValue)
  }
}

/// How a run of the tool ends: what it prints where, and with which status.
package struct CommandEnding: Sendable, Equatable {
  /// Text for standard output, such as the help that was asked for.
  package var output = ""
  /// One line for standard error, or nothing.
  package var complaint = ""
  /// The exit status.
  package var status: Int32 = 0

  /// Decides how the tool ends after an error.
  ///
  /// Help, versions and completion scripts go to standard output with status 0. Every other error
  /// is one line, `foal: ...`; where the arguments were wrong it ends in the help to look at.
  /// - Parameters:
  ///   - error: what parsing or running threw.
  ///   - root: the tool's root command.
  ///   - arguments: the tool's arguments, without its name.
  package init(after error: any Error, in root: any ParsableCommand.Type, arguments: [String]) {
    let name = root._commandName
    if let code = error as? ExitCode {
      status = code.rawValue
    } else if let failure = error as? CommandFailure {
      status = failure.status
      complaint = "\(name): \(Self.oneLine(failure.description))\n"
    } else if root.exitCode(for: error) == .success {
      output = root.fullMessage(for: error)
      if !output.hasSuffix("\n") { output += "\n" }
    } else if root.exitCode(for: error) == .validationFailure {
      status = ExitCode.validationFailure.rawValue
      let command = Self.commandPath(root, arguments).joined(separator: " ")
      let message = Self.oneLine(root.message(for: error))
      complaint = "\(name): \(message) (see '\(command) --help')\n"
    } else {
      status = 1
      complaint = "\(name): \(Self.oneLine(Self.describe(error)))\n"
    }
  }

  /// The command that the arguments name, from the root down: `["foal", "runs", "list"]`.
  private static func commandPath(
    _ root: any ParsableCommand.Type, _ arguments: [String]
  ) -> [String] {
    var path = [root._commandName]
    var command = root
    for argument in arguments where !argument.hasPrefix("-") {
      let next = command.configuration.subcommands.first {
        $0._commandName == argument || $0.configuration.aliases.contains(argument)
      }
      guard let next else { break }
      command = next
      path.append(next._commandName)
    }
    return path
  }

  private static func describe(_ error: any Error) -> String {
    if let localized = (error as? any LocalizedError)?.errorDescription { return localized }
    // Foundation's own errors describe themselves by domain and code.
    let isFoundations =
      error is CocoaError || error is POSIXError || type(of: error) == NSError.self
    return isFoundations ? error.localizedDescription : "\(error)"
  }

  /// Joins lines, drops a full stop, and starts small as a message after `foal:` does.
  private static func oneLine(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    var line = lines.reduce("") { joined, next in
      joined.isEmpty ? next : joined + (joined.hasSuffix(":") ? " " : "; ") + next
    }
    if line.hasSuffix(".") { line.removeLast() }
    let first = line.prefix(1)
    let isWord = line.dropFirst().first.map { $0.isLowercase || $0 == " " } ?? false
    return isWord ? first.lowercased() + line.dropFirst() : line
  }
}

extension AsyncParsableCommand {
  /// Parses the arguments, runs the command and ends the process.
  ///
  /// The root command calls this from its own `main()`, so that every failure of every command is
  /// one line on standard error and a status that is not zero.
  package static func runAndExit(_ arguments: [String]? = nil) async -> Never {
    let arguments = arguments ?? Array(CommandLine.arguments.dropFirst())
    var ending = CommandEnding()
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      ending = CommandEnding(after: error, in: Self.self, arguments: arguments)
    }
    try? StandardStream.error.write(ending.complaint)
    if !ending.output.isEmpty {
      do {
        try StandardStream.output.write(ending.output)
      } catch {
        ending = CommandEnding(after: error, in: Self.self, arguments: arguments)
        try? StandardStream.error.write(ending.complaint)
      }
    }
    Foundation.exit(ending.status)
  }
}

extension CommandEnding {
  /// A run that ended well and has nothing to add.
  fileprivate init() {}
}
