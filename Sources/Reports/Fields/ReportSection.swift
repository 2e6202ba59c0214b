/// The six sections of a Reward Report.
///
/// Source: Gilbert, Dean, Lambert, Zick and Snoswell (2022), "Reward Reports for Reinforcement
/// Learning", arXiv:2204.10817.
public enum ReportSection: Int, Sendable, Hashable, Codable, CaseIterable {
  case systemDetails = 1
  case optimizationIntent
  case institutionalInterface
  case implementation
  case evaluation
  case systemMaintenance

  /// The section's heading.
  public var title: String {
    switch self {
    case .systemDetails: "System Details"
    case .optimizationIntent: "Optimization Intent"
    case .institutionalInterface: "Institutional Interface"
    case .implementation: "Implementation"
    case .evaluation: "Evaluation"
    case .systemMaintenance: "System Maintenance"
    }
  }

  /// The section's fields, in their order.
  public var fields: [ReportField] { ReportField.allCases.filter { $0.section == self } }
}
