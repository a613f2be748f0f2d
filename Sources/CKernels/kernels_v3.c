#define KISEKI_ISA v3
#define KISEKI_ISA_NAME "x86-64-v3"
#define KISEKI_HAS_FLOAT16
#include "implementation/prologue.h"

// Sums may be reassociated and products fused: the order is then fixed by the compiler, not by the run.
#pragma clang fp reassociate(on) contract(fast)

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "implementation/table.h"
#pragma clang attribute pop
#endif
