extension ReportField {
  /// What the field is to answer, for the person who writes it.
  public var question: String {
    switch section {
    case .systemDetails: systemDetails
    case .optimizationIntent: optimizationIntent
    case .institutionalInterface: institutionalInterface
    case .implementation: implementation
    case .evaluation: evaluation
    case .systemMaintenance: systemMaintenance
    }
  }

  private var systemDetails: String {
    switch self {
    case .systemOwner: "Who answers for the system, and who wrote this report?"
    case .dates: "From when to when is this reward meant to be optimised?"
    case .feedbackAndCommunication: "Where do questions, complaints and reports of harm go?"
    default: "Where is there more to read: papers, code, earlier reports, data sheets?"
    }
  }

  private var optimizationIntent: String {
    switch self {
    case .goalOfReinforcement:
      "What is the system for, and how far does it look ahead? Why learn it by reward, and what "
        + "would a fixed rule or a supervised model miss?"
    case .definedPerformanceMetrics:
      "Which numbers are in the reward, or tuned by, and why these?"
    case .oversightMetrics:
      "Which numbers are watched although they are not in the reward, and why are they not in it?"
    default:
      "How has this reward, or one like it, been gamed? What does the system do where it fails?"
    }
  }

  private var institutionalInterface: String {
    switch self {
    case .deploymentAgency: "Whose work or decisions does the system take over, and who runs it?"
    case .stakeholders: "Whom does it affect besides its owner, and did they have a say in it?"
    case .explainabilityAndTransparency:
      "Can it say why it acts as it does, to whom, and in terms that can be checked?"
    default: "How can somebody who is affected object, and what happens then?"
    }
  }

  private var implementation: String {
    switch self {
    case .rewardDetails:
      "Where does the reward come from, and who set the weights of its terms, by what?"
    case .environmentDetails:
      "What of the world is in the simulation? What is left out, and so will show up as drift?"
    case .measurementDetails:
      "How are rewards and observations measured, when is that valid, and what biases them?"
    case .algorithmicDetails: "Which algorithm and network, and what else was tried?"
    case .dataFlow:
      "Where does the experience come from and go to? How often is the system retrained, and why "
        + "just so often?"
    case .limitations: "What did computing time, statistics or measurement force on the design?"
    default: "Which details matter far more than they seem to?"
    }
  }

  private var evaluation: String {
    switch self {
    case .evaluationEnvironment: "On what was it evaluated, and how does that differ from its use?"
    case .offlineEvaluations: "What did the evaluations show?"
    case .evaluationValidity: "What do these numbers say about the system in use, and what not?"
    default: "What must it reach before it may be used, and who says so?"
    }
  }

  private var systemMaintenance: String {
    switch self {
    case .reportingCadence: "How often is this report looked at again, and why just so often?"
    case .updateTriggers: "What else calls for a new look, before its time?"
    default: "What was changed, when, by whom, and what was seen that called for it?"
    }
  }
}
