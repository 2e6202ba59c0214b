import Foundation
import Records
import Testing

/// Exports of a small run, byte for byte.
@Suite struct ExportTests {
  private let home = TemporaryHome()

  private func exported(_ format: ExportFormat) throws -> [UInt8] {
    let store = try home.store()
    let run = try SmallRun.enter(in: store)
    var bytes: [UInt8] = []
    #expect(try store.export([run], as: format) { bytes += $0 } == 6)
    return bytes
  }

  @Test func writesATableInLongForm() throws {
    let table = """
      run,seed,task,step,metric,value
      small-1,1,cartpole,0,return,-12.5
      small-1,1,cartpole,0,loss/policy,1e-09
      small-1,1,cartpole,64,return,0.0
      small-1,1,"cartpole:17, ""hard""\",64,loss/policy,0.1
      small-1,1,cartpole,128,return,487.125
      small-1,1,cartpole,128,loss/policy,3.0

      """
    #expect(String(decoding: try exported(.csv), as: UTF8.self) == table)
  }

  @Test func writesAnObjectALine() throws {
    let lines = String(decoding: try exported(.jsonl), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 6)
    #expect(
      lines[0]
        == #"{"metric":"return","run":"small-1","seed":1,"step":0,"task":"cartpole","#
        + #""value":-12.5,"wallSeconds":0.0}"#)
    #expect(
      lines[3]
        == #"{"metric":"loss/policy","run":"small-1","seed":1,"step":64,"#
        + #""task":"cartpole:17, \"hard\"","value":0.1,"wallSeconds":0.25}"#)
  }

  /// The fixture is what TensorBoard's own writer makes of the same numbers.
  @Test func writesTheBytesThatTensorBoardWrites() throws {
    let fixture = try #require(
      Bundle.module.url(
        forResource: "small", withExtension: "tfevents", subdirectory: "Fixtures"))
    #expect(try Data(exported(.tensorboard)) == Data(contentsOf: fixture))
  }

  @Test func joinsRunsAndPages() throws {
    let store = try home.store()
    var runs: [Run] = []
    for seed in 0..<2 {
      let run = try store.begin(.example("many", seed: UInt64(seed)))
      for start in stride(from: 0, to: 12_000, by: 4000) {
        try store.append(
          (start..<start + 4000).map {
            Metric(environmentStep: $0, wallSeconds: 0, name: "return", value: 1)
          }, to: run)
      }
      runs.append(run)
    }
    var text = ""
    let count = try store.export(runs, as: .csv) { text += String(decoding: $0, as: UTF8.self) }
    let lines = text.split(separator: "\n").dropFirst()
    #expect(count == 24_000 && lines.count == 24_000)
    #expect(
      lines.elementsEqual(
        (0..<2).flatMap { run in
          (0..<12_000).map { "\(runs[run].name),\(run),cartpole,\($0),return,1.0" }
        }))
  }

  @Test func passesOnWhatTheSinkThrows() throws {
    let store = try home.store()
    let run = try SmallRun.enter(in: store)
    #expect(throws: CocoaError.self) {
      try store.export([run], as: .csv) { _ in throw CocoaError(.fileWriteOutOfSpace) }
    }
  }
}
