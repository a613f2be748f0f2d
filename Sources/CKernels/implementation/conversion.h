// 16-bit number formats. bfloat16 is the upper half of a float32; float16 is IEEE 754 binary16.
// Narrowing rounds to nearest, ties to even; NaN stays NaN.

static inline float K(bfloat16_value)(uint16_t x) {
  union {
    uint32_t bits;
    float value;
  } wide = {.bits = (uint32_t)x << 16};
  return wide.value;
}

static void K(from_bfloat16)(float *restrict y, const uint16_t *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = K(bfloat16_value)(x[i]);
}

static inline uint16_t K(nearest_bfloat16)(float x) {
  union {
    float value;
    uint32_t bits;
  } wide = {.value = x};
  uint32_t rounded = wide.bits + 0x7FFFu + ((wide.bits >> 16) & 1u);
  bool is_nan = (wide.bits & 0x7FFFFFFFu) > 0x7F800000u;
  return (uint16_t)(is_nan ? (wide.bits >> 16) | 0x40u : rounded >> 16);
}

static void K(to_bfloat16)(uint16_t *restrict y, const float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = K(nearest_bfloat16)(x[i]);
}

static void K(to_bfloat16_transposed)(uint16_t *restrict y, size_t y_stride, const float *restrict x,
                                      size_t x_stride, size_t rows, size_t columns) {
  // Blocks whose lines of both matrices stay in the cache.
  enum { block = 16 };
  for (size_t i = 0; i < rows; i += block)
    for (size_t j = 0; j < columns; j += block)
      for (size_t r = i; r < rows && r < i + block; r++)
        for (size_t c = j; c < columns && c < j + block; c++)
          y[r * y_stride + c] = K(nearest_bfloat16)(x[c * x_stride + r]);
}

#ifdef KISEKI_HAS_FLOAT16
// The processor's own conversion.
static inline float K(float16_value)(uint16_t x) {
  union {
    uint16_t bits;
    _Float16 value;
  } half = {.bits = x};
  return (float)half.value;
}
#else
// Normal numbers by moving the exponent, subnormal ones by an exact subtraction.
static inline float K(float16_value)(uint16_t x) {
  uint32_t half = x;
  uint32_t magnitude = (half & 0x7FFFu) << 13;
  uint32_t exponent = magnitude & 0x0F800000u;
  union {
    uint32_t bits;
    float value;
  } wide = {.bits = magnitude + 0x38000000u};
  if (exponent == 0x0F800000u) {
    wide.bits = magnitude + 0x70000000u;
  } else if (exponent == 0) {
    wide.bits = magnitude + 0x38800000u;
    wide.value -= 6.103515625e-05f;
  }
  wide.bits |= (half & 0x8000u) << 16;
  return wide.value;
}
#endif

static void K(from_float16)(float *restrict y, const uint16_t *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = K(float16_value)(x[i]);
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

static void K(widen)(float *y, const void *x, kiseki_number type, size_t count) {
  switch (type) {
    case kiseki_float32: memcpy(y, x, count * sizeof(float)); break;
    case kiseki_bfloat16: K(from_bfloat16)(y, x, count); break;
    case kiseki_float16: K(from_float16)(y, x, count); break;
  }
}

static void K(add_widened)(float *restrict y, const void *restrict x, kiseki_number type, size_t count) {
  const float *wide = x;
  const uint16_t *narrow = x;
  switch (type) {
    case kiseki_float32:
      for (size_t i = 0; i < count; i++) y[i] += wide[i];
      break;
    case kiseki_bfloat16:
      for (size_t i = 0; i < count; i++) y[i] += K(bfloat16_value)(narrow[i]);
      break;
    case kiseki_float16:
      for (size_t i = 0; i < count; i++) y[i] += K(float16_value)(narrow[i]);
      break;
  }
}

static void K(round_to_bfloat16)(float *y, const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = K(bfloat16_value)(K(nearest_bfloat16)(x[i]));
}

static bool K(all_finite_narrow)(const uint16_t *x, kiseki_number type, size_t count) {
  uint16_t exponent = type == kiseki_bfloat16 ? 0x7F80u : 0x7C00u;
  uint32_t bad = 0;
  for (size_t i = 0; i < count; i++) bad |= (uint32_t)((x[i] & exponent) == exponent);
  return bad == 0;
}
