import ArgumentParser

@main
struct FoalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "foal")
}
