import Foundation

public enum TestEnvironment {
  private static let once: Void = {
    // No configuration of this machine may decide a test.
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1)
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1)
    setenv("HOME", NSTemporaryDirectory() + "home-of-nobody", 1)
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL", "GIT_DIR", "GIT_WORK_TREE"] {
      unsetenv(name)
    }
  }()

  /// Hides the person's configuration of git from this process and from what it starts.
  public static func isolate() { once }
}
