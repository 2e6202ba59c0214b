import FoalCommand
import Testing

@Suite struct JSONOutputTests {
  private struct Report: Encodable {
    var returns: [Float] = [0.1, .nan, .infinity, -.infinity]
    var best: Double? = nil
    var agent = "runs/a \"b\" é"
    var mean = Double.nan
  }

  @Test func writesNullForWhatIsNotFinite() throws {
    #expect(
      try JSONOutput.text(of: Report())
        == "{\"agent\":\"runs/a \\\"b\\\" é\",\"mean\":null,\"returns\":[0.1,null,null,null]}\n")
  }

  @Test func writesASingleNumber() throws {
    #expect(try JSONOutput.text(of: Double.nan) == "null\n")
    #expect(try JSONOutput.text(of: 0.1) == "0.1\n")
  }
}
