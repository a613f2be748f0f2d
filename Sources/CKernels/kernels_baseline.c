#define KISEKI_ISA baseline
#define KISEKI_ISA_NAME "baseline"
#include "implementation/prologue.h"

// Sums may be reassociated and products fused: the order is then fixed by the compiler, not by the run.
#pragma clang fp reassociate(on) contract(fast)
#include "implementation/table.h"
