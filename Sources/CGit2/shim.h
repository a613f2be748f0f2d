#include <git2.h>

// git_libgit2_opts takes variadic arguments, which Swift cannot call.

static inline int kiseki_git_enable_fsync(void) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}

static inline int kiseki_git_validate_owner(int yes) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, yes);
}

static inline int kiseki_git_set_search_path(git_config_level_t level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)level, path);
}

// Repository extensions that change nothing about how objects and references are read or written.
static inline int kiseki_git_accept_harmless_extensions(void) {
  static const char *const names[] = {"worktreeconfig", "preciousobjects", "partialclone"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, (const char **)names,
                          sizeof names / sizeof names[0]);
}
