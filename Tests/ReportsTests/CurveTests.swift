import Foundation
import Reports
import Testing

struct CurveTests {
  @Test(arguments: [251, 252, 253, 1_000, 99_991]) func `thinning keeps both ends, every spike and the order`(
    count: Int
  ) throws {
    var points = (0..<count).map { CurvePoint(step: 3 * $0, value: sin(Double($0) * 0.37)) }
    points[count / 3] = CurvePoint(step: 3 * (count / 3), value: 50)
    points[count / 2] = CurvePoint(step: 3 * (count / 2), value: -50)
    let kept = thinned(points, columns: 125)
    #expect(kept.count <= 252)
    #expect(kept.first == points.first && kept.last == points.last)
    #expect(kept.contains { $0.value == 50 } && kept.contains { $0.value == -50 })
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.step < $1.step })
    #expect(Set(kept).isSubset(of: points))
    #expect(thinned(points, columns: 125) == kept)
  }

  @Test func `short curves stay whole, and values that are no numbers are left out`() {
    let points = [CurvePoint(step: 0, value: 1), CurvePoint(step: 1, value: .nan), CurvePoint(step: 2, value: 3)]
    #expect(thinned(points) == [points[0], points[2]])
    #expect(thinned([]) == [])
  }

  @Test func `a smoothed constant stays constant from its first step on`() {
    let points = (0..<50).map { CurvePoint(step: $0, value: 2.5) }
    #expect(smoothed(points, weight: 0.9).allSatisfy { abs($0.value - 2.5) < 1e-12 })
  }

  @Test func `100 runs of 1,000 steps fit into 3 MB`() throws {
    let page = try html(sweep(rows: 10, columns: 10, steps: 1_000))
    #expect(page.utf8.count <= 3_000_000)
    // All of them are there.
    #expect(page.components(separatedBy: "class=\"curve ").count > 100)
  }
}
