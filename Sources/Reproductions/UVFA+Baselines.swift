internal import Environments
internal import Networks
internal import Tensors

extension UVFARun {
  /// One network of state and goal together, 256 pairs an update.
  func concatenated() -> Measurements {
    func quality(_ goals: (known: [Int], new: [Int])) -> Double {
      let (map, width) = (rooms.map, 2 * rooms.map.featureCount)
      let network = MLP(width, hidden: [64, 64], GridMap.moves)
      var stream = random.split("weights")
      var weights = Weights(initializing: network.layout, using: &stream)
      var optimizer = Adam(count: network.layout.count, epsilon: 1e-8)
      let features = rooms.cells.map(map.features(of:))
      for update in 0..<updates {
        var (inputs, values): ([Float], [Float]) = ([], [])
        for _ in 0..<256 {
          let cell = stream.integer(below: map.cells)
          let goal = goals.known[stream.integer(below: goals.known.count)]
          inputs += features[cell] + features[goal]
          for move in 0..<GridMap.moves {
            values.append(Float(rooms.matrix[(cell * GridMap.moves + move) * map.cells + goal]))
          }
        }
        let (input, target) = (Tensor([256, width], inputs), Tensor([256, GridMap.moves], values))
        let gradient = valueAndGradient(at: weights) {
          (network($0, input) - target).squared().mean()
        }.gradient
        let rate = 3e-3 * (1 - Float(update) / Float(updates))
        optimizer.update(&weights, gradient: gradient, rate: rate)
      }
      var result = [Double](repeating: 0, count: map.cells * GridMap.moves * goals.new.count)
      for (column, goal) in goals.new.enumerated() {
        let inputs = rooms.cells.flatMap { features[$0] + features[goal] }
        let values = network(weights, Tensor([map.cells, width], inputs)).elements
        for (row, value) in values.enumerated() {
          result[row * goals.new.count + column] = Double(value)
        }
      }
      return rooms.quality(result, goals: goals.new)
    }
    return Measurements([
      "quality, goals left out": quality(halves),
      "quality, goals in an unseen room": quality(fourth),
    ])
  }

  /// Acts for a new goal as for the known one that lies nearest.
  func nearestGoal() -> Measurements {
    let map = rooms.map
    func distance(_ first: Int, _ second: Int) -> Int {
      let (one, two) = (map.places[first], map.places[second])
      return abs(one / map.columns - two / map.columns) + abs(one % map.columns - two % map.columns)
    }
    func quality(_ goals: (known: [Int], new: [Int])) -> Double {
      let nearest = goals.new.map { new in
        goals.known.min { distance($0, new) < distance($1, new) }!
      }
      return rooms.quality(rooms.columns(nearest), goals: goals.new)
    }
    return Measurements([
      "quality, goals left out": quality(halves),
      "quality, goals in an unseen room": quality(fourth),
    ])
  }

  /// A table for each goal: it knows what it was told and nothing else.
  func table() -> Measurements {
    let curve = shares.map { share in
      let values = zip(rooms.matrix, known(hiding: share)).map { $1 ? $0 : 0 }
      return CurvePoint(share, rooms.quality(values, goals: rooms.cells))
    }
    let nothing = [Double](repeating: 0, count: rooms.matrix.count)
    return Measurements(
      [
        "quality": curve[0].y,
        "quality, half of the values hidden": curve.first { $0.x == 0.5 }!.y,
        "quality, goals left out": rooms.quality(nothing, goals: rooms.cells),
        "quality, goals in an unseen room": rooms.quality(nothing, goals: rooms.cells),
      ], curves: ["quality": curve])
  }
}
