import Charts
import Testing

@Suite struct StyleTests {
  @Test(arguments: [
    (true, ["TERM": "xterm-256color"], true), (true, [:], true), (false, ["TERM": "xterm"], false),
    (true, ["TERM": "dumb"], false), (true, ["NO_COLOR": "1"], false),
    (true, ["NO_COLOR": "0"], false), (true, ["NO_COLOR": ""], true),
  ])
  func marksOnlyWhereTheTerminalShowsIt(
    isTerminal: Bool, environment: [String: String], isOn: Bool
  ) {
    #expect(Style(isTerminal: isTerminal, environment: environment).isOn == isOn)
  }

  @Test func leavesTextAloneWhenOff() {
    #expect(Style.plain.bold(Style.plain.paint("foal", .green)) == "foal")
  }

  @Test func marksAndResets() {
    #expect(Style.colored.paint("foal", .green) == "\u{1B}[32mfoal\u{1B}[0m")
    #expect(Style.colored.dim("foal") == "\u{1B}[2mfoal\u{1B}[0m")
    #expect(Style.colored.bold("") == "")
  }
}
