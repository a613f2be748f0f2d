// LayerNorm, forward and backward (arXiv:1607.06450).

static void K(layer_norm_forward)(float *restrict y, float *restrict mean, float *restrict rstd,
                                  const float *restrict x, const float *restrict gain,
                                  const float *restrict bias, size_t rows, size_t width, float epsilon) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * width;
    float *out = y + i * width;
    float sum = 0.0f;
    for (size_t j = 0; j < width; j++) sum += row[j];
    float m = sum / (float)width;
    // Two passes: the variance of the centred values does not cancel.
    float squares = 0.0f;
    for (size_t j = 0; j < width; j++) squares += (row[j] - m) * (row[j] - m);
    float r = 1.0f / __builtin_elementwise_sqrt(squares / (float)width + epsilon);
    for (size_t j = 0; j < width; j++) out[j] = (row[j] - m) * r * gain[j] + bias[j];
    mean[i] = m;
    rstd[i] = r;
  }
}

static void K(layer_norm_backward)(float *restrict dx, const float *restrict dy, const float *restrict x,
                                   const float *restrict mean, const float *restrict rstd,
                                   const float *restrict gain, size_t rows, size_t width) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * width;
    const float *drow = dy + i * width;
    float *out = dx + i * width;
    float m = mean[i], r = rstd[i];
    float sum = 0.0f, dot = 0.0f;
    for (size_t j = 0; j < width; j++) {
      float g = drow[j] * gain[j];
      sum += g;
      dot += g * ((row[j] - m) * r);
    }
    sum /= (float)width;
    dot /= (float)width;
    for (size_t j = 0; j < width; j++) {
      float normalised = (row[j] - m) * r;
      out[j] += (drow[j] * gain[j] - sum - normalised * dot) * r;
    }
  }
}

static void K(layer_norm_parameters_backward)(float *restrict dgain, float *restrict dbias,
                                              const float *restrict dy, const float *restrict x,
                                              const float *restrict mean, const float *restrict rstd,
                                              size_t rows, size_t width, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = x + i * width;
    const float *drow = dy + i * width;
    float m = mean[i], r = rstd[i];
    for (size_t j = 0; j < columns; j++) {
      dgain[j] += drow[j] * ((row[j] - m) * r);
      dbias[j] += drow[j];
    }
  }
}
