// 16-bit number formats. bfloat16 is the upper half of a float32; float16 is IEEE 754 binary16.
// Narrowing rounds to nearest, ties to even; NaN stays NaN.

static void K(from_bfloat16)(float *restrict y, const uint16_t *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, sizeof bits);
  }
}

static void K(to_bfloat16)(uint16_t *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    uint32_t rounded = bits + 0x7FFFu + ((bits >> 16) & 1u);
    bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
    y[i] = (uint16_t)(is_nan ? (bits >> 16) | 0x40u : rounded >> 16);
  }
}

// Normal numbers by moving the exponent, subnormal ones by an exact subtraction.
static void K(from_float16)(float *restrict y, const uint16_t *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t half = x[i];
    uint32_t magnitude = (half & 0x7FFFu) << 13;
    uint32_t exponent = magnitude & 0x0F800000u;
    uint32_t bits = magnitude + 0x38000000u;
    if (exponent == 0x0F800000u) {
      bits = magnitude + 0x70000000u;
    } else if (exponent == 0) {
      union {
        uint32_t bits;
        float value;
      } small = {.bits = magnitude + 0x38800000u};
      small.value -= 6.103515625e-05f;
      bits = small.bits;
    }
    bits |= (half & 0x8000u) << 16;
    memcpy(y + i, &bits, sizeof bits);
  }
}

static void K(to_float16)(uint16_t *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    uint32_t sign = (bits >> 16) & 0x8000u;
    uint32_t magnitude = bits & 0x7FFFFFFFu;
    uint32_t half;
    if (magnitude > 0x7F800000u) {
      half = 0x7E00u;
    } else if (magnitude >= 0x477FF000u) {
      half = 0x7C00u;
    } else if (magnitude < 0x38800000u) {
      // Adding 0.5 leaves the subnormal's bits, correctly rounded, at the bottom of the sum.
      union {
        uint32_t bits;
        float value;
      } sum = {.bits = magnitude};
      sum.value += 0.5f;
      half = sum.bits - 0x3F000000u;
    } else {
      half = (magnitude - 0x38000000u + 0xFFFu + ((magnitude >> 13) & 1u)) >> 13;
    }
    y[i] = (uint16_t)(sign | half);
  }
}
