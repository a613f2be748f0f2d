// Columns of matrices: scaling, dot products and norms, for adapters that keep the size of each output apart (DoRA).

static void K(scale_columns)(float *y, const float *x, const float *restrict factors, float shift,
                             const float *restrict bias, size_t rows, size_t width) {
  for (size_t i = 0; i < rows; i++) {
    float *out = y + i * width;
    const float *in = x + i * width;
    if (bias) {
      IN_PLACE for (size_t j = 0; j < width; j++) out[j] = in[j] * (factors[j] + shift) + bias[j];
    } else {
      IN_PLACE for (size_t j = 0; j < width; j++) out[j] = in[j] * (factors[j] + shift);
    }
  }
}

static void K(add_scaled_columns)(float *restrict y, const float *restrict x, const float *restrict factors,
                                  float shift, size_t rows, size_t width) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < width; j++) y[i * width + j] += x[i * width + j] * (factors[j] + shift);
}

enum { K(strip) = 64 };

static void K(column_quotients)(float *restrict sums, const float *restrict a, const float *restrict b,
                                const float *restrict divisors, size_t rows, size_t width, size_t columns) {
  for (size_t begin = 0; begin < columns; begin += K(strip)) {
    size_t n = columns - begin < K(strip) ? columns - begin : K(strip);
    float dots[K(strip)];
    for (size_t j = 0; j < K(strip); j++) dots[j] = 0.0f;
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < n; j++) dots[j] += a[i * width + begin + j] * b[i * width + begin + j];
    for (size_t j = 0; j < n; j++) sums[begin + j] += divisors[begin + j] == 0.0f ? 0.0f : dots[j] / divisors[begin + j];
  }
}

static void K(column_squares)(float *restrict squares, const float *restrict x, size_t rows, size_t width,
                              size_t columns) {
  for (size_t begin = 0; begin < columns; begin += K(strip)) {
    size_t n = columns - begin < K(strip) ? columns - begin : K(strip);
    double sums[K(strip)];
    for (size_t j = 0; j < K(strip); j++) sums[j] = 0.0;
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < n; j++) {
        double value = (double)x[i * width + begin + j];
        sums[j] += value * value;
      }
    for (size_t j = 0; j < n; j++) squares[begin + j] = (float)sums[j];
  }
}

// |v + f b A|^2 = |v|^2 + 2 f b (A v) + f^2 b (A A^T) b for each row v of V with its row b of B: O(R^2) a row, where
// forming the sum first would cost O(R I).
static void K(decomposed_norms)(float *restrict norms, const float *restrict squares, const float *restrict product,
                                size_t stride, const float *restrict up, const float *restrict gram, size_t rank,
                                float factor, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    const float *b = up + j * rank;
    double linear = 0.0, quadratic = 0.0;
    for (size_t r = 0; r < rank; r++) {
      double row = 0.0;
      for (size_t s = 0; s < rank; s++) row += (double)gram[r * rank + s] * (double)b[s];
      linear += (double)b[r] * (double)product[r * stride + j];
      quadratic += (double)b[r] * row;
    }
    double square = (double)squares[j] + (double)factor * (2.0 * linear + (double)factor * quadratic);
    norms[j] = square > 0.0 ? (float)__builtin_elementwise_sqrt(square) : 0.0f;
  }
}

static void K(quotients)(float *restrict y, const float *restrict a, const float *restrict b, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = b[i] == 0.0f ? 0.0f : a[i] / b[i];
}
