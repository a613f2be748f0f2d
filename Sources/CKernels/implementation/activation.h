// Activation functions. gelu (arXiv:1606.08415) in its tanh form ("gelu_new") and exact form, relu, silu, tanh.

// A value's bits must not depend on whether it falls in a loop's vector body or its rest.
#pragma clang fp reassociate(off)

static inline float K(gelu_tanh)(float x) {
  float u = 0.7978845608f * (x + 0.044715f * x * x * x);
  return 0.5f * x * (1.0f + K(hyperbolic_tangent)(u));
}

static inline float K(gelu_tanh_slope)(float x) {
  float u = 0.7978845608f * (x + 0.044715f * x * x * x);
  float t = K(hyperbolic_tangent)(u);
  float du = 0.7978845608f * (1.0f + 3.0f * 0.044715f * x * x);
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * du;
}

static inline float K(gelu_erf)(float x) { return 0.5f * x * (1.0f + erff(x * 0.7071067812f)); }

static inline float K(gelu_erf_slope)(float x) {
  float density = 0.3989422804f * K(exponential)(-0.5f * x * x);
  return 0.5f * (1.0f + erff(x * 0.7071067812f)) + x * density;
}

static inline float K(sigmoid)(float x) { return 1.0f / (1.0f + K(exponential)(-x)); }

// Values may be overwritten in place. Without this promise that iterations are independent, a loop over memory that
// turns out to be the same would run one value at a time, some thirty times slower.
#define IN_PLACE _Pragma("clang loop vectorize(assume_safety)")

static void K(activation_forward)(float *y, const float *x, size_t count, kiseki_activation kind) {
  switch (kind) {
    case kiseki_activation_gelu_tanh:
      IN_PLACE for (size_t i = 0; i < count; i++) y[i] = K(gelu_tanh)(x[i]);
      break;
    case kiseki_activation_gelu_erf:
      for (size_t i = 0; i < count; i++) y[i] = K(gelu_erf)(x[i]);
      break;
    case kiseki_activation_relu:
      IN_PLACE for (size_t i = 0; i < count; i++) y[i] = x[i] > 0.0f ? x[i] : 0.0f;
      break;
    case kiseki_activation_silu:
      IN_PLACE for (size_t i = 0; i < count; i++) y[i] = x[i] * K(sigmoid)(x[i]);
      break;
    case kiseki_activation_tanh:
      IN_PLACE for (size_t i = 0; i < count; i++) y[i] = K(hyperbolic_tangent)(x[i]);
      break;
  }
}

static void K(activation_backward)(float *dx, const float *dy, const float *x, size_t count,
                                   kiseki_activation kind) {
  switch (kind) {
    case kiseki_activation_gelu_tanh:
      IN_PLACE for (size_t i = 0; i < count; i++) dx[i] = dy[i] * K(gelu_tanh_slope)(x[i]);
      break;
    case kiseki_activation_gelu_erf:
      for (size_t i = 0; i < count; i++) dx[i] = dy[i] * K(gelu_erf_slope)(x[i]);
      break;
    case kiseki_activation_relu:
      IN_PLACE for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f ? dy[i] : 0.0f;
      break;
    case kiseki_activation_silu:
      IN_PLACE for (size_t i = 0; i < count; i++) {
        float s = K(sigmoid)(x[i]);
        dx[i] = dy[i] * s * (1.0f + x[i] * (1.0f - s));
      }
      break;
    case kiseki_activation_tanh:
      IN_PLACE for (size_t i = 0; i < count; i++) {
        float t = K(hyperbolic_tangent)(x[i]);
        dx[i] = dy[i] * (1.0f - t * t);
      }
      break;
  }
}

#pragma clang fp reassociate(on)
