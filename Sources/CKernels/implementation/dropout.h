// Dropout with counter-based masks: Philox 4x32, 10 rounds (Salmon et al., SC 2011), 16 blocks at a time.

enum { K(lanes) = 16 };

static inline void K(philox)(uint32_t words[4][K(lanes)], uint64_t block, const kiseki_dropout *how) {
  uint32_t c0[K(lanes)], c1[K(lanes)], c2[K(lanes)], c3[K(lanes)];
  for (int l = 0; l < K(lanes); l++) {
    c0[l] = (uint32_t)(block + (uint64_t)l);
    c1[l] = how->site;
    c2[l] = how->stream;
    c3[l] = how->purpose;
  }
  uint32_t k0 = (uint32_t)how->seed, k1 = (uint32_t)(how->seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int l = 0; l < K(lanes); l++) {
      uint64_t first = (uint64_t)c0[l] * 0xD2511F53u;
      uint64_t second = (uint64_t)c2[l] * 0xCD9E8D57u;
      uint32_t n0 = (uint32_t)(second >> 32) ^ c1[l] ^ k0;
      uint32_t n2 = (uint32_t)(first >> 32) ^ c3[l] ^ k1;
      c1[l] = (uint32_t)second;
      c3[l] = (uint32_t)first;
      c0[l] = n0;
      c2[l] = n2;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int l = 0; l < K(lanes); l++) {
    words[0][l] = c0[l];
    words[1][l] = c1[l];
    words[2][l] = c2[l];
    words[3][l] = c3[l];
  }
}

// The factors (0 or scale) of 64 elements from `first` on.
static inline void K(mask)(float factors[4 * K(lanes)], uint64_t first, const kiseki_dropout *how) {
  uint32_t words[4][K(lanes)];
  K(philox)(words, first / 4, how);
  for (int l = 0; l < K(lanes); l++)
    for (int w = 0; w < 4; w++) factors[4 * l + w] = words[w][l] < how->keep_limit ? how->scale : 0.0f;
}

static void K(dropout)(float *y, const float *x, size_t count, uint64_t first, const kiseki_dropout *how) {
  float factors[4 * K(lanes)];
  for (size_t i = 0; i < count; i += 4 * K(lanes)) {
    K(mask)(factors, first + i, how);
    size_t n = count - i < 4 * K(lanes) ? count - i : 4 * K(lanes);
    IN_PLACE for (size_t j = 0; j < n; j++) y[i + j] = x[i + j] * factors[j];
  }
}

static void K(dropout_add)(float *y, const float *residual, const float *x, size_t count, uint64_t first,
                           const kiseki_dropout *how) {
  float factors[4 * K(lanes)];
  for (size_t i = 0; i < count; i += 4 * K(lanes)) {
    K(mask)(factors, first + i, how);
    size_t n = count - i < 4 * K(lanes) ? count - i : 4 * K(lanes);
    IN_PLACE for (size_t j = 0; j < n; j++) y[i + j] = residual[i + j] + x[i + j] * factors[j];
  }
}

static void K(add_uniform)(float *restrict y, size_t count, uint64_t first, const kiseki_dropout *how, float bound) {
  // A word as a signed number is symmetric around 0.
  float unit = bound * 0x1p-31f;
  uint32_t words[4][K(lanes)];
  for (size_t i = 0; i < count; i += 4 * K(lanes)) {
    K(philox)(words, (first + i) / 4, how);
    float noise[4 * K(lanes)];
    for (int l = 0; l < K(lanes); l++)
      for (int w = 0; w < 4; w++) noise[4 * l + w] = (float)(int32_t)words[w][l] * unit;
    size_t n = count - i < 4 * K(lanes) ? count - i : 4 * K(lanes);
    for (size_t j = 0; j < n; j++) y[i + j] += noise[j];
  }
}
