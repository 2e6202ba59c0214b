/// What a session tells what happens in it.
struct SessionObserver: Sendable {
  let evidence: Evidence
  /// Where tries are kept; nil if they are not.
  let feedback: FeedbackLog?

  /// Notes a step.
  func note(_ observation: [Float], _ action: StepDecision.Action, _ version: PolicyVersion) {
    evidence.note(observation, action, isInvalid: version.layout.isOutOfSpace(observation))
  }

  /// Notes a try that has ended.
  func note(_ record: TryRecord, of session: Session) {
    if let value = record.undiscountedReturn { evidence.note(return: value) }
    feedback?.take(record, of: session.id, session.version)
  }
}
