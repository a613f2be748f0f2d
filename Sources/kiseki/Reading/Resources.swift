import Foundation

/// The templates that come with the program, wherever it was put.
struct Resources {
  /// The folder that holds `configs/` and `sample/`, absolute.
  let root: String

  static let overrideName = "KISEKI_TEMPLATES"

  /// Looks where the environment says, then where `make install` puts them, then above the program as in a checkout.
  ///
  /// - Throws: `CommandFailure` with the places that were tried.
  static func find(
    environment: [String: String] = ProcessInfo.processInfo.environment, executable: String? = Self.executable
  ) throws -> Resources {
    if let given = environment[overrideName], !given.isEmpty {
      guard isTemplates(given) else {
        throw CommandFailure(
          "cannot find the templates in \(given), which \(overrideName) names: there is no folder 'configs'. Correct "
            + "the variable or unset it.")
      }
      return Resources(root: given)
    }
    guard let executable else {
      throw CommandFailure(
        "cannot find the templates: the system does not say where this program is. Set \(overrideName) to the folder "
          + "'templates' of Kiseki.")
    }
    var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
    let installed = folder.deletingLastPathComponent().appending(path: "share/kiseki/templates").path
    if isTemplates(installed) { return Resources(root: installed) }
    while folder.path != "/" {
      let candidate = folder.appending(path: "templates").path
      if isTemplates(candidate) { return Resources(root: candidate) }
      folder.deleteLastPathComponent()
    }
    throw CommandFailure(
      "cannot find the templates: neither \(installed) nor a folder 'templates' above \(executable) is there. Install "
        + "Kiseki again, or set \(overrideName) to its folder 'templates'.")
  }

  /// The program's own file, links resolved.
  static var executable: String? {
    guard let path = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  private static func isTemplates(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path + "/configs", isDirectory: &isDirectory)
      && isDirectory.boolValue
  }
}
