// Products for decoding: few rows against a large matrix, bound by the reading of the matrix.
// Rows are taken in groups of up to four so that the matrix is read once for all of them; each row's sums run over
// the inner dimension in the same order whatever the group, so batching never changes a bit.

enum { K(panel) = 256 };

#define DECODE_INPUT_MAJOR(ROWS)                                                                                \
  for (size_t begin = 0; begin < columns; begin += K(panel)) {                                                  \
    size_t n = columns - begin < K(panel) ? columns - begin : K(panel);                                         \
    float sums[ROWS][K(panel)];                                                                                 \
    for (int m = 0; m < ROWS; m++)                                                                              \
      for (size_t j = 0; j < K(panel); j++) sums[m][j] = 0.0f;                                                  \
    size_t k = 0;                                                                                               \
    for (; k + 4 <= inner; k += 4) {                                                                            \
      const float *w0 = matrix + k * matrix_stride + begin;                                                     \
      const float *w1 = w0 + matrix_stride, *w2 = w1 + matrix_stride, *w3 = w2 + matrix_stride;                 \
      for (int m = 0; m < ROWS; m++) {                                                                          \
        const float *xm = x + (size_t)m * inner + k;                                                            \
        float a = xm[0], b = xm[1], c = xm[2], d = xm[3];                                                       \
        float *s = sums[m];                                                                                     \
        for (size_t j = 0; j < n; j++) s[j] = (((s[j] + a * w0[j]) + b * w1[j]) + c * w2[j]) + d * w3[j];       \
      }                                                                                                         \
    }                                                                                                           \
    for (; k < inner; k++) {                                                                                    \
      const float *w = matrix + k * matrix_stride + begin;                                                      \
      for (int m = 0; m < ROWS; m++) {                                                                          \
        float a = x[(size_t)m * inner + k];                                                                     \
        for (size_t j = 0; j < n; j++) sums[m][j] += a * w[j];                                                  \
      }                                                                                                         \
    }                                                                                                           \
    for (int m = 0; m < ROWS; m++)                                                                              \
      for (size_t j = 0; j < n; j++) y[(size_t)m * y_stride + begin + j] = sums[m][j] + (bias ? bias[begin + j] : 0.0f); \
  }

static void K(decode_input_major_rows)(float *restrict y, size_t y_stride, const float *restrict x,
                                       const float *restrict matrix, size_t matrix_stride,
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

static void K(decode_input_major)(float *y, size_t y_stride, const float *x, const float *matrix,
                                  size_t matrix_stride, const float *bias, size_t rows, size_t inner,
                                  size_t columns) {
  for (size_t m = 0; m < rows; m += 4) {
    size_t group = rows - m < 4 ? rows - m : 4;
    K(decode_input_major_rows)(y + m * y_stride, y_stride, x + m * inner, matrix, matrix_stride, bias, group, inner,
                               columns);
  }
}

// Sixteen running sums per row, combined at the end in a fixed tree.
enum { K(strands) = 64 };

static inline float K(strand_dot)(const float *restrict a, const float *restrict b, size_t count) {
#pragma clang fp reassociate(off) contract(on)
  float sums[K(strands)];
  for (int l = 0; l < K(strands); l++) sums[l] = 0.0f;
  size_t k = 0;
  for (; k + K(strands) <= count; k += K(strands))
    for (int l = 0; l < K(strands); l++) sums[l] += a[k + (size_t)l] * b[k + (size_t)l];
  for (size_t l = 0; k + l < count; l++) sums[l] += a[k + l] * b[k + l];
  for (int half = K(strands) / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) sums[l] += sums[l + half];
  return sums[0];
}

static void K(decode_output_major)(float *restrict y, size_t y_stride, const float *restrict x,
                                   const float *restrict matrix, size_t rows, size_t inner, size_t columns) {
  for (size_t j = 0; j < columns; j++)
    for (size_t m = 0; m < rows; m++) y[m * y_stride + j] = K(strand_dot)(x + m * inner, matrix + j * inner, inner);
}

static void K(decode_attention)(float *restrict y, float *restrict scores, const float *restrict query,
                                const float *restrict keys, const float *restrict values, size_t length,
                                size_t head_width, size_t stride, float factor) {
  for (size_t t = 0; t < length; t++) {
    float sum = 0.0f;
    for (size_t j = 0; j < head_width; j++) sum += query[j] * keys[t * stride + j];
    scores[t] = sum * factor;
  }
  float top = K(largest)(scores, length);
  float sum = 0.0f;
  for (size_t t = 0; t < length; t++) {
    scores[t] = K(exponential)(scores[t] - top);
    sum += scores[t];
  }
  float inverse = 1.0f / sum;
  for (size_t j = 0; j < head_width; j++) y[j] = 0.0f;
  for (size_t t = 0; t < length; t++) {
    float p = scores[t] * inverse;
    for (size_t j = 0; j < head_width; j++) y[j] += p * values[t * stride + j];
  }
}
