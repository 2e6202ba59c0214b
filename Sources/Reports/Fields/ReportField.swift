/// The 26 fields of a Reward Report, in their order.
///
/// Source: Gilbert et al. (2022), arXiv:2204.10817, section 4 and its template.
public enum ReportField: String, Sendable, Hashable, Codable, CaseIterable {
  case systemOwner = "system-owner"
  case dates
  case feedbackAndCommunication = "feedback-and-communication"
  case otherResources = "other-resources"

  case goalOfReinforcement = "goal-of-reinforcement"
  case definedPerformanceMetrics = "defined-performance-metrics"
  case oversightMetrics = "oversight-metrics"
  case knownFailureModes = "known-failure-modes"

  case deploymentAgency = "deployment-agency"
  case stakeholders
  case explainabilityAndTransparency = "explainability-and-transparency"
  case recourse

  case rewardDetails = "reward-details"
  case environmentDetails = "environment-details"
  case measurementDetails = "measurement-details"
  case algorithmicDetails = "algorithmic-details"
  case dataFlow = "data-flow"
  case limitations
  case engineeringTricks = "engineering-tricks"

  case evaluationEnvironment = "evaluation-environment"
  case offlineEvaluations = "offline-evaluations"
  case evaluationValidity = "evaluation-validity"
  case performanceStandards = "performance-standards"

  case reportingCadence = "reporting-cadence"
  case updateTriggers = "update-triggers"
  case changelog

  /// Who fills a field.
  public enum Author: String, Sendable, Hashable, Codable {
    /// Foal, from the run and its evaluations; a person may add a remark.
    case machine
    /// A person, in the file of words beside the run.
    case human
  }

  /// The section that the field belongs to.
  public var section: ReportSection {
    switch self {
    case .systemOwner, .dates, .feedbackAndCommunication, .otherResources: .systemDetails
    case .goalOfReinforcement, .definedPerformanceMetrics, .oversightMetrics, .knownFailureModes:
      .optimizationIntent
    case .deploymentAgency, .stakeholders, .explainabilityAndTransparency, .recourse:
      .institutionalInterface
    case .rewardDetails, .environmentDetails, .measurementDetails, .algorithmicDetails, .dataFlow,
      .limitations, .engineeringTricks:
      .implementation
    case .evaluationEnvironment, .offlineEvaluations, .evaluationValidity, .performanceStandards:
      .evaluation
    case .reportingCadence, .updateTriggers, .changelog: .systemMaintenance
    }
  }

  /// The field's number: `4.2`.
  public var number: String {
    let place = (section.fields.firstIndex(of: self) ?? 0) + 1
    return "\(section.rawValue).\(place)"
  }

  /// The field's heading.
  public var title: String {
    switch self {
    case .feedbackAndCommunication: "Feedback & Communication"
    case .explainabilityAndTransparency: "Explainability & Transparency"
    case .goalOfReinforcement: "Goal of Reinforcement"
    default: rawValue.split(separator: "-").map(\.capitalized).joined(separator: " ")
    }
  }

  /// Who fills the field.
  public var author: Author {
    switch self {
    case .dates, .definedPerformanceMetrics, .oversightMetrics, .rewardDetails,
      .environmentDetails, .algorithmicDetails, .evaluationEnvironment, .offlineEvaluations,
      .evaluationValidity, .updateTriggers, .changelog:
      .machine
    default: .human
    }
  }
}

extension Substring {
  /// The word with a large first letter.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
