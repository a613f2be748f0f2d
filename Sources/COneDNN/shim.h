// oneDNN, loaded when mixed precision is asked for and not before; a machine without it computes in float32.
#pragma once

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl_types.h>
#include <oneapi/dnnl/dnnl_version.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if DNNL_VERSION_MAJOR != 2
#error "this file is written for oneDNN 2"
#endif

typedef struct {
  dnnl_status_t (*engine_create)(dnnl_engine_t *, dnnl_engine_kind_t, size_t);
  dnnl_status_t (*stream_create)(dnnl_stream_t *, dnnl_engine_t, unsigned);
  dnnl_status_t (*stream_wait)(dnnl_stream_t);
  dnnl_status_t (*stream_destroy)(dnnl_stream_t);
  dnnl_status_t (*memory_desc_init_by_strides)(dnnl_memory_desc_t *, int, const dnnl_dims_t, dnnl_data_type_t,
                                               const dnnl_dims_t);
  size_t (*memory_desc_get_size)(const dnnl_memory_desc_t *);
  dnnl_status_t (*matmul_desc_init)(dnnl_matmul_desc_t *, const dnnl_memory_desc_t *, const dnnl_memory_desc_t *,
                                    const dnnl_memory_desc_t *, const dnnl_memory_desc_t *);
  dnnl_status_t (*attr_create)(dnnl_primitive_attr_t *);
  dnnl_status_t (*attr_destroy)(dnnl_primitive_attr_t);
  dnnl_status_t (*attr_set_scratchpad_mode)(dnnl_primitive_attr_t, dnnl_scratchpad_mode_t);
  dnnl_status_t (*attr_set_post_ops)(dnnl_primitive_attr_t, const_dnnl_post_ops_t);
  dnnl_status_t (*post_ops_create)(dnnl_post_ops_t *);
  dnnl_status_t (*post_ops_append_sum)(dnnl_post_ops_t, float);
  dnnl_status_t (*post_ops_destroy)(dnnl_post_ops_t);
  dnnl_status_t (*primitive_desc_create)(dnnl_primitive_desc_t *, const_dnnl_op_desc_t, const_dnnl_primitive_attr_t,
                                         dnnl_engine_t, const_dnnl_primitive_desc_t);
  const dnnl_memory_desc_t *(*primitive_desc_query_md)(const_dnnl_primitive_desc_t, dnnl_query_t, int);
  dnnl_status_t (*primitive_desc_destroy)(dnnl_primitive_desc_t);
  dnnl_status_t (*primitive_create)(dnnl_primitive_t *, const_dnnl_primitive_desc_t);
  dnnl_status_t (*primitive_execute)(const_dnnl_primitive_t, dnnl_stream_t, int, const dnnl_exec_arg_t *);
  dnnl_status_t (*primitive_destroy)(dnnl_primitive_t);
  dnnl_status_t (*memory_create)(dnnl_memory_t *, const dnnl_memory_desc_t *, dnnl_engine_t, void *);
  dnnl_status_t (*memory_set_data_handle)(dnnl_memory_t, void *);
  dnnl_status_t (*memory_destroy)(dnnl_memory_t);
  dnnl_cpu_isa_t (*get_effective_cpu_isa)(void);
  const dnnl_version_t *(*version)(void);
  // Of the OpenMP runtime that oneDNN was built with; NULL when it was built with another.
  void (*omp_set_num_threads)(int);
  dnnl_engine_t engine;
} kiseki_onednn;

// Loads the library. Returns false, with the loader's message in `*error`, when it or a symbol of it is missing.
static inline bool kiseki_onednn_load(kiseki_onednn *library, const char **error) {
  // The threads are ours. OpenMP reads this when it is loaded, for threads that never set it themselves.
  setenv("OMP_NUM_THREADS", "1", 1);
  void *handle = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL);
  bool found = handle != NULL;
#define KISEKI_SYMBOL(field, symbol) \
  found = found && (*(void **)&library->field = dlsym(handle, #symbol)) != NULL
  KISEKI_SYMBOL(engine_create, dnnl_engine_create);
  KISEKI_SYMBOL(stream_create, dnnl_stream_create);
  KISEKI_SYMBOL(stream_wait, dnnl_stream_wait);
  KISEKI_SYMBOL(stream_destroy, dnnl_stream_destroy);
  KISEKI_SYMBOL(memory_desc_init_by_strides, dnnl_memory_desc_init_by_strides);
  KISEKI_SYMBOL(memory_desc_get_size, dnnl_memory_desc_get_size);
  KISEKI_SYMBOL(matmul_desc_init, dnnl_matmul_desc_init);
  KISEKI_SYMBOL(attr_create, dnnl_primitive_attr_create);
  KISEKI_SYMBOL(attr_destroy, dnnl_primitive_attr_destroy);
  KISEKI_SYMBOL(attr_set_scratchpad_mode, dnnl_primitive_attr_set_scratchpad_mode);
  KISEKI_SYMBOL(attr_set_post_ops, dnnl_primitive_attr_set_post_ops);
  KISEKI_SYMBOL(post_ops_create, dnnl_post_ops_create);
  KISEKI_SYMBOL(post_ops_append_sum, dnnl_post_ops_append_sum);
  KISEKI_SYMBOL(post_ops_destroy, dnnl_post_ops_destroy);
  KISEKI_SYMBOL(primitive_desc_create, dnnl_primitive_desc_create);
  KISEKI_SYMBOL(primitive_desc_query_md, dnnl_primitive_desc_query_md);
  KISEKI_SYMBOL(primitive_desc_destroy, dnnl_primitive_desc_destroy);
  KISEKI_SYMBOL(primitive_create, dnnl_primitive_create);
  KISEKI_SYMBOL(primitive_execute, dnnl_primitive_execute);
  KISEKI_SYMBOL(primitive_destroy, dnnl_primitive_destroy);
  KISEKI_SYMBOL(memory_create, dnnl_memory_create);
  KISEKI_SYMBOL(memory_set_data_handle, dnnl_memory_set_data_handle);
  KISEKI_SYMBOL(memory_destroy, dnnl_memory_destroy);
  KISEKI_SYMBOL(get_effective_cpu_isa, dnnl_get_effective_cpu_isa);
  KISEKI_SYMBOL(version, dnnl_version);
#undef KISEKI_SYMBOL
  if (!found) {
    const char *message = dlerror();
    *error = message ? message : "it lacks a function";
    return false;
  }
  *(void **)&library->omp_set_num_threads = dlsym(handle, "omp_set_num_threads");
  if (library->engine_create(&library->engine, dnnl_cpu, 0) != dnnl_success) {
    *error = "it cannot be started";
    return false;
  }
  return true;
}

// One matrix product of fixed shape, used by one thread at a time: C[m, n] = A[m, k] B[k, n], or C + that.
// A row-major without gaps, B with row stride `stride`, or transposed with it, C row-major without gaps.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_t a, b, c, scratch;
  size_t scratch_bytes;
} kiseki_onednn_product;

static inline void kiseki_onednn_product_destroy(const kiseki_onednn *library, kiseki_onednn_product *product) {
  if (product->primitive) library->primitive_destroy(product->primitive);
  dnnl_memory_t memories[4] = {product->a, product->b, product->c, product->scratch};
  for (int i = 0; i < 4; i++)
    if (memories[i]) library->memory_destroy(memories[i]);
  *product = (kiseki_onednn_product){0};
}

// Returns false when this processor has no such product, or memory is short.
static inline bool kiseki_onednn_product_create(const kiseki_onednn *library, kiseki_onednn_product *product,
                                                dnnl_data_type_t type, int64_t m, int64_t n, int64_t k,
                                                int64_t stride, bool transposed, bool adds) {
  *product = (kiseki_onednn_product){0};
  if (library->omp_set_num_threads) library->omp_set_num_threads(1);
  dnnl_dims_t a_dims = {m, k}, b_dims = {k, n}, c_dims = {m, n};
  dnnl_dims_t a_strides = {k, 1}, b_strides = {transposed ? 1 : stride, transposed ? stride : 1}, c_strides = {n, 1};
  dnnl_memory_desc_t a, b, c;
  dnnl_matmul_desc_t matmul;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t description = NULL;
  bool ok = library->memory_desc_init_by_strides(&a, 2, a_dims, type, a_strides) == dnnl_success &&
            library->memory_desc_init_by_strides(&b, 2, b_dims, type, b_strides) == dnnl_success &&
            library->memory_desc_init_by_strides(&c, 2, c_dims, dnnl_f32, c_strides) == dnnl_success &&
            library->matmul_desc_init(&matmul, &a, &b, NULL, &c) == dnnl_success &&
            library->attr_create(&attributes) == dnnl_success &&
            // Scratch of the library's own would be shared between threads.
            library->attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success;
  if (ok && adds)
    ok = library->post_ops_create(&after) == dnnl_success &&
         library->post_ops_append_sum(after, 1.0f) == dnnl_success &&
         library->attr_set_post_ops(attributes, after) == dnnl_success;
  ok = ok && library->primitive_desc_create(&description, &matmul, attributes, library->engine, NULL) == dnnl_success &&
       library->primitive_create(&product->primitive, description) == dnnl_success;
  if (ok) {
    const dnnl_memory_desc_t *scratch = library->primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    product->scratch_bytes = scratch ? library->memory_desc_get_size(scratch) : 0;
    ok = library->memory_create(&product->a, &a, library->engine, DNNL_MEMORY_NONE) == dnnl_success &&
         library->memory_create(&product->b, &b, library->engine, DNNL_MEMORY_NONE) == dnnl_success &&
         library->memory_create(&product->c, &c, library->engine, DNNL_MEMORY_NONE) == dnnl_success;
    if (ok && product->scratch_bytes > 0)
      ok = library->memory_create(&product->scratch, scratch, library->engine, DNNL_MEMORY_ALLOCATE) == dnnl_success;
  }
  if (description) library->primitive_desc_destroy(description);
  if (after) library->post_ops_destroy(after);
  if (attributes) library->attr_destroy(attributes);
  if (!ok) kiseki_onednn_product_destroy(library, product);
  return ok;
}

// Computes on the calling thread alone.
static inline bool kiseki_onednn_product_execute(const kiseki_onednn *library, const kiseki_onednn_product *product,
                                                 dnnl_stream_t stream, const void *a, const void *b, float *c) {
  if (library->omp_set_num_threads) library->omp_set_num_threads(1);
  library->memory_set_data_handle(product->a, (void *)a);
  library->memory_set_data_handle(product->b, (void *)b);
  library->memory_set_data_handle(product->c, c);
  dnnl_exec_arg_t arguments[4] = {{DNNL_ARG_SRC, product->a},
                                  {DNNL_ARG_WEIGHTS, product->b},
                                  {DNNL_ARG_DST, product->c},
                                  {DNNL_ARG_SCRATCHPAD, product->scratch}};
  return library->primitive_execute(product->primitive, stream, product->scratch ? 4 : 3, arguments) == dnnl_success &&
         library->stream_wait(stream) == dnnl_success;
}
