// AdamW (arXiv:1711.05101): p -= rate * decay * p; then p -= rate / c1 * m / (sqrt(v) / sqrt(c2) + epsilon).

static void K(adamw)(float *restrict values, const float *restrict gradients, float *restrict first,
                     float *restrict second, size_t count, const kiseki_adamw *how) {
  float keep = 1.0f - how->learning_rate * how->weight_decay;
  float step = how->learning_rate / how->bias_correction1;
  float beta1 = how->beta1, beta2 = how->beta2, epsilon = how->epsilon;
  float rest1 = 1.0f - beta1, rest2 = 1.0f - beta2;
  float root = 1.0f / how->bias_correction2_sqrt;
  for (size_t i = 0; i < count; i++) {
    float g = gradients[i];
    float m = beta1 * first[i] + rest1 * g;
    float v = beta2 * second[i] + rest2 * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = values[i] * keep - step * m / (__builtin_elementwise_sqrt(v) * root + epsilon);
  }
}
