// The products of decode.h for one type of weights. The including file defines WEIGHT, the type they are stored in,
// WIDEN(w), a weight's float32 value, and P(name), the name of a function for this type.

// sums [count] += x [lines] times `lines` rows of w, each of them `stride` from the last.
static inline void P(decode_lines)(float *restrict sums, const float *restrict x, const WEIGHT *restrict w,
                                   size_t stride, size_t lines, size_t count) {
// Here the order of the additions is the promise: no reassociation.
#pragma clang fp reassociate(off) contract(on)
  if (lines < K(depth)) {
    for (size_t k = 0; k < lines; k++, w += stride)
      for (size_t j = 0; j < count; j++) sums[j] += x[k] * WIDEN(w[j]);
    return;
  }
  const WEIGHT *w1 = w + stride, *w2 = w1 + stride, *w3 = w2 + stride;
  const WEIGHT *w4 = w3 + stride, *w5 = w4 + stride, *w6 = w5 + stride, *w7 = w6 + stride;
  float a = x[0], b = x[1], c = x[2], d = x[3], e = x[4], f = x[5], g = x[6], h = x[7];
  for (size_t j = 0; j < count; j++)
    sums[j] = (((((((sums[j] + a * WIDEN(w[j])) + b * WIDEN(w1[j])) + c * WIDEN(w2[j])) + d * WIDEN(w3[j])) +
                 e * WIDEN(w4[j])) + f * WIDEN(w5[j])) + g * WIDEN(w6[j])) + h * WIDEN(w7[j]);
}

#ifdef DECODE_FLOATS
// The same for four rows, which share what is loaded of w; the order of each row's additions is the same.
static inline void K(decode_four)(float *restrict sums, size_t sums_stride, const float *restrict x, size_t x_stride,
                                  const float *restrict w, size_t stride) {
#pragma clang fp reassociate(off) contract(on)
  float s[K(tile)][K(strands)];
  for (int m = 0; m < K(tile); m++)
    for (int l = 0; l < K(strands); l++) s[m][l] = sums[(size_t)m * sums_stride + (size_t)l];
  for (size_t i = 0; i < K(depth); i++)
    for (int m = 0; m < K(tile); m++)
      for (int l = 0; l < K(strands); l++) s[m][l] += x[(size_t)m * x_stride + i] * w[i * stride + (size_t)l];
  for (int m = 0; m < K(tile); m++)
    for (int l = 0; l < K(strands); l++) sums[(size_t)m * sums_stride + (size_t)l] = s[m][l];
}

// sums [rows, count] (row stride sums_stride) += x [rows, lines] times `lines` rows of w.
static void K(decode_panel)(float *restrict sums, size_t sums_stride, const float *restrict x, size_t x_stride,
                            const float *restrict w, size_t stride, size_t rows, size_t lines, size_t count) {
  size_t m = 0;
  size_t whole = lines == K(depth) ? count / K(strands) * K(strands) : 0;
  for (; m + K(tile) <= rows; m += K(tile)) {
    float *s = sums + m * sums_stride;
    const float *xm = x + m * x_stride;
    for (size_t j = 0; j < whole; j += K(strands)) K(decode_four)(s + j, sums_stride, xm, x_stride, w + j, stride);
    for (size_t i = 0; i < K(tile) && whole < count; i++)
      K(decode_lines_float32)(s + i * sums_stride + whole, xm + i * x_stride, w + whole, stride, lines, count - whole);
  }
  for (; m < rows; m++)
    K(decode_lines_float32)(sums + m * sums_stride, x + m * x_stride, w, stride, lines, count);
}
#endif

// The matrix is read once, from its beginning to its end: lines that follow each other, a panel of them at a time for all
// the rows, whose sums stay in the second-level cache.
static void P(decode_input_major)(float *restrict sums, const float *restrict x, size_t x_stride,
                                  const WEIGHT *restrict matrix, size_t matrix_stride, size_t rows, size_t inner,
                                  size_t columns) {
  for (size_t k = 0; k < inner; k += K(depth)) {
    size_t lines = inner - k < K(depth) ? inner - k : K(depth);
    for (size_t begin = 0; begin < columns; begin += K(panel)) {
      size_t count = columns - begin < K(panel) ? columns - begin : K(panel);
      const WEIGHT *w = matrix + k * matrix_stride + begin;
      float *s = sums + begin;
      for (size_t m = 0; k == 0 && m < rows; m++)
        for (size_t j = 0; j < count; j++) s[m * columns + j] = 0.0f;
      if (sizeof(WEIGHT) == sizeof(float)) {
        K(decode_panel)(s, columns, x + k, x_stride, (const float *)w, matrix_stride, rows, lines, count);
      } else if (rows == 1) {
        P(decode_lines)(s, x + k, w, matrix_stride, lines, count);
      } else {
        float wide[K(depth) * K(panel)];
        for (size_t i = 0; i < lines; i++)
          for (size_t j = 0; j < count; j++) wide[i * K(panel) + j] = WIDEN(w[i * matrix_stride + j]);
        K(decode_panel)(s, columns, x + k, x_stride, wide, K(panel), rows, lines, count);
      }
    }
  }
}

// A dot product is summed in sixteen strands that are combined in a fixed tree, so its bits are the same in every tile.
// A tile of rows or of the matrix's lines shares what it loads, and keeps its strands in registers.
#define DECODE_OUTPUT_MAJOR(ROWS, LINES)                                                                   \
  {                                                                                                        \
    float sums[ROWS][LINES][K(strands)];                                                                   \
    for (int m = 0; m < ROWS; m++)                                                                         \
      for (int j = 0; j < LINES; j++)                                                                      \
        for (int l = 0; l < K(strands); l++) sums[m][j][l] = 0.0f;                                         \
    size_t k = 0;                                                                                          \
    for (; k + K(strands) <= inner; k += K(strands)) {                                                     \
      float wide[LINES][K(strands)];                                                                       \
      for (int j = 0; j < LINES; j++)                                                                      \
        for (int l = 0; l < K(strands); l++) wide[j][l] = WIDEN(w[(size_t)j * inner + k + (size_t)l]);      \
      for (int m = 0; m < ROWS; m++) {                                                                     \
        const float *xm = x + (size_t)m * inner + k;                                                       \
        for (int j = 0; j < LINES; j++)                                                                    \
          for (int l = 0; l < K(strands); l++) sums[m][j][l] += xm[l] * wide[j][l];                        \
      }                                                                                                    \
    }                                                                                                      \
    for (int m = 0; m < ROWS; m++)                                                                         \
      for (int j = 0; j < LINES; j++) {                                                                    \
        float *s = sums[m][j];                                                                             \
        for (size_t l = 0; k + l < inner; l++)                                                             \
          s[l] += x[(size_t)m * inner + k + l] * WIDEN(w[(size_t)j * inner + k + l]);                      \
        for (int half = K(strands) / 2; half > 0; half /= 2)                                               \
          for (int l = 0; l < half; l++) s[l] += s[l + half];                                              \
        y[(size_t)m * y_stride + (size_t)j] = s[0];                                                        \
      }                                                                                                    \
  }

static inline void P(decode_six_dots)(float *restrict y, const float *restrict x, const WEIGHT *restrict w,
                                      size_t inner) {
#pragma clang fp reassociate(off) contract(on)
  size_t y_stride = 0;
  DECODE_OUTPUT_MAJOR(1, 6)
}

static inline void P(decode_dots)(float *restrict y, size_t y_stride, const float *restrict x,
                                  const WEIGHT *restrict w, size_t rows, size_t inner) {
// Here the order of the additions is the promise: no reassociation.
#pragma clang fp reassociate(off) contract(on)
  switch (rows) {
    case 1: DECODE_OUTPUT_MAJOR(1, 1) break;
    case 2: DECODE_OUTPUT_MAJOR(2, 1) break;
    case 3: DECODE_OUTPUT_MAJOR(3, 1) break;
    default: DECODE_OUTPUT_MAJOR(4, 1) break;
  }
}

// The matrix is read once, in order: its next lines serve all rows while they are in the first-level cache. Several rows
// rather share the widening of a line.
static void P(decode_output_major)(float *y, size_t y_stride, const float *x, const WEIGHT *matrix, size_t rows,
                                   size_t inner, size_t columns) {
  size_t j = 0;
  if (sizeof(WEIGHT) == sizeof(float) || rows == 1)
    for (; j + 6 <= columns; j += 6)
      for (size_t m = 0; m < rows; m++)
        P(decode_six_dots)(y + m * y_stride + j, x + m * inner, matrix + j * inner, inner);
  for (; j < columns; j++)
    for (size_t m = 0; m < rows; m += K(tile)) {
      size_t group = rows - m < K(tile) ? rows - m : K(tile);
      P(decode_dots)(y + m * y_stride + j, y_stride, x + m * inner, matrix + j * inner, group, inner);
    }
}

#undef DECODE_OUTPUT_MAJOR
#undef WEIGHT
#undef WIDEN
#undef P
