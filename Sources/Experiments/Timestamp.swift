internal import Foundation

/// `2026-01-31T12:34:56.789Z`
func timestamp(_ date: Date) -> String {
  date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}

func date(_ text: String) -> Date? {
  for style in [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()] {
    do { return try style.parse(text) } catch { continue }
  }
  return nil
}
