import Glibc

/// Student's t distribution.
package enum StudentT {
  /// P(|T| >= |t|).
  package static func twoSidedP(_ t: Double, degreesOfFreedom: Double) -> Double {
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return regularizedBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
  }

  /// The t that |T| stays below with the given probability.
  package static func twoSidedQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while twoSidedP(high, degreesOfFreedom: degreesOfFreedom) > 1 - probability, high < 1e300 { high *= 2 }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if twoSidedP(middle, degreesOfFreedom: degreesOfFreedom) > 1 - probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// I_x(a, b), by its continued fraction (Abramowitz and Stegun, 26.5.8), evaluated with Lentz's method.
  private static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast on this side of the mean only.
    if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    let tiny = 1e-300
    var (c, d, fraction) = (1.0, 0.0, 1.0)
    for step in 0..<500 {
      let m = Double(step / 2)
      let coefficient: Double
      if step == 0 {
        coefficient = 1
      } else if step % 2 == 0 {
        coefficient = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      } else {
        coefficient = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      }
      d = 1 + coefficient * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + coefficient / c
      c = abs(c) < tiny ? tiny : c
      fraction *= c * d
      if step > 0, abs(c * d - 1) < 1e-15 { break }
    }
    return front * (fraction - 1)
  }

  private static func lgamma(_ x: Double) -> Double { Glibc.lgamma(x) }
}
