internal import Agents
internal import Foundation

/// A file with some of a configuration's settings; the others keep their defaults.
enum SettingsFile {
  /// Returns the defaults with the settings of a JSON file in their place.
  /// - Throws: `CommandFailure` that names the file and the setting that is unknown or wrong.
  static func read<Settings: Codable>(_ path: String, over defaults: Settings) throws -> Settings {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("cannot read the settings file \(path)")
    }
    guard let stated = (try? JSONSerialization.jsonObject(with: content)) as? [String: Any] else {
      throw CommandFailure("\(path) is not a JSON object of settings")
    }
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(defaults))
    let known = encoded as? [String: Any] ?? [:]
    let merged = try merge(stated, over: known, in: path, under: "")
    do {
      return try JSONDecoder().decode(
        Settings.self, from: JSONSerialization.data(withJSONObject: merged))
    } catch DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context),
      DecodingError.valueNotFound(_, let context)
    {
      let setting = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw CommandFailure("\(path): the value of \(setting) is not of the right kind")
    }
  }

  private static func merge(
    _ stated: [String: Any], over known: [String: Any], in path: String, under prefix: String
  ) throws -> [String: Any] {
    var merged = known
    for (name, value) in stated.sorted(by: { $0.key < $1.key }) {
      guard let old = known[name] else {
        let names = known.keys.sorted().joined(separator: ", ")
        throw CommandFailure("\(path): there is no setting \(prefix)\(name). Known: \(names)")
      }
      if let inner = value as? [String: Any], let old = old as? [String: Any] {
        merged[name] = try merge(inner, over: old, in: path, under: "\(prefix)\(name).")
      } else {
        merged[name] = value
      }
    }
    return merged
  }
}

/// Runs work that checks settings; a setting out of its range is reported under its flag's name.
func namingFlags<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as ConfigurationError {
    let flag = error.setting.spaced.replacingOccurrences(of: " ", with: "-")
    throw CommandFailure.usage("--\(flag) is \(error.value); allowed: \(error.allowed)")
  }
}
