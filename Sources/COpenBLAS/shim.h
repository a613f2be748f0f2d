// OpenBLAS, loaded when the first computation needs it and not before: commands that only read the store do not pay
// for its start, and the kernel it uses can be named first. (It reads OPENBLAS_CORETYPE when it is loaded; left to
// itself, version 0.3.21 falls back to SSE3 code on processors younger than it is.)
#pragma once

#include <cblas.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct {
  void (*sgemm)(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, enum CBLAS_TRANSPOSE, blasint, blasint, blasint, float,
                const float *, blasint, const float *, blasint, float, float *, blasint);
  void (*set_num_threads)(int);
  char *(*get_corename)(void);
  char *(*get_config)(void);
} kiseki_openblas;

// Loads the library with `core` (NULL: its own choice) unless the environment already names one.
// Returns false, with the loader's message in `*error`, when it or a symbol of it is missing.
static inline bool kiseki_openblas_load(kiseki_openblas *library, const char *core, const char **error) {
  if (core) setenv("OPENBLAS_CORETYPE", core, 0);
  // Its own threads are never used.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (handle) {
    *(void **)&library->sgemm = dlsym(handle, "cblas_sgemm");
    *(void **)&library->set_num_threads = dlsym(handle, "openblas_set_num_threads");
    *(void **)&library->get_corename = dlsym(handle, "openblas_get_corename");
    *(void **)&library->get_config = dlsym(handle, "openblas_get_config");
    if (library->sgemm && library->set_num_threads && library->get_corename && library->get_config) return true;
  }
  const char *message = dlerror();
  *error = message ? message : "it lacks a function";
  return false;
}
