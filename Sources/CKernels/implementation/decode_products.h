// The products of decode.h for one type of weights. The including file defines WEIGHT, the type they are stored in,
// WIDEN(w), a weight's float32 value, and P(name), the name of a function for this type.

#define DECODE_INPUT_MAJOR(ROWS)                                                                                \
  for (size_t begin = 0; begin < columns; begin += K(panel)) {                                                  \
    size_t n = columns - begin < K(panel) ? columns - begin : K(panel);                                         \
    float sums[ROWS][K(panel)];                                                                                 \
    for (int m = 0; m < ROWS; m++)                                                                              \
      for (size_t j = 0; j < K(panel); j++) sums[m][j] = 0.0f;                                                  \
    size_t k = 0;                                                                                               \
    for (; k + 4 <= inner; k += 4) {                                                                            \
      const WEIGHT *w0 = matrix + k * matrix_stride + begin;                                                     \
      const WEIGHT *w1 = w0 + matrix_stride, *w2 = w1 + matrix_stride, *w3 = w2 + matrix_stride;                 \
      for (int m = 0; m < ROWS; m++) {                                                                          \
        const float *xm = x + (size_t)m * inner + k;                                                            \
        float a = xm[0], b = xm[1], c = xm[2], d = xm[3];                                                       \
        float *s = sums[m];                                                                                     \
        for (size_t j = 0; j < n; j++) \
          s[j] = (((s[j] + a * WIDEN(w0[j])) + b * WIDEN(w1[j])) + c * WIDEN(w2[j])) + d * WIDEN(w3[j]);            \
      }                                                                                                         \
    }                                                                                                           \
    for (; k < inner; k++) {                                                                                    \
      const WEIGHT *w = matrix + k * matrix_stride + begin;                                                     \
      for (int m = 0; m < ROWS; m++) {                                                                          \
        float a = x[(size_t)m * inner + k];                                                                     \
        for (size_t j = 0; j < n; j++) sums[m][j] += a * WIDEN(w[j]);                                               \
      }                                                                                                         \
    }                                                                                                           \
    for (int m = 0; m < ROWS; m++)                                                                              \
      for (size_t j = 0; j < n; j++) y[(size_t)m * y_stride + begin + j] = sums[m][j] + (bias ? bias[begin + j] : 0.0f); \
  }

static void P(decode_input_major_rows)(float *restrict y, size_t y_stride, const float *restrict x,
                                       const WEIGHT *restrict matrix, size_t matrix_stride,
                                       const float *restrict bias, size_t rows, size_t inner, size_t columns) {
// Here the order of the additions is the promise: no reassociation.
#pragma clang fp reassociate(off) contract(on)
  switch (rows) {
    case 1: DECODE_INPUT_MAJOR(1) break;
    case 2: DECODE_INPUT_MAJOR(2) break;
    case 3: DECODE_INPUT_MAJOR(3) break;
    default: DECODE_INPUT_MAJOR(4) break;
  }
}

static void P(decode_input_major)(float *y, size_t y_stride, const float *x, const WEIGHT *matrix,
                                  size_t matrix_stride, const float *bias, size_t rows, size_t inner,
                                  size_t columns) {
  for (size_t m = 0; m < rows; m += 4) {
    size_t group = rows - m < 4 ? rows - m : 4;
    P(decode_input_major_rows)(y + m * y_stride, y_stride, x + m * inner, matrix, matrix_stride, bias, group, inner,
                               columns);
  }
}

// A dot product is summed in sixteen strands that are combined in a fixed tree, so its bits are the same in every tile.
// A tile of rows and columns shares what it loads, and keeps its strands in registers.
#define DECODE_OUTPUT_MAJOR(ROWS, COLUMNS)                                                            \
  {                                                                                                   \
    float sums[ROWS][COLUMNS][K(strands)];                                                            \
    for (int m = 0; m < ROWS; m++)                                                                    \
      for (int j = 0; j < COLUMNS; j++)                                                               \
        for (int l = 0; l < K(strands); l++) sums[m][j][l] = 0.0f;                                    \
    size_t k = 0;                                                                                     \
    for (; k + K(strands) <= inner; k += K(strands))                                                  \
      for (int j = 0; j < COLUMNS; j++) {                                                             \
        float wide[K(strands)];                                                                       \
        for (int l = 0; l < K(strands); l++) wide[l] = WIDEN(w[(size_t)j * inner + k + (size_t)l]);    \
        for (int m = 0; m < ROWS; m++)                                                                \
          for (int l = 0; l < K(strands); l++)                                                        \
            sums[m][j][l] += x[(size_t)m * inner + k + (size_t)l] * wide[l];                          \
      }                                                                                               \
    for (int m = 0; m < ROWS; m++)                                                                    \
      for (int j = 0; j < COLUMNS; j++) {                                                             \
        float *s = sums[m][j];                                                                        \
        for (size_t l = 0; k + l < inner; l++)                                                        \
          s[l] += x[(size_t)m * inner + k + l] * WIDEN(w[(size_t)j * inner + k + l]);                 \
        for (int half = K(strands) / 2; half > 0; half /= 2)                                          \
          for (int l = 0; l < half; l++) s[l] += s[l + half];                                         \
        y[(size_t)m * y_stride + (size_t)j] = s[0];                                                   \
      }                                                                                               \
  }

#define DECODE_OUTPUT_MAJOR_ROWS(ROWS)                                             \
  for (; columns - begin >= K(tile); begin += K(tile), w += K(tile) * inner, y += K(tile)) \
    DECODE_OUTPUT_MAJOR(ROWS, K(tile))                                             \
  for (; begin < columns; begin++, w += inner, y++) DECODE_OUTPUT_MAJOR(ROWS, 1)

static void P(decode_output_major_rows)(float *restrict y, size_t y_stride, const float *restrict x,
                                        const WEIGHT *restrict w, size_t rows, size_t inner, size_t columns) {
// Here the order of the additions is the promise: no reassociation.
#pragma clang fp reassociate(off) contract(on)
  size_t begin = 0;
  switch (rows) {
    case 1: DECODE_OUTPUT_MAJOR_ROWS(1) break;
    case 2: DECODE_OUTPUT_MAJOR_ROWS(2) break;
    case 3: DECODE_OUTPUT_MAJOR_ROWS(3) break;
    default: DECODE_OUTPUT_MAJOR_ROWS(4) break;
  }
}

static void P(decode_output_major)(float *y, size_t y_stride, const float *x, const WEIGHT *matrix, size_t rows,
                                   size_t inner, size_t columns) {
  for (size_t m = 0; m < rows; m += K(tile)) {
    size_t group = rows - m < K(tile) ? rows - m : K(tile);
    P(decode_output_major_rows)(y + m * y_stride, y_stride, x + m * inner, matrix, group, inner, columns);
  }
}

#undef DECODE_INPUT_MAJOR
#undef DECODE_OUTPUT_MAJOR
#undef DECODE_OUTPUT_MAJOR_ROWS
#undef WEIGHT
#undef WIDEN
#undef P
