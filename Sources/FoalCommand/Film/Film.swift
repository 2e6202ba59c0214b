internal import Environments
internal import Foundation

/// A film of what is watched, written to a file as it goes: a GIF, or an MP4 by way of ffmpeg.
final class Film {
  /// Dots for the longer side of a picture.
  private static let size = 380.0

  private enum Form { case gif, mp4 }

  private let path: String
  private let form: Form
  private let framesPerSecond: Double
  private var gif: GIFFile?
  private var encoder: Process?
  private var pipe: Pipe?

  /// Makes a film; the file's ending says which kind.
  /// - Throws: `CommandFailure` if it is neither .gif nor .mp4, or ffmpeg is needed and missing.
  init(_ path: String, framesPerSecond: Double) throws {
    self.path = path
    self.framesPerSecond = framesPerSecond
    switch (path as NSString).pathExtension.lowercased() {
    case "gif": form = .gif
    case "mp4":
      form = .mp4
      guard Film.ffmpeg != nil else {
        throw CommandFailure("\(path) needs ffmpeg, which is not installed; a .gif does not")
      }
    default: throw CommandFailure.usage("\(path) is no film; --output ends in .gif or .mp4")
    }
  }

  /// The path of ffmpeg, if it is there.
  private static let ffmpeg: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { "\($0)/ffmpeg" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Adds a picture.
  func append(_ drawing: Drawing) throws {
    let longer = max(
      drawing.x.upperBound - drawing.x.lowerBound, drawing.y.upperBound - drawing.y.lowerBound)
    let picture = Bitmap(drawing, unit: Film.size / longer)
    switch form {
    case .gif:
      if gif == nil { gif = GIFFile(width: picture.width, height: picture.height) }
      gif?.append(picture, hundredths: max(2, Int((100 / framesPerSecond).rounded())))
    case .mp4:
      if encoder == nil { try begin(picture) }
      try pipe?.fileHandleForWriting.write(contentsOf: picture.colors)
    }
  }

  /// Writes what is left.
  func finish() throws {
    if var gif {
      gif.finish()
      do { try Data(gif.bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
        throw CommandFailure("cannot write \(path)")
      }
    }
    guard let encoder, let pipe else { return }
    try pipe.fileHandleForWriting.close()
    encoder.waitUntilExit()
    guard encoder.terminationStatus == 0 else {
      throw CommandFailure("ffmpeg could not write \(path)")
    }
  }

  private func begin(_ picture: Bitmap) throws {
    let process = Process()
    process.executableURL = Film.ffmpeg.map { URL(fileURLWithPath: $0) }
    process.arguments = [
      "-loglevel", "error", "-y", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
      "\(picture.width)x\(picture.height)", "-framerate", "\(framesPerSecond)", "-i", "-",
      "-pix_fmt", "yuv420p", path,
    ]
    let pipe = Pipe()
    process.standardInput = pipe
    try process.run()
    (encoder, self.pipe) = (process, pipe)
  }
}
