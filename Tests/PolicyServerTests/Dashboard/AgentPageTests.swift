import PolicyServer
import Records
import Testing

@Suite struct AgentPageTests {
  /// Enters an evaluation of a run's agent.
  private func evaluate(_ run: Run, tries: Int, in home: DashboardHome) throws {
    let attempts = (1...tries).map {
      #"{"try":\#($0),"iqm":5,"iqmLow":4,"iqmHigh":6,"mean":5,"low":4,"high":6,"p20":1}"#
    }.joined(separator: ",")
    let document = """
      {"agent":"mine","family":"cartpole","split":"held-out","tasks":10,"seed":0,\
      "tries":[\(attempts)],"controls":{"memoryWiped":[\(attempts)],"memoryless":[\(attempts)],\
      "random":[\(attempts)]}}
      """
    try RunStore(below: home.path).add(
      RunEvaluation(
        runID: run.id, checkpointSHA256: "", document: JSONValue(parsing: document)))
  }

  @Test func showsTheBundledAgent() async throws {
    let home = DashboardHome()
    let rows = try #require(try await home.get("agents")["agents"]?.elements)
    #expect(rows.compactMap { $0["name"]?.text } == ["cartpole", "playroom"])
    #expect(rows[0]["origin"]?.text == "bundled")
    let page = try await home.get("agent", [("name", "cartpole")])
    #expect(page["environments"]?.elements.contains("cartpole:family") == true)
    #expect(try #require(page["memory"]?.double) > 0)
  }

  @Test func showsTheTriesThatWereEvaluated() async throws {
    let home = DashboardHome()
    try evaluate(home.enter("a"), tries: 2, in: home)
    let tries = try await home.get("tries", [("run", "a")])
    #expect(tries["tasks"]?.text == "10 held-out tasks of cartpole")
    #expect(
      tries["lines"]?.elements.compactMap { $0["name"]?.text } == [
        "mine", "memory wiped before each try", "random actions",
      ])
    #expect(tries["svg"]?.text?.contains("try on a task") == true)
    // One try is no line.
    try evaluate(home.enter("b"), tries: 1, in: home)
    let one = try await home.get("tries", [("run", "b")])
    #expect(one["frame"] == nil && one["svg"]?.text?.contains("random actions") == true)
    let none = try await home.get("tries", [("agent", "cartpole")])
    #expect(none["error"]?.text == "no evaluation is recorded: foal evaluate makes one")
  }
}
