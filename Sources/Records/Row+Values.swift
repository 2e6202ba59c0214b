internal import Foundation
internal import GRDB

/// Values of a row that another hand may have written: what does not fit is an error, not a trap.
extension Row {
  func value<Value: DatabaseValueConvertible>(
    _ column: String, as type: Value.Type = Value.self
  ) throws -> Value {
    do { return try decode(type, forColumn: column) } catch { throw misfit(column) }
  }

  /// A date that `Timestamp` wrote.
  func date(_ column: String) throws -> Date {
    guard let date = try optionalDate(column) else { throw misfit(column) }
    return date
  }

  func optionalDate(_ column: String) throws -> Date? {
    guard let text = try value(column, as: String?.self) else { return nil }
    guard let date = Timestamp.date(text) else { throw misfit(column) }
    return date
  }

  /// A document of JSON.
  func document(_ column: String) throws -> JSONValue {
    guard let document = try optionalDocument(column) else { throw misfit(column) }
    return document
  }

  func optionalDocument(_ column: String) throws -> JSONValue? {
    guard let text = try value(column, as: String?.self) else { return nil }
    guard let document = try? JSONValue(parsing: text) else { throw misfit(column) }
    return document
  }

  /// A value of an enumeration.
  func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
    guard let choice = Choice(rawValue: try value(column)) else { throw misfit(column) }
    return choice
  }

  /// What is thrown for a column whose value cannot be what it should be.
  func misfit(_ column: String) -> DatabaseError {
    DatabaseError(
      resultCode: .SQLITE_CORRUPT, message: "a row's \(column) is not what it should be")
  }
}
