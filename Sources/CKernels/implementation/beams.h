// Attention of beams: their keys and values lie where the beam they come from left them, so each has a place of its own.

static void K(scores_at)(float *restrict scores, const float *restrict query, const float *restrict keys,
                         const int32_t *restrict places, size_t length, size_t head_width, size_t stride,
                         float factor) {
  size_t t = 0;
  for (; t + K(tile) <= length; t += K(tile)) {
    const float *k[K(tile)];
    float sums[K(tile)][K(strands)];
    for (int i = 0; i < K(tile); i++) {
      k[i] = keys + (size_t)places[t + (size_t)i] * stride;
      for (int l = 0; l < K(strands); l++) sums[i][l] = 0.0f;
    }
    size_t j = 0;
    for (; j + K(strands) <= head_width; j += K(strands))
      for (int i = 0; i < K(tile); i++)
        for (int l = 0; l < K(strands); l++) sums[i][l] += query[j + (size_t)l] * k[i][j + (size_t)l];
    for (int i = 0; i < K(tile); i++) {
      float sum = 0.0f;
      for (int l = 0; l < K(strands); l++) sum += sums[i][l];
      for (size_t l = j; l < head_width; l++) sum += query[l] * k[i][l];
      scores[t + (size_t)i] = sum * factor;
    }
  }
  for (; t < length; t++) {
    const float *k = keys + (size_t)places[t] * stride;
    float sum = 0.0f;
    for (size_t j = 0; j < head_width; j++) sum += query[j] * k[j];
    scores[t] = sum * factor;
  }
}

static void K(values_at)(float *restrict y, const float *restrict weights, const float *restrict values,
                         const int32_t *restrict places, size_t length, size_t head_width, size_t stride) {
  enum { strip = 64 };
  size_t j = 0;
  for (; j + strip <= head_width; j += strip) {
    float sums[strip];
    for (int l = 0; l < strip; l++) sums[l] = 0.0f;
    for (size_t t = 0; t < length; t++) {
      const float *v = values + (size_t)places[t] * stride + j;
      for (int l = 0; l < strip; l++) sums[l] += weights[t] * v[l];
    }
    for (int l = 0; l < strip; l++) y[j + (size_t)l] = sums[l];
  }
  for (; j + K(strands) <= head_width; j += K(strands)) {
    float sums[K(strands)];
    for (int l = 0; l < K(strands); l++) sums[l] = 0.0f;
    for (size_t t = 0; t < length; t++) {
      const float *v = values + (size_t)places[t] * stride + j;
      for (int l = 0; l < K(strands); l++) sums[l] += weights[t] * v[l];
    }
    for (int l = 0; l < K(strands); l++) y[j + (size_t)l] = sums[l];
  }
  for (; j < head_width; j++) {
    float sum = 0.0f;
    for (size_t t = 0; t < length; t++) sum += weights[t] * values[(size_t)places[t] * stride + j];
    y[j] = sum;
  }
}

static void K(decode_attention_at)(float *restrict y, float *restrict scores, const float *restrict query,
                                   const float *restrict keys, const float *restrict values,
                                   const int32_t *restrict places, size_t length, size_t head_width, size_t stride,
                                   float factor) {
  K(scores_at)(scores, query, keys, places, length, head_width, stride, factor);
  K(weigh)(scores, length);
  K(values_at)(y, scores, values, places, length, head_width, stride);
}
