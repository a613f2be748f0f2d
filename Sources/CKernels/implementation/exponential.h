// Elementary functions that vectorise. Included once per instruction set, inside its attribute.

// The argument is reduced in two steps whose order matters; and nothing here is a sum over values.
#pragma clang fp reassociate(off)

// exp(x) to about 1 ulp: 2^n * e^r with |r| <= ln(2)/2, e^r by its Taylor polynomial of degree 7.
// Below -87.3 the result is 0, above 88.7 it stays finite (largest power).
static inline float K(exponential)(float x) {
  float clamped = x < -87.33654f ? -87.33654f : (x > 88.37626f ? 88.37626f : x);
  float n = __builtin_elementwise_roundeven(clamped * 1.44269504f);
  float r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.0f / 5040.0f;
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  union {
    int32_t bits;
    float value;
  } power = {.bits = ((int32_t)n + 127) << 23};
  float result = p * power.value;
  return x < -87.33654f ? 0.0f : result;
}

// tanh(x) = 1 - 2 / (exp(2x) + 1).
static inline float K(hyperbolic_tangent)(float x) { return 1.0f - 2.0f / (K(exponential)(2.0f * x) + 1.0f); }

#pragma clang fp reassociate(on)
