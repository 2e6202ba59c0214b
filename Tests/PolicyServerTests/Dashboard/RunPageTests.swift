import PolicyServer
import Records
import Testing

@Suite struct RunPageTests {
  @Test func listsRunsTheNewestFirst() async throws {
    let home = DashboardHome()
    try home.enter("a", seed: .max)
    try home.enter("b", ends: false)
    let runs = try #require(try await home.get("runs")["runs"]?.elements)
    #expect(runs.compactMap { $0["name"]?.text } == ["b", "a"])
    #expect(runs.compactMap { $0["state"]?.text } == ["running", "finished"])
    #expect(runs[1]["lastReturn"]?.double == 9)
    #expect(runs[1]["seed"]?.text == "18446744073709551615")
  }

  @Test func showsSettingsAndOtherSeeds() async throws {
    let home = DashboardHome()
    try home.enter("a", seed: 0)
    try home.enter("b", seed: 1)
    try home.enter("c", seed: 2, slots: 8)
    let page = try await home.get("run", [("name", "a")])
    let settings = page["settings"]?.elements.compactMap { $0["name"]?.text }
    #expect(settings == ["learner.rate", "slots"])
    #expect(page["siblings"]?.elements.compactMap(\.text) == ["b"])
    #expect(page["run"]?["steps"]?.double == 900)
  }

  @Test func showsOnlyWhatDiffers() async throws {
    let home = DashboardHome()
    try home.enter("a", seed: 0)
    try home.enter("b", seed: 1, slots: 8)
    let found = try await home.get("differences", [("run", "a"), ("run", "b")])
    let rows = found["differences"]?.elements.map { row in
      [row["setting"]?.text] + (row["values"]?.elements ?? []).map(\.text)
    }
    #expect(rows == [["seed", "0", "1"], ["slots", "64", "8"]])
    #expect(found["shared"] == 4)
  }
}
