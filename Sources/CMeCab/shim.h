// MeCab, loaded when the first Japanese line is to be cut into words and not before: commands that only read the store
// do not pay for it, and machines without it need it only for that.
#pragma once

#include <dlfcn.h>
#include <mecab.h>
#include <stdbool.h>

typedef struct {
  const char *(*version)(void);
  const char *(*error)(mecab_t *);
  mecab_model_t *(*new_model)(int, char **);
  void (*destroy_model)(mecab_model_t *);
  mecab_t *(*new_tagger)(mecab_model_t *);
  void (*destroy_tagger)(mecab_t *);
  mecab_lattice_t *(*new_lattice)(mecab_model_t *);
  void (*destroy_lattice)(mecab_lattice_t *);
  const mecab_dictionary_info_t *(*dictionary)(mecab_model_t *);
  void (*clear)(mecab_lattice_t *);
  void (*set_sentence)(mecab_lattice_t *, const char *, size_t);
  void (*set_boundary)(mecab_lattice_t *, size_t, int);
  int (*parse)(mecab_t *, mecab_lattice_t *);
  mecab_node_t *(*first_node)(mecab_lattice_t *);
} kiseki_mecab;

// Returns false, with the loader's message in `*error`, when the library or a function of it is missing.
static inline bool kiseki_mecab_load(kiseki_mecab *library, const char **error) {
  void *handle = dlopen("libmecab.so.2", RTLD_NOW | RTLD_LOCAL);
  bool complete = handle != NULL;
#define KISEKI_FIND(member, name) complete = complete && (*(void **)&library->member = dlsym(handle, name)) != NULL
  KISEKI_FIND(version, "mecab_version");
  KISEKI_FIND(error, "mecab_strerror");
  KISEKI_FIND(new_model, "mecab_model_new");
  KISEKI_FIND(destroy_model, "mecab_model_destroy");
  KISEKI_FIND(new_tagger, "mecab_model_new_tagger");
  KISEKI_FIND(destroy_tagger, "mecab_destroy");
  KISEKI_FIND(new_lattice, "mecab_model_new_lattice");
  KISEKI_FIND(destroy_lattice, "mecab_lattice_destroy");
  KISEKI_FIND(dictionary, "mecab_model_dictionary_info");
  KISEKI_FIND(clear, "mecab_lattice_clear");
  KISEKI_FIND(set_sentence, "mecab_lattice_set_sentence2");
  KISEKI_FIND(set_boundary, "mecab_lattice_set_boundary_constraint");
  KISEKI_FIND(parse, "mecab_parse_lattice");
  KISEKI_FIND(first_node, "mecab_lattice_get_bos_node");
#undef KISEKI_FIND
  if (complete) return true;
  const char *message = dlerror();
  *error = message ? message : "it lacks a function";
  return false;
}
