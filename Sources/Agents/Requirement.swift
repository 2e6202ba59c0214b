/// Throws an error that names a setting, unless what is required of it holds.
func require(
  _ holds: Bool, _ setting: String, _ value: some Any, _ allowed: String
) throws(ConfigurationError) {
  if !holds { throw ConfigurationError(setting, value, allowed: allowed) }
}
