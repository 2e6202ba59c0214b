package import Tensors

/// Sentences, the first of which says what is wanted and the others what is true.
///
/// A sentence is read by a window of three words that is moved along it; what the windows find is
/// added up. Then what is wanted looks among the rules for the one that bears on it, that one for
/// another, and so on: three hops lead from a goal over the rule that makes it to the rule that makes
/// what that one needs.
///
///     s = Σ relu(A·w₋₁ + B·w₀ + C·w₊₁ + d)        k = norm(K·s)
///     h₀ = s₀,   hₖ = Σᵢ aₖᵢ·sᵢ                     text = relu(V·[h₀, h₁, h₂, h₃] + v)
///     aₖ = softmaxᵢ((k(hₖ₋₁) + Qₖ·hₖ₋₁)·kᵢ / √width − 10·Σⱼ₍ⱼ₌₁…ₖ₋₁₎ aⱼᵢ,  n)
///
/// One map K serves what looks and what is looked at, so that from the first a sentence finds others
/// of the same words; Q, small at first, learns the difference. A rule that was found is not found
/// again; a rule that fits less than n is not found at all, and where none is found hₖ is 0. Without
/// these, what is in rules is learned several times later.
///
/// Source, for the hops: Sukhbaatar et al. (2015), "End-to-end memory networks", arXiv:1503.08895.
package struct TextEncoder: Sendable, Hashable {
  private let start: Int
  private let sentences: Int
  private let length: Int
  private let vocabulary: Int
  private let table: Parameter
  private let window: Parameter
  private let bias: Parameter
  private let key: Linear?
  private let queries: [Linear]
  /// n: what a rule must fit to be found at all.
  private let none: Parameter?
  private let text: Linear

  package init(
    start: Int, sentences: Int, length: Int, vocabulary: Int, wordWidth: Int, width: Int,
    named name: String, in layout: inout WeightLayout
  ) {
    precondition(length >= 3, "a sentence has room for at least 3 words, got \(length)")
    (self.start, self.sentences, self.length) = (start, sentences, length)
    self.vocabulary = vocabulary
    table = layout.add(name + ".table", [vocabulary, wordWidth], .orthogonal(gain: 1))
    window = layout.add(name + ".window", [wordWidth, 3 * width], .orthogonal(gain: 1))
    bias = layout.add(name + ".bias", [width], .constant(0))
    let hops = sentences > 1 ? 3 : 0
    key = hops > 0 ? Linear(width, width, named: name + ".key", in: &layout) : nil
    queries = (0..<hops).map {
      Linear(
        width, width, initializer: .orthogonal(gain: 0.01), named: "\(name).query\($0)",
        in: &layout)
    }
    none = hops > 0 ? layout.add(name + ".none", [1], .constant(2)) : nil
    text = Linear(
      (1 + hops) * width, width, activation: .relu, named: name + ".text", in: &layout)
  }

  /// - Parameters:
  ///   - observations: `[N, elements]`.
  ///   - wanted: what is known to be wanted without words, added to what the first sentence says,
  ///     `[N, width]`; nil for nothing.
  /// - Returns: `[N, width]`.
  package func callAsFunction(
    _ weights: Weights, _ observations: Tensor, wanted: Tensor? = nil
  ) -> Tensor {
    let codes = observations.codes(
      at: start, count: sentences * length, kinds: vocabulary, offset: 0)
    let texts = observations.shape[0]
    var said = read(weights, codes)
    if let wanted {
      let first = (0..<texts).map { Int32($0 * sentences) }
      said = said + wanted.scatteringSum(first, rows: texts * sentences)
    }
    return text(weights, Tensor.concatenated(hops(weights, said, texts), along: 1))
  }

  /// The elements of an observation that the sentences take up.
  var elements: Range<Int> { start..<start + sentences * length }
  /// The width of what a sentence says.
  var width: Int { bias.shape[0] }

  /// What is wanted, and what is found at each hop, each `[texts, width]`.
  ///
  /// - Parameter said: `[texts · sentences, width]`.
  private func hops(_ weights: Weights, _ said: Tensor, _ texts: Int) -> [Tensor] {
    let (row, stack) = (Shape(texts, width), Shape(texts, sentences, width))
    var hops = [said.reshaped(to: stack).slice(0..<1, along: 1).reshaped(to: row)]
    guard let key, let none else { return hops }
    let rules = said.reshaped(to: stack).slice(1..<sentences, along: 1)
    let keys = key(weights, said)
      .layerNorm(gain: .ones(Shape(width)), bias: .zeros(Shape(width))).reshaped(to: stack)
    let ruleKeys = keys.slice(1..<sentences, along: 1)
    var looking = keys.slice(0..<1, along: 1)
    var found = Tensor.zeros(Shape(texts, 1, sentences - 1))
    let noRule =
      Tensor.zeros(Shape(texts, 1, 1)) + weights[none].reshaped(to: Shape(1, 1, 1))
    for query in queries {
      looking = looking + query(weights, hops[hops.count - 1]).reshaped(to: Shape(texts, 1, width))
      let scores = matrixProduct(looking, ruleKeys, transposingSecond: true)
      let fits = 1 / Float(width).squareRoot() * scores - 10 * found
      let share = fits.concatenated(with: noRule, along: 2).softmax()
        .slice(0..<sentences - 1, along: 2)
      found = found + share
      hops.append(matrixProduct(share, rules).reshaped(to: row))
      looking = matrixProduct(share, ruleKeys)
    }
    return hops
  }

  /// What each sentence says, `[lines, width]`; windows without a word are passed over.
  private func read(_ weights: Weights, _ words: [Int32]) -> Tensor {
    var (codes, lines) = ([Int32](), [Int32]())
    for line in 0..<words.count / length {
      for place in line * length..<(line + 1) * length - 2 {
        let seen = (words[place], words[place + 1], words[place + 2])
        if seen.0 | seen.1 | seen.2 == 0 { break }
        codes += [3 * seen.0, 3 * seen.1 + 1, 3 * seen.2 + 2]
        lines.append(Int32(line))
      }
    }
    if lines.isEmpty { return .zeros(Shape(words.count / length, width)) }
    let inPlace = matrixProduct(weights[table], weights[window])
      .reshaped(to: Shape(3 * vocabulary, width))
    let read = (inPlace.embeddingSum(codes, codesPerRow: 3) + weights[bias]).relu()
    return read.embeddingScatter(lines, codesPerRow: 1, rows: words.count / length)
  }
}
