import Checkpoints
import Files
import Foundation
import Tensors
import Testing

@Suite("Checkpoint folders")
struct CheckpointFolderTests {
  private func checkpoint(_ step: Int) -> Checkpoint {
    Checkpoint(
      environmentStep: step,
      tensors: [
        "weights": .init(shape: [2, 2], values: [1, -0.0, .leastNonzeroMagnitude, Float(step)]),
        "moment": .init(shape: [], values: [3]),
      ],
      state: Array("{\"steps\":\(step)}".utf8), notes: ["output": "an agent.safetensors"])
  }

  /// The newest checkpoint that can be read.
  private func newest(_ folder: CheckpointFolder) throws -> Checkpoint? {
    for step in try folder.steps() {
      if let (found, _) = try? folder.read(step) { return found }
    }
    return nil
  }

  @Test("what is written is read back, by step, and replaced by one of the same step")
  func roundTrip() throws {
    let folder = CheckpointFolder("runs/a/checkpoints", through: MemoryFiles())
    #expect(try folder.steps().isEmpty)
    for step in [9, 100, 20] {
      let written = try folder.write(checkpoint(step), foalVersion: "1")
      let (read, entry) = try folder.read(step)
      #expect(read == checkpoint(step) && entry == written)
    }
    #expect(try folder.steps() == [100, 20, 9])
    var other = checkpoint(20)
    other.notes = [:]
    _ = try folder.write(other, foalVersion: "1")
    #expect(try folder.read(20).0 == other)
    try folder.remove(20)
    #expect(try folder.steps() == [100, 9])
    #expect(throws: CheckpointError.self) { try folder.read(20) }
  }

  @Test("every flipped bit of every byte, and every cut, is found or changes nothing")
  func damage() throws {
    let files = MemoryFiles()
    let folder = CheckpointFolder("c", through: files)
    let entry = try folder.write(checkpoint(5), foalVersion: "1")
    var size = 0
    for name in ["learner.safetensors", "state.json", "manifest.json"] {
      let path = "c/5/\(name)"
      let sound = try files.read(path, limit: .max)
      size += sound.count
      var damaged = (0..<sound.count).map { Array(sound[..<$0]) }
      damaged.append(sound + [0])
      for index in sound.indices {
        for bit in 0..<8 {
          damaged.append(sound)
          damaged[damaged.count - 1][index] ^= 1 << bit
        }
      }
      for bytes in damaged {
        files.damage(path, bytes)
        do throws(CheckpointError) {
          let read = try folder.read(5).0
          #expect(read == checkpoint(5))
        } catch {
          #expect(!"\(error)".contains("\n") && "\(error)".contains("c/5"))
        }
      }
      files.damage(path, sound)
    }
    #expect(try folder.read(5).0 == checkpoint(5))
    #expect(size == entry.byteCount)
  }

  @Test("a checkpoint of a newer format is named as such and left")
  func newerFormat() throws {
    let files = MemoryFiles()
    let folder = CheckpointFolder("c", through: files)
    _ = try folder.write(checkpoint(5), foalVersion: "1")
    files.damage("c/5/manifest.json", Array("{\"formatVersion\":2}".utf8))
    #expect(throws: CheckpointError.madeByNewerVersion(path: "c/5")) { try folder.read(5) }
  }

  @Test("whichever operation fails last before a crash, what was saved is there, and all of it")
  func crashes() throws {
    var operation = 0
    var someFailed = true
    while someFailed {
      operation += 1
      let files = MemoryFiles()
      let folder = CheckpointFolder("runs/a/checkpoints", through: files)
      files.fail(at: operation)
      var saved: Int?
      someFailed = false
      for step in 1...4 where !someFailed {
        do throws(CheckpointError) {
          _ = try folder.write(checkpoint(step), foalVersion: "1")
          saved = step
          for old in try folder.steps().dropFirst(2) { try folder.remove(old) }
        } catch {
          someFailed = true
        }
      }
      files.crash()
      let found = try newest(folder)
      if let saved { #expect(found != nil && found!.environmentStep >= saved) }
      if let found { #expect(found == checkpoint(found.environmentStep)) }
      // Nothing stands in the way of going on.
      try folder.removeTemporaries()
      let next = (found?.environmentStep ?? 0) + 1
      _ = try folder.write(checkpoint(next), foalVersion: "1")
      #expect(try newest(folder) == checkpoint(next))
    }
    #expect(operation > 40)
  }

  @Test("a failed write says why in one line and leaves no other checkpoint in doubt")
  func refusals() throws {
    let files = MemoryFiles()
    let folder = CheckpointFolder("c", through: files)
    _ = try folder.write(checkpoint(1), foalVersion: "1")
    var operation = 1
    while true {
      files.fail(at: operation)
      do throws(CheckpointError) {
        _ = try folder.write(checkpoint(2), foalVersion: "1")
        break
      } catch {
        #expect("\(error)".hasPrefix("checkpoint c: cannot go on"))
        files.fail(at: nil)
        #expect(try folder.read(1).0 == checkpoint(1))
        try folder.removeTemporaries()
        try folder.remove(2)
      }
      operation += 1
    }
    #expect(operation > 10)
  }

  @Test("on the machine's own files, and where a folder takes none")
  func realFiles() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: place) }
    let folder = CheckpointFolder(place.path + "/deep/checkpoints")
    for step in 1...3 {
      _ = try folder.write(checkpoint(step), foalVersion: "1")
      for old in try folder.steps().dropFirst(2) { try folder.remove(old) }
    }
    #expect(try folder.steps() == [3, 2])
    #expect(try newest(folder) == checkpoint(3))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["2", "3"])
    try Data().write(to: place.appending(path: "file"))
    let error = #expect(throws: CheckpointError.self) {
      try CheckpointFolder(place.path + "/file/c").write(checkpoint(1), foalVersion: "1")
    }
    #expect("\(try #require(error))".contains("cannot make a folder"))
  }
}
