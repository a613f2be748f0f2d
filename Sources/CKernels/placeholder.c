#include "kernels.h"
typedef int kiseki_placeholder;
