import Environments
import PolicyServer
import Records
import Testing

@Suite struct EnvironmentPageTests {
  @Test func showsEverythingOfTheCatalogue() async throws {
    let rows = try #require(
      try await DashboardHome().get("environments")["environments"]?.elements)
    let catalogue =
      EnvironmentCatalogue.environments + EnvironmentCatalogue.families
      + EnvironmentCatalogue.variants
    #expect(rows.compactMap { $0["name"]?.text } == catalogue.map(\.name))
    let ids = rows.compactMap { $0["id"]?.text }
    #expect(Set(ids).count == rows.count)
    // Pictures are in the page's colours.
    for row in rows {
      let svg = try #require(row["picture"]?["svg"]?.text)
      #expect(svg.contains("var(--draw-") && !svg.contains("\"#"))
    }
  }

  @Test func hasAPageForEach() async throws {
    let home = DashboardHome()
    for row in try await home.get("environments")["environments"]?.elements ?? [] {
      let id = try #require(row["id"]?.text)
      let page = try await home.get("environment", [("name", id)])
      #expect(page["environment"]?["kind"] == row["kind"])
      #expect(page["controls"]?["keys"]?.elements.isEmpty == false, "\(id)")
    }
    let page = try await home.get("environment", [("name", "cartpole:family")])
    #expect(page["agents"]?.elements.compactMap(\.text) == ["cartpole"])
  }

  @Test func everyActionHasAKeyOfItsOwn() throws {
    let catalogue = EnvironmentCatalogue.environments + EnvironmentCatalogue.families
    for entry in catalogue {
      let controls = Controls(of: entry)
      let keys = controls.keys.flatMap(\.keys)
      #expect(Set(keys).count == keys.count && !keys.contains(""), "\(entry.name)")
      switch entry.tasks.actionSpace {
      case .discrete(let count, _): #expect(controls.keys.compactMap(\.index) == Array(0..<count))
      case .box(let low, let high):
        for key in controls.keys {
          let components = try #require(key.components)
          #expect(components.count == low.count)
          #expect(zip(components, zip(low, high)).allSatisfy { $1.0 <= $0 && $0 <= $1.1 })
        }
      }
    }
  }
}
