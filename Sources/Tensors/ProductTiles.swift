/// How products are cut: by their shape alone, and alike for every type the right matrix is held in.
enum ProductTiles {
  static let largestRows = 512
  static let largestColumns = 512
  /// Values of the inner dimension that one call sums up. With the columns of a tile it bounds the scratch for widened
  /// weights: 2 MiB a thread.
  static let largestPanel = 1024

  /// Tile sizes of an m x n product: big tiles while there are at least eight of them.
  static func tile(m: Int, n: Int) -> (rows: Int, columns: Int) {
    var rows = min(m, largestRows)
    var columns = min(n, largestColumns)
    func tiles() -> Int { ((m + rows - 1) / rows) * ((n + columns - 1) / columns) }
    while tiles() < 8 {
      // Halving rounds up to 16, the width of the inner kernels.
      let halfRows = (rows / 2 + 15) / 16 * 16
      let halfColumns = (columns / 2 + 15) / 16 * 16
      if columns >= rows, halfColumns < columns, columns > 64 {
        columns = halfColumns
      } else if halfRows < rows, rows > 64 {
        rows = halfRows
      } else if halfColumns < columns, columns > 64 {
        columns = halfColumns
      } else {
        break
      }
    }
    return (rows, columns)
  }

  /// The length of the panels that an inner dimension of `k` is summed in: alike, a multiple of 16 but for the last.
  static func panel(k: Int) -> Int {
    guard k > largestPanel else { return max(k, 1) }
    let count = (k + largestPanel - 1) / largestPanel
    return ((k + count - 1) / count + 15) / 16 * 16
  }
}

/// A part of a product that one thread computes: rows and columns of C, and a panel of the inner dimension.
struct ProductTile {
  let rows: Range<Int>
  let columns: Range<Int>
  let inner: Range<Int>
  /// The first panel of this tile: what was in C counts with `beta`, later with 1.
  var isFirst: Bool { inner.lowerBound == 0 }
}

extension Engine {
  /// Calls `body` for every part of an m x n product over k, the panels of a tile one after another on one thread.
  func forEachTile(m: Int, n: Int, k: Int, _ body: (_ tile: ProductTile, _ worker: Int) -> Void) {
    if m == 0 || n == 0 { return }
    let size = ProductTiles.tile(m: m, n: n)
    let panel = ProductTiles.panel(k: k)
    let across = (n + size.columns - 1) / size.columns
    let down = (m + size.rows - 1) / size.rows
    parallel.forEach(across * down) { piece, worker in
      let row = piece / across * size.rows
      let column = piece % across * size.columns
      var start = 0
      repeat {
        let end = min(start + panel, k)
        body(
          ProductTile(
            rows: row..<min(row + size.rows, m), columns: column..<min(column + size.columns, n), inner: start..<end),
          worker)
        start = end
      } while start < k
    }
  }
}
