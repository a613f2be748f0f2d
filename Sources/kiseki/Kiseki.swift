@main
struct Kiseki {
  static func main() {}
}
