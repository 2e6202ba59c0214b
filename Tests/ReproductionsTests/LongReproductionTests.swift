import Foundation
import Reproductions
import Testing

@Suite(
  "Long reproductions", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["FOAL_LONG"] == "1"))
struct LongReproductionTests {
  @Test(
    "the quick form passes, and fails with the method broken",
    arguments: PublishedSystem.all.filter { $0.reproduction != nil }.map(\.name))
  func longQuickForm(name: String) throws {
    let reproduction = try #require(
      PublishedSystem.all.first { $0.name == name }?.reproduction)
    let result = try reproduction.run(.quick, workers: 2)
    print("\(name): \(result.seconds) s")
    for claim in reproduction.claims(.quick) {
      #expect(result.verdict(on: claim) == .holds, "\(name): \(claim.text)")
    }
    let broken = result.replacing(reproduction.arms[0].name, by: reproduction.broken)
    #expect(reproduction.verdict(on: broken) == .fails)
  }
}
