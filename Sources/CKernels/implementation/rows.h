// Sums over and into rows, embeddings.

static void K(set_rows)(float *restrict y, const float *restrict bias, size_t rows, size_t width) {
  for (size_t i = 0; i < rows; i++) {
    if (bias) {
      memcpy(y + i * width, bias, width * sizeof(float));
    } else {
      memset(y + i * width, 0, width * sizeof(float));
    }
  }
}

static void K(add_rows)(float *restrict y, const float *restrict x, const float *restrict bias, size_t rows,
                        size_t width) {
  if (!bias) {
    memcpy(y, x, rows * width * sizeof(float));
    return;
  }
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < width; j++) y[i * width + j] = x[i * width + j] + bias[j];
}

static void K(sum_rows)(float *restrict sum, const float *restrict x, size_t rows, size_t width, size_t columns) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) sum[j] += x[i * width + j];
}

static void K(add_scaled)(float *restrict y, const float *restrict x, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += x[i] * factor;
}

static void K(scale)(float *y, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] *= factor;
}

static double K(sum_of_squares)(const float *x, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

static void K(embedding_forward)(float *restrict x, const int32_t *restrict tokens,
                                 const int32_t *restrict positions, const void *restrict token_table,
                                 kiseki_number token_type, const void *restrict position_table,
                                 kiseki_number position_type, size_t rows, size_t width) {
  size_t token_size = token_type == kiseki_float32 ? 4 : 2, position_size = position_type == kiseki_float32 ? 4 : 2;
  for (size_t i = 0; i < rows; i++) {
    const char *token = (const char *)token_table + (size_t)tokens[i] * width * token_size;
    const char *position = (const char *)position_table + (size_t)positions[i] * width * position_size;
    K(widen)(x + i * width, token, token_type, width);
    K(add_widened)(x + i * width, position, position_type, width);
  }
}

static void K(embedding_backward)(float *restrict token_gradient, float *restrict position_gradient,
                                  const float *restrict dx, const int32_t *restrict tokens,
                                  const int32_t *restrict positions, size_t rows, size_t width,
                                  size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float *token = token_gradient + (size_t)tokens[i] * width;
    float *position = position_gradient + (size_t)positions[i] * width;
    const float *row = dx + i * width;
    for (size_t j = 0; j < columns; j++) token[j] += row[j];
    for (size_t j = 0; j < columns; j++) position[j] += row[j];
  }
}

static bool K(all_finite)(const float *x, size_t count) {
  // The exponent bits are all ones for NaN and infinity alone.
  uint32_t bad = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bad |= (uint32_t)((bits & 0x7F800000u) == 0x7F800000u);
  }
  return bad == 0;
}
