// What every instruction set's file starts with.
#pragma once

#include <math.h>
#include <string.h>

#include "../include/kernels.h"

#define KISEKI_JOIN_(name, isa) name##_##isa
#define KISEKI_JOIN(name, isa) KISEKI_JOIN_(name, isa)
// The name of a function in this instruction set's copy.
#define K(name) KISEKI_JOIN(name, KISEKI_ISA)
