import Files
import Testing

@Suite("Durable files")
struct DurableFileTests {
  @Test("whichever operation fails last before a crash, the old file is there or the new one")
  func crashes() throws {
    let (old, new): ([UInt8], [UInt8]) = ([1, 2, 3], Array(repeating: 7, count: 100))
    var operation = 0
    var isWritten = false
    while !isWritten {
      operation += 1
      let files = MemoryFiles()
      try DurableFolder.make("agents", through: files)
      try DurableFile.write(old, to: "agents/a", through: files)
      files.fail(at: operation)
      do throws(FileFailure) {
        try DurableFile.write(new, to: "agents/a", through: files)
        isWritten = true
      } catch {
        #expect(error.description.hasPrefix("cannot go on"))
      }
      files.crash()
      let found = try DurableFile.read("agents/a", through: files)
      #expect(found == new || !isWritten && found == old)
    }
    #expect(operation > 5)
  }
}
