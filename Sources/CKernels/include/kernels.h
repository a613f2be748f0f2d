// Kernels: the elementwise, normalising and reducing loops of the engine, in plain C.
//
// Conventions, unless a comment says otherwise:
//  - matrices are row-major float32, `rows` x `width`, without padding between rows;
//  - pointers of one call do not overlap, except where a comment allows in-place use;
//  - nothing allocates, nothing keeps state, every function may run on any thread;
//  - a row's result depends on that row alone, never on how many rows a call has.
//
// Every kernel is compiled once per instruction set; `kiseki_kernels_for` hands out the table.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  kiseki_isa_baseline = 0,  // x86-64 without extensions, or the compiler's default elsewhere
  kiseki_isa_v3 = 1,        // AVX2, FMA
  kiseki_isa_v4 = 2,        // AVX-512 F, BW, CD, DQ, VL
} kiseki_isa;

typedef enum {
  kiseki_activation_gelu_tanh = 0,
  kiseki_activation_gelu_erf = 1,
  kiseki_activation_relu = 2,
  kiseki_activation_silu = 3,
  kiseki_activation_tanh = 4,
} kiseki_activation;

// The types weights are held in.
typedef enum {
  kiseki_float32 = 0,
  kiseki_bfloat16 = 1,
  kiseki_float16 = 2,
} kiseki_number;

// Where a dropout mask comes from: Philox 4x32-10, counter (element / 4, site, stream, purpose), lane element % 4.
// An element is kept when its word is below `keep_limit`, and then multiplied by `scale`.
typedef struct {
  uint64_t seed;
  uint32_t purpose;
  uint32_t stream;      // the optimizer step
  uint32_t site;        // which layer and which place in it
  uint32_t keep_limit;  // keep probability * 2^32
  float scale;          // 1 / keep probability
} kiseki_dropout;

typedef struct {
  float learning_rate;
  float beta1, beta2, epsilon;
  float rest1, rest2;           // 1 - beta1, 1 - beta2, rounded once
  float weight_decay;           // decoupled from the gradient
  float l2;                     // in the gradient
  float bias_correction1;       // 1 - beta1^t
  float bias_correction2_sqrt;  // sqrt(1 - beta2^t)
} kiseki_adam;

// Elements of an 8-bit state that share a scale.
#define KISEKI_STATE_BLOCK 256

// What the codes of an 8-bit state stand for: 256 ascending values, and the 255 midpoints between neighbours.
typedef struct {
  const float *values;
  const float *midpoints;
} kiseki_code;

typedef struct {
  const char *name;

  // y = (x - mean) * rstd * gain + bias per row; mean and rstd [rows] are kept for the backward pass.
  void (*layer_norm_forward)(float *y, float *mean, float *rstd, const float *x, const float *gain,
                             const float *bias, size_t rows, size_t width, float epsilon);
  // dx += the gradient through the normalisation.
  void (*layer_norm_backward)(float *dx, const float *dy, const float *x, const float *mean, const float *rstd,
                              const float *gain, size_t rows, size_t width);
  // dgain, dbias [columns] += sums over all rows, for the columns [0, columns) of matrices with `width` columns.
  void (*layer_norm_parameters_backward)(float *dgain, float *dbias, const float *dy, const float *x,
                                         const float *mean, const float *rstd, size_t rows, size_t width,
                                         size_t columns);

  // y = f(x); in place allowed.
  void (*activation_forward)(float *y, const float *x, size_t count, kiseki_activation kind);
  // dx = dy * f'(x); dx may be dy.
  void (*activation_backward)(float *dx, const float *dy, const float *x, size_t count, kiseki_activation kind);

  // y = bias in every row; y = x + bias in every row. `bias` may be NULL.
  void (*set_rows)(float *y, const float *bias, size_t rows, size_t width);
  void (*add_rows)(float *y, const float *x, const float *bias, size_t rows, size_t width);
  // sum [columns] += sums over the rows of x [rows, width], columns [0, columns).
  void (*sum_rows)(float *sum, const float *x, size_t rows, size_t width, size_t columns);
  // y += x * factor; y *= factor.
  void (*add_scaled)(float *y, const float *x, float factor, size_t count);
  void (*scale)(float *y, float factor, size_t count);
  // Sum of squares in double, fixed order.
  double (*sum_of_squares)(const float *x, size_t count);

  // Columns of matrices, as weight-decomposed adapters need them.
  // y = x * (factors + shift) + bias, column by column; `bias` may be NULL; in place allowed.
  void (*scale_columns)(float *y, const float *x, const float *factors, float shift, const float *bias, size_t rows,
                        size_t width);
  // y += x * (factors + shift), column by column.
  void (*add_scaled_columns)(float *y, const float *x, const float *factors, float shift, size_t rows, size_t width);
  // sums [columns] += sum over the rows of a * b, divided by divisors [columns]; a divisor of 0 adds nothing.
  void (*column_quotients)(float *sums, const float *a, const float *b, const float *divisors, size_t rows,
                           size_t width, size_t columns);
  // squares [columns] = the sum of squares of each column.
  void (*column_squares)(float *squares, const float *x, size_t rows, size_t width, size_t columns);
  // norms [columns] of the rows of V + factor B A, from the squares of V's rows [columns], A V^T [rank, stride],
  // B [columns, rank] and A A^T [rank, rank].
  void (*decomposed_norms)(float *norms, const float *squares, const float *product, size_t stride, const float *up,
                           const float *gram, size_t rank, float factor, size_t columns);
  // y = a / b, 0 where b is 0.
  void (*quotients)(float *y, const float *a, const float *b, size_t count);

  // y = mask * x; y = residual + mask * x. In place (y == x, y == residual) allowed. `first` is a multiple of 4:
  // the index of x[0] in the mask.
  void (*dropout)(float *y, const float *x, size_t count, uint64_t first, const kiseki_dropout *how);
  void (*dropout_add)(float *y, const float *residual, const float *x, size_t count, uint64_t first,
                      const kiseki_dropout *how);

  // y += uniform numbers within (-bound, bound), from the words that a dropout mask is made of; `first` as there. `how`
  // gives the stream alone.
  void (*add_uniform)(float *y, size_t count, uint64_t first, const kiseki_dropout *how, float bound);

  // x[i] = token_table[tokens[i]] + position_table[positions[i]].
  void (*embedding_forward)(float *x, const int32_t *tokens, const int32_t *positions, const void *token_table,
                            kiseki_number token_type, const void *position_table, kiseki_number position_type,
                            size_t rows, size_t width);
  // token_gradient[tokens[i]] += dx[i], likewise positions, in row order, for `columns` columns from the pointers on;
  // `position_gradient` may be NULL.
  void (*embedding_backward)(float *token_gradient, float *position_gradient, const float *dx, const int32_t *tokens,
                             const int32_t *positions, size_t rows, size_t width, size_t columns);

  // Rows of attention scores: row i sees keys [0, first_query + i]; the rest up to `keys` becomes 0.
  // scores [queries, keys] become probabilities in place, log_sum [queries * log_sum_stride] their log-sum-exp.
  void (*causal_softmax)(float *scores, float *log_sum, size_t log_sum_stride, size_t queries, size_t keys,
                         size_t first_query, float factor);
  // Probabilities again from raw scores and the kept log-sum-exp.
  void (*causal_softmax_again)(float *scores, const float *log_sum, size_t log_sum_stride, size_t queries,
                               size_t keys, size_t first_query, float factor);
  // Every row of x [rows, width] gets `value` in the columns where `hidden` is not 0.
  void (*hide_columns)(float *x, const uint8_t *hidden, size_t rows, size_t width, float value);
  // d_scores (in place of d_probabilities) = p * (dp - delta) * factor, delta[i] = <dy_i, y_i>.
  void (*softmax_backward)(float *d_probabilities, const float *probabilities, const float *delta, size_t queries,
                           size_t keys, float factor);
  // delta[i] = <a_i, b_i> over `width` columns of rows `stride` apart.
  void (*row_dots)(float *delta, const float *a, const float *b, size_t rows, size_t width, size_t stride);

  // losses[i] = -log softmax(logits_i)[targets[i]] in nats. With `gradient`, logits become
  // weight * weights[i] * (softmax - onehot); `weights` may be NULL for ones.
  void (*cross_entropy)(float *losses, float *logits, const int32_t *targets, const float *weights, size_t rows,
                        size_t vocabulary, float weight, bool gradient);
  // The lowest index of the largest value, and the gap to the next largest.
  size_t (*argmax)(const float *values, size_t count);

  // Optimizer updates. Adam and AdamW, bias-corrected.
  void (*adam)(float *values, const float *gradients, float *first, float *second, size_t count,
               const kiseki_adam *how);
  // The same with moments of 8 bits: code c of block b stands for code.values[c] * scales[b]. Blocks count from `values`.
  void (*adam_8bit)(float *values, const float *gradients, uint8_t *first, float *first_scales, uint8_t *second,
                    float *second_scales, size_t count, const kiseki_adam *how, const kiseki_code *first_code,
                    const kiseki_code *second_code);
  // Gradient descent with Nesterov's momentum.
  void (*sgd)(float *values, const float *gradients, float *velocity, size_t count, float learning_rate,
              float momentum, float l2);
  void (*rmsprop)(float *values, const float *gradients, float *squares, float *velocity, size_t count,
                  float learning_rate, float alpha, float momentum, float epsilon, float l2);
  void (*adadelta)(float *values, const float *gradients, float *squares, float *changes, size_t count,
                   float learning_rate, float rho, float epsilon, float l2);

  // Decoding. sums [rows, columns] = x [rows, inner] (row stride x_stride) times a matrix (row stride matrix_stride).
  // A row's bits do not depend on `rows`, nor on the type the same weights are held in.
  void (*decode_input_major)(float *sums, const float *x, size_t x_stride, const void *matrix, kiseki_number type,
                             size_t matrix_stride, size_t rows, size_t inner, size_t columns);
  // y [rows, columns] (row stride y_stride) = the sum, in order, of `part_count` parts [rows, columns], plus bias, which
  // may be NULL.
  void (*add_parts)(float *y, size_t y_stride, const float *parts, size_t part_count, size_t part_stride,
                    size_t row_stride, const float *bias, size_t rows, size_t columns);
  // y [rows, columns] (row stride y_stride) = x [rows, inner] times a matrix stored transposed: row j of it [inner]
  // gives column j. The promise is the same.
  void (*decode_output_major)(float *y, size_t y_stride, const float *x, const void *matrix, kiseki_number type,
                              size_t rows, size_t inner, size_t columns);
  // One head of one query against `length` cached keys and values (row stride `stride`): y [head_width].
  // `scores` is scratch [length].
  void (*decode_attention)(float *y, float *scores, const float *query, const float *keys, const float *values,
                           size_t length, size_t head_width, size_t stride, float factor);
  // The same where key and value of position t lie at row places[t].
  void (*decode_attention_at)(float *y, float *scores, const float *query, const float *keys, const float *values,
                              const int32_t *places, size_t length, size_t head_width, size_t stride, float factor);

  // Choosing a token. x becomes log softmax(x).
  void (*log_softmax)(float *x, size_t count);
  // The `keep` <= count largest values in descending order and their indices, the lower index first among equals.
  void (*select_largest)(float *values, int32_t *indices, const float *x, size_t count, size_t keep);
  // Logits x become exp((x - max) / temperature), and 0 where a value is below the top_k-th largest (0: none), or in
  // the tail of the rest that together has at most the share 1 - top_p. Equal values go together. scratch [count].
  void (*sampling_weights)(float *x, float *scratch, size_t count, float temperature, size_t top_k, double top_p);
  // The first index up to which the weights sum to more than `unit`, in [0, 1), of them all.
  size_t (*draw)(const float *weights, size_t count, double unit);

  // 16-bit weights.
  void (*from_bfloat16)(float *y, const uint16_t *x, size_t count);
  void (*from_float16)(float *y, const uint16_t *x, size_t count);
  void (*to_bfloat16)(uint16_t *y, const float *x, size_t count);
  void (*to_float16)(uint16_t *y, const float *x, size_t count);
  // y [rows, columns] = the transpose of x [columns, rows], row strides given.
  void (*to_bfloat16_transposed)(uint16_t *y, size_t y_stride, const float *x, size_t x_stride, size_t rows,
                                 size_t columns);
  // float32 from any type.
  void (*widen)(float *y, const void *x, kiseki_number type, size_t count);
  // float32 values that bfloat16 has, each the nearest, ties to even. In place allowed.
  void (*round_to_bfloat16)(float *y, const float *x, size_t count);
  // True when every value of a 16-bit type is finite.
  bool (*all_finite_narrow)(const uint16_t *x, kiseki_number type, size_t count);
  // True when every value is finite.
  bool (*all_finite)(const float *x, size_t count);
} kiseki_kernels;

// The best instruction set this processor has.
kiseki_isa kiseki_isa_detect(void);
// The table for an instruction set, NULL when this processor does not have it.
const kiseki_kernels *kiseki_kernels_for(kiseki_isa isa);

// Processors this process may use; at least 1.
size_t kiseki_core_count(void);
// The largest resident memory of this process so far, in bytes; 0 when the system does not tell.
size_t kiseki_peak_bytes(void);
// The memory this process holds now, in bytes; 0 when the system does not tell.
size_t kiseki_resident_bytes(void);

// Tells the processor that this thread waits for a value to change.
static inline void kiseki_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
