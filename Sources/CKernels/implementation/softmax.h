// Softmax: causal attention rows, cross-entropy, argmax.

static inline float K(largest)(const float *x, size_t count) {
  float largest = x[0];
  for (size_t j = 1; j < count; j++) largest = x[j] > largest ? x[j] : largest;
  return largest;
}

static void K(causal_softmax)(float *restrict scores, float *restrict log_sum, size_t log_sum_stride,
                              size_t queries, size_t keys, size_t first_query, float factor) {
  for (size_t i = 0; i < queries; i++) {
    float *row = scores + i * keys;
    size_t seen = first_query + i + 1;
    // The factor may be negative only in theory; taking the maximum after scaling keeps it right in any case.
    for (size_t j = 0; j < seen; j++) row[j] *= factor;
    float top = K(largest)(row, seen);
    float sum = 0.0f;
    for (size_t j = 0; j < seen; j++) {
      float e = K(exponential)(row[j] - top);
      row[j] = e;
      sum += e;
    }
    float inverse = 1.0f / sum;
    for (size_t j = 0; j < seen; j++) row[j] *= inverse;
    for (size_t j = seen; j < keys; j++) row[j] = 0.0f;
    log_sum[i * log_sum_stride] = top + logf(sum);
  }
}

static void K(causal_softmax_again)(float *restrict scores, const float *restrict log_sum, size_t log_sum_stride,
                                    size_t queries, size_t keys, size_t first_query, float factor) {
  for (size_t i = 0; i < queries; i++) {
    float *row = scores + i * keys;
    size_t seen = first_query + i + 1;
    float shift = log_sum[i * log_sum_stride];
    for (size_t j = 0; j < seen; j++) row[j] = K(exponential)(row[j] * factor - shift);
    for (size_t j = seen; j < keys; j++) row[j] = 0.0f;
  }
}

static void K(hide_columns)(float *restrict x, const uint8_t *restrict hidden, size_t rows, size_t width, float value) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < width; j++) x[i * width + j] = hidden[j] ? value : x[i * width + j];
}

static void K(softmax_backward)(float *restrict d_probabilities, const float *restrict probabilities,
                                const float *restrict delta, size_t queries, size_t keys, float factor) {
  for (size_t i = 0; i < queries; i++) {
    float *row = d_probabilities + i * keys;
    const float *p = probabilities + i * keys;
    float d = delta[i];
    for (size_t j = 0; j < keys; j++) row[j] = p[j] * (row[j] - d) * factor;
  }
}

static void K(row_dots)(float *restrict delta, const float *restrict a, const float *restrict b, size_t rows,
                        size_t width, size_t stride) {
  for (size_t i = 0; i < rows; i++) {
    float sum = 0.0f;
    for (size_t j = 0; j < width; j++) sum += a[i * stride + j] * b[i * stride + j];
    delta[i] = sum;
  }
}

static void K(cross_entropy)(float *restrict losses, float *restrict logits, const int32_t *restrict targets,
                             const float *restrict weights, size_t rows, size_t vocabulary, float weight,
                             bool gradient) {
  for (size_t i = 0; i < rows; i++) {
    float *row = logits + i * vocabulary;
    float top = K(largest)(row, vocabulary);
    float at_target = row[targets[i]];
    float sum = 0.0f;
    if (gradient) {
      for (size_t j = 0; j < vocabulary; j++) {
        float e = K(exponential)(row[j] - top);
        row[j] = e;
        sum += e;
      }
      float own = weights ? weight * weights[i] : weight;
      float factor = own / sum;
      for (size_t j = 0; j < vocabulary; j++) row[j] *= factor;
      row[targets[i]] -= own;
    } else {
      for (size_t j = 0; j < vocabulary; j++) sum += K(exponential)(row[j] - top);
    }
    losses[i] = logf(sum) - (at_target - top);
  }
}

static size_t K(argmax)(const float *values, size_t count) {
  // The maximum first, in a loop that vectorises, then its first place.
  float top = K(largest)(values, count);
  for (size_t j = 0; j < count; j++)
    if (values[j] == top) return j;
  return 0;
}
