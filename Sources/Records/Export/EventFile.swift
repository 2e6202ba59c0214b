internal import Checksums
internal import Foundation
internal import SwiftProtobuf

/// Writes TensorBoard's event files: protocol buffers, each framed by its length and checksums.
///
/// Source: TensorFlow's record format, `tensorflow/core/lib/io/record_writer.h`; the messages are
/// in `EventFile.proto`.
enum EventFile {
  /// The record that every file begins with.
  static func opening(of run: Run) throws -> [UInt8] {
    try record(
      EventFileEvent.with {
        $0.wallTime = run.startedAt.timeIntervalSince1970
        $0.fileVersion = "brain.Event:2"
      })
  }

  /// The records of metrics: one for each row of metrics of the same moment.
  static func records(of metrics: [Metric], _ run: Run) throws -> [UInt8] {
    let start = run.startedAt.timeIntervalSince1970
    var bytes: [UInt8] = []
    var rest = metrics[...]
    while let first = rest.first {
      let row = rest.prefix {
        $0.environmentStep == first.environmentStep && $0.wallSeconds == first.wallSeconds
      }
      rest = rest.dropFirst(row.count)
      bytes += try record(
        EventFileEvent.with {
          $0.wallTime = start + first.wallSeconds
          $0.step = Int64(first.environmentStep)
          $0.summary.value = row.map { metric in
            EventFileSummary.Value.with {
              $0.tag = metric.task.map { "\(metric.name)/\($0)" } ?? metric.name
              $0.simpleValue = Float(metric.value)
            }
          }
        })
    }
    return bytes
  }

  private static func record(_ event: EventFileEvent) throws -> [UInt8] {
    let data: [UInt8] = try event.serializedBytes()
    let length = bytes(of: UInt64(data.count))
    return length + bytes(of: masked(CRC32C.checksum(length))) + data
      + bytes(of: masked(CRC32C.checksum(data)))
  }

  /// A checksum as it is stored: turned and shifted, because a checksum over data that holds its
  /// own checksum would be weak.
  static func masked(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
