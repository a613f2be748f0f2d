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

// A dot product is summed in sixteen strands that are combined in a fixed tree, so its bits are the same in every tile.
// A tile of rows and columns shares what it loads, and keeps its strands in registers.
enum { K(strands) = 16, K(tile) = 4 };

#define DECODE_OUTPUT_MAJOR(ROWS, COLUMNS)                                                            \
  {                                                                                                   \
    float sums[ROWS][COLUMNS][K(strands)];                                                            \
    for (int m = 0; m < ROWS; m++)                                                                    \
      for (int j = 0; j < COLUMNS; j++)                                                               \
        for (int l = 0; l < K(strands); l++) sums[m][j][l] = 0.0f;                                    \
    size_t k = 0;                                                                                     \
    for (; k + K(strands) <= inner; k += K(strands))                                                  \
      for (int m = 0; m < ROWS; m++)                                                                  \
        for (int j = 0; j < COLUMNS; j++)                                                             \
          for (int l = 0; l < K(strands); l++)                                                        \
            sums[m][j][l] += x[(size_t)m * inner + k + (size_t)l] * w[(size_t)j * inner + k + (size_t)l]; \
    for (int m = 0; m < ROWS; m++)                                                                    \
      for (int j = 0; j < COLUMNS; j++) {                                                             \
        float *s = sums[m][j];                                                                        \
        for (size_t l = 0; k + l < inner; l++)                                                        \
          s[l] += x[(size_t)m * inner + k + l] * w[(size_t)j * inner + k + l];                        \
        for (int half = K(strands) / 2; half > 0; half /= 2)                                          \
          for (int l = 0; l < half; l++) s[l] += s[l + half];                                         \
        y[(size_t)m * y_stride + (size_t)j] = s[0];                                                   \
      }                                                                                               \
  }

#define DECODE_OUTPUT_MAJOR_ROWS(ROWS)                                             \
  for (; columns - begin >= K(tile); begin += K(tile), w += K(tile) * inner, y += K(tile)) \
    DECODE_OUTPUT_MAJOR(ROWS, K(tile))                                             \
  for (; begin < columns; begin++, w += inner, y++) DECODE_OUTPUT_MAJOR(ROWS, 1)

static void K(decode_output_major_rows)(float *restrict y, size_t y_stride, const float *restrict x,
                                        const float *restrict w, size_t rows, size_t inner, size_t columns) {
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

static void K(decode_output_major)(float *y, size_t y_stride, const float *x, const float *matrix, size_t rows,
                                   size_t inner, size_t columns) {
  for (size_t m = 0; m < rows; m += K(tile)) {
    size_t group = rows - m < K(tile) ? rows - m : K(tile);
    K(decode_output_major_rows)(y + m * y_stride, y_stride, x + m * inner, matrix, group, inner, columns);
  }
}

// factor (query . key) for positions stride apart, four of them at a time.
static void K(attention_scores)(float *restrict scores, const float *restrict query, const float *restrict keys,
                                size_t length, size_t head_width, size_t stride, float factor) {
  size_t t = 0;
  for (; t + K(tile) <= length; t += K(tile)) {
    const float *k = keys + t * stride;
    float sums[K(tile)][K(strands)];
    for (int i = 0; i < K(tile); i++)
      for (int l = 0; l < K(strands); l++) sums[i][l] = 0.0f;
    size_t j = 0;
    for (; j + K(strands) <= head_width; j += K(strands))
      for (int i = 0; i < K(tile); i++)
        for (int l = 0; l < K(strands); l++)
          sums[i][l] += query[j + (size_t)l] * k[(size_t)i * stride + j + (size_t)l];
    for (int i = 0; i < K(tile); i++) {
      float sum = 0.0f;
      for (int l = 0; l < K(strands); l++) sum += sums[i][l];
      for (size_t l = j; l < head_width; l++) sum += query[l] * k[(size_t)i * stride + l];
      scores[t + (size_t)i] = sum * factor;
    }
  }
  for (; t < length; t++) {
    float sum = 0.0f;
    for (size_t j = 0; j < head_width; j++) sum += query[j] * keys[t * stride + j];
    scores[t] = sum * factor;
  }
}

// y = sum over t of weights[t] values[t], a strip of the width at a time so that the sums stay in registers.
static void K(attention_values)(float *restrict y, const float *restrict weights, const float *restrict values,
                                size_t length, size_t head_width, size_t stride) {
  enum { strip = 64 };
  size_t j = 0;
  for (; j + strip <= head_width; j += strip) {
    float sums[strip];
    for (int l = 0; l < strip; l++) sums[l] = 0.0f;
    for (size_t t = 0; t < length; t++)
      for (int l = 0; l < strip; l++) sums[l] += weights[t] * values[t * stride + j + (size_t)l];
    for (int l = 0; l < strip; l++) y[j + (size_t)l] = sums[l];
  }
  for (; j + K(strands) <= head_width; j += K(strands)) {
    float sums[K(strands)];
    for (int l = 0; l < K(strands); l++) sums[l] = 0.0f;
    for (size_t t = 0; t < length; t++)
      for (int l = 0; l < K(strands); l++) sums[l] += weights[t] * values[t * stride + j + (size_t)l];
    for (int l = 0; l < K(strands); l++) y[j + (size_t)l] = sums[l];
  }
  for (; j < head_width; j++) {
    float sum = 0.0f;
    for (size_t t = 0; t < length; t++) sum += weights[t] * values[t * stride + j];
    y[j] = sum;
  }
}

static void K(decode_attention)(float *restrict y, float *restrict scores, const float *restrict query,
                                const float *restrict keys, const float *restrict values, size_t length,
                                size_t head_width, size_t stride, float factor) {
  K(attention_scores)(scores, query, keys, length, head_width, stride, factor);
  float top = K(largest)(scores, length);
  float sum = 0.0f;
  for (size_t t = 0; t < length; t++) {
    scores[t] = K(exponential)(scores[t] - top);
    sum += scores[t];
  }
  float inverse = 1.0f / sum;
  for (size_t t = 0; t < length; t++) scores[t] *= inverse;
  K(attention_values)(y, scores, values, length, head_width, stride);
}
