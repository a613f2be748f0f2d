// Chooses the kernel table for this processor.
#include "kernels.h"

extern const kiseki_kernels kiseki_table_baseline;
#if defined(__x86_64__)
extern const kiseki_kernels kiseki_table_v3;
extern const kiseki_kernels kiseki_table_v4;
#endif

kiseki_isa kiseki_isa_detect(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return kiseki_isa_v4;
  if (__builtin_cpu_supports("x86-64-v3")) return kiseki_isa_v3;
#endif
  return kiseki_isa_baseline;
}

const kiseki_kernels *kiseki_kernels_for(kiseki_isa isa) {
  if (isa > kiseki_isa_detect()) return NULL;
#if defined(__x86_64__)
  if (isa == kiseki_isa_v4) return &kiseki_table_v4;
  if (isa == kiseki_isa_v3) return &kiseki_table_v3;
#endif
  return &kiseki_table_baseline;
}
