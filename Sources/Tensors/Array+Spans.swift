extension Array where Element: BitwiseCopyable {
  /// Calls a function with a mutable span of a range of the elements.
  @inlinable
  public mutating func withMutableSpan<Result>(
    of range: Range<Int>, _ body: (inout MutableSpan<Element>) throws -> Result
  ) rethrows -> Result {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "range \(range) lies outside an array of \(count) elements")
    return try unsafe withUnsafeMutableBufferPointer { buffer in
      var span = unsafe buffer.extracting(range).mutableSpan
      return try body(&span)
    }
  }
}
