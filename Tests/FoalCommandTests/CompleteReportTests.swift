import Charts
import Foundation
import Reports
import Testing

/// The report of a run that was pretrained and evaluated: nothing that Foal can say is missing.
@Suite struct CompleteReportTests {
  @Test func hasAll26FieldsAndNoMachineFieldIsEmpty() throws {
    try BuiltTool.inTemporaryFolder { folder in
      _ = try BuiltTool.pretrain("colt.safetensors", in: folder, ["--name", "colt"])
      let evaluate = ["evaluate", "colt", "--tasks", "20", "--tries", "2", "--controls", "2"]
      for arguments in [evaluate, ["report", "colt"]] {
        let ending = try BuiltTool.run(arguments, in: folder)
        try #require(ending.status == 0, "\(ending.complaint)")
      }
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .secondsSince1970
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      let content = try Data(contentsOf: folder.appendingPathComponent("runs/colt/report.json"))
      let report = try decoder.decode(RewardReport.self, from: content)
      #expect(report.fields.map(\.field) == ReportField.allCases)
      #expect(report.fields.count == 26)
      for field in report.fields where field.author == .machine {
        #expect(!field.parts.isEmpty && !field.parts.contains(where: \.isEmpty), "\(field.title)")
        let text = "\(field.parts)"
        for excuse in ["no trigger is set", "No trigger is set", "no entry yet", "evaluated yet"] {
          #expect(!text.contains(excuse), "\(field.title)")
        }
      }
      let tries = try #require(report[.offlineEvaluations])
      for control in ["memory wiped", "random actions", "fine-tuned (2", "from scratch (2"] {
        #expect("\(tries.parts)".contains(control), "\(control)")
      }
      let triggers = "\(try #require(report[.updateTriggers]).parts)"
      for watched in ["observation/state", "drift of action", "invalid", "Page-Hinkley", "days"] {
        #expect(triggers.contains(watched), "\(watched)")
      }
      let page = folder.appendingPathComponent("runs/colt/report.html").path
      let size = try FileManager.default.attributesOfItem(atPath: page)[.size] as? Int
      #expect(try #require(size) < 1_000_000)
    }
  }
}

extension RewardReport.Part {
  /// Whether a reader sees nothing of it.
  fileprivate var isEmpty: Bool {
    switch self {
    case .text(let text): text.isEmpty
    case .list(let sentences): sentences.isEmpty
    case .pairs(let pairs): pairs.isEmpty || pairs.contains { $0.value.isEmpty }
    case .table(let table, _): table.rows.isEmpty
    case .chart(let chart, _, _): chart.series.isEmpty
    case .charts(let charts, _): charts.isEmpty
    }
  }
}
