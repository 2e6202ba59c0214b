extension CartPole {
  /// Pushes as a linear–quadratic regulator would: the sign of −K·s, with the gains K of this
  /// cart-pole linearised about upright.
  ///
  /// The force has one size, so only the sign of the regulator's force is used. Angles weigh more
  /// than positions, because a pole falls sooner than a cart reaches the end of its track.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let gains = balancingGains()
    let rightward = actionSign > 0 ? 1 : 0
    return { state in
      let force =
        -(gains[0] * state.x + gains[1] * state.xVelocity + gains[2] * state.angle
        + gains[3] * state.angularVelocity)
      return Action(force > 0 ? rightward : 1 - rightward)
    }
  }

  /// The gains that minimise Σ sᵀQs + R·F², by iterating the discrete Riccati equation:
  ///
  ///     K = (R + bᵀPb)⁻¹·bᵀPA        P ← Q + Aᵀ·P·(A − bK)
  func balancingGains() -> SIMD4<Double> {
    let (a, b) = linearised()
    let weights = SIMD4(0.5, 0.05, 40, 4)
    let forceWeight = 1 / (forceMagnitude * forceMagnitude)
    var p = (0..<4).map { row in
      var diagonal = SIMD4<Double>()
      diagonal[row] = weights[row]
      return diagonal
    }
    var gains = SIMD4<Double>()
    for _ in 0..<1000 {
      // bᵀP, then bᵀPA; P is symmetric, so its rows serve as its columns.
      let bp = SIMD4((0..<4).map { (p[$0] * b).sum() })
      var bpa = SIMD4<Double>()
      for row in 0..<4 { bpa += bp[row] * a[row] }
      gains = bpa / (forceWeight + (bp * b).sum())
      let closed = (0..<4).map { a[$0] - b[$0] * gains }
      // P·(A − bK), then Aᵀ times it.
      let moved = p.map { row in
        (0..<4).reduce(into: SIMD4<Double>()) { $0 += row[$1] * closed[$1] }
      }
      p = (0..<4).map { column in
        var next = SIMD4<Double>()
        next[column] = weights[column]
        for row in 0..<4 { next += a[row][column] * moved[row] }
        return next
      }
    }
    return gains
  }

  /// One Euler step about upright: s′ = A·s + b·F, as the rows of A, and b.
  private func linearised() -> (a: [SIMD4<Double>], b: SIMD4<Double>) {
    let total = cartMass + poleMass
    let moment = poleMass * halfLength
    let inertia = halfLength * (4.0 / 3.0 - poleMass / total)
    let time = CartPole.timeStepSeconds
    // θ̈ = (g·θ − u)/inertia with u = (F − b·ẋ)/total, and ẍ = u − moment·θ̈/total.
    let tilt = SIMD4(0, friction / total, gravity, 0) / inertia
    let tiltByForce = -1 / (total * inertia)
    let push = SIMD4(0, -friction / total, 0, 0) - moment / total * tilt
    let pushByForce = 1 / total - moment / total * tiltByForce
    return (
      [
        SIMD4(1, time, 0, 0), SIMD4(0, 1, 0, 0) + time * push,
        SIMD4(0, 0, 1, time), SIMD4(0, 0, 0, 1) + time * tilt,
      ], SIMD4(0, time * pushByForce, 0, time * tiltByForce)
    )
  }
}
