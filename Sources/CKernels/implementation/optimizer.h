// Optimizer updates, element by element. `l2` is added to the gradient as l2 * p, `weight_decay` is decoupled from it.

// Adam (arXiv:1412.6980, L2 in the gradient) and AdamW (arXiv:1711.05101, decoupled):
// p -= rate * decay * p; then p -= rate / c1 * m / (sqrt(v) / sqrt(c2) + epsilon).
static void K(adam)(float *restrict values, const float *restrict gradients, float *restrict first,
                    float *restrict second, size_t count, const kiseki_adam *how) {
  float keep = 1.0f - how->learning_rate * how->weight_decay;
  float step = how->learning_rate / how->bias_correction1;
  float beta1 = how->beta1, beta2 = how->beta2, epsilon = how->epsilon, l2 = how->l2;
  float rest1 = how->rest1, rest2 = how->rest2;
  float root = 1.0f / how->bias_correction2_sqrt;
  for (size_t i = 0; i < count; i++) {
    float g = gradients[i] + l2 * values[i];
    float m = beta1 * first[i] + rest1 * g;
    float v = beta2 * second[i] + rest2 * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = values[i] * keep - step * m / (__builtin_elementwise_sqrt(v) * root + epsilon);
  }
}

static void K(decode_block)(float *restrict x, const uint8_t *restrict codes, float scale, const float *restrict values,
                            size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = values[codes[i]] * scale;
}

// The nearest code of every x / max |x|, the lower of two as near; returns max |x|.
static float K(encode_block)(uint8_t *restrict codes, const float *restrict x, const float *restrict midpoints,
                             size_t count) {
  // Magnitudes are ordered as their bits are, and a maximum of integers vectorises.
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7FFFFFFFu;
    largest = bits > largest ? bits : largest;
  }
  float scale;
  memcpy(&scale, &largest, sizeof scale);
  if (scale == 0.0f) {
    // Whatever the codes stand for, times 0.
    memset(codes, 0, count);
    return scale;
  }
  // Midpoints below the value are counted by halving, all elements together so that the loop vectorises. A quotient, not
  // a product with 1 / scale: that is infinite for the squares of tiny gradients.
  float ratios[KISEKI_STATE_BLOCK];
  uint32_t places[KISEKI_STATE_BLOCK] = {0};
  for (size_t i = 0; i < count; i++) ratios[i] = x[i] / scale;
  for (uint32_t half = 128; half > 0; half /= 2)
    for (size_t i = 0; i < count; i++) places[i] += ratios[i] > midpoints[places[i] + half - 1] ? half : 0;
  for (size_t i = 0; i < count; i++) codes[i] = (uint8_t)places[i];
  return scale;
}

// Adam with 8-bit moments (arXiv:2110.02861). The step uses the moments before they are rounded again.
static void K(adam_8bit)(float *restrict values, const float *restrict gradients, uint8_t *restrict first,
                         float *restrict first_scales, uint8_t *restrict second, float *restrict second_scales,
                         size_t count, const kiseki_adam *how, const kiseki_code *first_code,
                         const kiseki_code *second_code) {
  float m[KISEKI_STATE_BLOCK], v[KISEKI_STATE_BLOCK];
  for (size_t start = 0; start < count; start += KISEKI_STATE_BLOCK) {
    size_t size = count - start < KISEKI_STATE_BLOCK ? count - start : KISEKI_STATE_BLOCK;
    size_t block = start / KISEKI_STATE_BLOCK;
    K(decode_block)(m, first + start, first_scales[block], first_code->values, size);
    K(decode_block)(v, second + start, second_scales[block], second_code->values, size);
    K(adam)(values + start, gradients + start, m, v, size, how);
    first_scales[block] = K(encode_block)(first + start, m, first_code->midpoints, size);
    second_scales[block] = K(encode_block)(second + start, v, second_code->midpoints, size);
  }
}

// b = momentum * b + g; p -= rate * (g + momentum * b), after Nesterov as in Sutskever et al. (ICML 2013).
static void K(sgd)(float *restrict values, const float *restrict gradients, float *restrict velocity, size_t count,
                   float learning_rate, float momentum, float l2) {
  for (size_t i = 0; i < count; i++) {
    float g = gradients[i] + l2 * values[i];
    float b = momentum * velocity[i] + g;
    velocity[i] = b;
    values[i] -= learning_rate * (g + momentum * b);
  }
}

// s = alpha * s + (1 - alpha) * g^2; b = momentum * b + g / (sqrt(s) + epsilon); p -= rate * b (Hinton's lecture 6e).
static void K(rmsprop)(float *restrict values, const float *restrict gradients, float *restrict squares,
                       float *restrict velocity, size_t count, float learning_rate, float alpha, float momentum,
                       float epsilon, float l2) {
  float rest = 1.0f - alpha;
  for (size_t i = 0; i < count; i++) {
    float g = gradients[i] + l2 * values[i];
    float s = alpha * squares[i] + rest * g * g;
    float b = momentum * velocity[i] + g / (__builtin_elementwise_sqrt(s) + epsilon);
    squares[i] = s;
    velocity[i] = b;
    values[i] -= learning_rate * b;
  }
}

// s = rho * s + (1 - rho) * g^2; d = sqrt(u + epsilon) / sqrt(s + epsilon) * g; u = rho * u + (1 - rho) * d^2;
// p -= rate * d (arXiv:1212.5701).
static void K(adadelta)(float *restrict values, const float *restrict gradients, float *restrict squares,
                        float *restrict changes, size_t count, float learning_rate, float rho, float epsilon,
                        float l2) {
  float rest = 1.0f - rho;
  for (size_t i = 0; i < count; i++) {
    float g = gradients[i] + l2 * values[i];
    float s = rho * squares[i] + rest * g * g;
    float u = changes[i];
    float d = __builtin_elementwise_sqrt(u + epsilon) / __builtin_elementwise_sqrt(s + epsilon) * g;
    squares[i] = s;
    changes[i] = rho * u + rest * d * d;
    values[i] -= learning_rate * d;
  }
}
