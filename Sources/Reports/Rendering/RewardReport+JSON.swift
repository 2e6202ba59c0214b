extension RewardReport {
  /// Writes the report as one JSON document: all its values, charts included.
  public func json() -> String { ReportStamp.encoded(self, pretty: true) + "\n" }
}
