// Products for decoding: few rows against a large matrix, bound by the reading of the matrix, so it is read once for all
// rows. Each row's sums run over the inner dimension in the same order whatever rows are beside it, so batching never
// changes a bit.

// 16-bit weights are widened as they are read: half the reading, and the bits of the float32 product of their values.

enum { K(panel) = 256, K(depth) = 8, K(strands) = 16, K(tile) = 4 };

#define WEIGHT float
#define WIDEN(w) (w)
#define P(name) K(name##_float32)
#define DECODE_FLOATS
#include "decode_products.h"
#undef DECODE_FLOATS

#define WEIGHT uint16_t
#define WIDEN(w) K(bfloat16_value)(w)
#define P(name) K(name##_bfloat16)
#include "decode_products.h"

#define WEIGHT uint16_t
#define WIDEN(w) K(float16_value)(w)
#define P(name) K(name##_float16)
#include "decode_products.h"

static void K(decode_input_major)(float *sums, const float *x, size_t x_stride, const void *matrix, kiseki_number type,
                                  size_t matrix_stride, size_t rows, size_t inner, size_t columns) {
  switch (type) {
    case kiseki_float32:
      K(decode_input_major_float32)(sums, x, x_stride, matrix, matrix_stride, rows, inner, columns);
      break;
    case kiseki_bfloat16:
      K(decode_input_major_bfloat16)(sums, x, x_stride, matrix, matrix_stride, rows, inner, columns);
      break;
    case kiseki_float16:
      K(decode_input_major_float16)(sums, x, x_stride, matrix, matrix_stride, rows, inner, columns);
      break;
  }
}

static void K(add_parts)(float *restrict y, size_t y_stride, const float *restrict parts, size_t part_count,
                         size_t part_stride, size_t row_stride, const float *restrict bias, size_t rows,
                         size_t columns) {
// Here the order of the additions is the promise: no reassociation.
#pragma clang fp reassociate(off) contract(on)
  for (size_t m = 0; m < rows; m++) {
    float *row = y + m * y_stride;
    const float *part = parts + m * row_stride;
    for (size_t j = 0; j < columns; j++) row[j] = part[j];
    for (size_t i = 1; i < part_count; i++)
      for (size_t j = 0; j < columns; j++) row[j] += part[i * part_stride + j];
    if (bias)
      for (size_t j = 0; j < columns; j++) row[j] += bias[j];
  }
}

static void K(decode_output_major)(float *y, size_t y_stride, const float *x, const void *matrix, kiseki_number type,
                                   size_t rows, size_t inner, size_t columns) {
  switch (type) {
    case kiseki_float32: K(decode_output_major_float32)(y, y_stride, x, matrix, rows, inner, columns); break;
    case kiseki_bfloat16: K(decode_output_major_bfloat16)(y, y_stride, x, matrix, rows, inner, columns); break;
    case kiseki_float16: K(decode_output_major_float16)(y, y_stride, x, matrix, rows, inner, columns); break;
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

// The softmax of a row of attention scores, in place.
static void K(weigh)(float *restrict scores, size_t length) {
  float top = K(largest)(scores, length);
  float sum = 0.0f;
  for (size_t t = 0; t < length; t++) {
    scores[t] = K(exponential)(scores[t] - top);
    sum += scores[t];
  }
  float inverse = 1.0f / sum;
  for (size_t t = 0; t < length; t++) scores[t] *= inverse;
}

static void K(decode_attention)(float *restrict y, float *restrict scores, const float *restrict query,
                                const float *restrict keys, const float *restrict values, size_t length,
                                size_t head_width, size_t stride, float factor) {
  K(attention_scores)(scores, query, keys, length, head_width, stride, factor);
  K(weigh)(scores, length);
  K(attention_values)(y, scores, values, length, head_width, stride);
}
