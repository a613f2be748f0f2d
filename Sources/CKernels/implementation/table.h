// All kernels for one instruction set. The including file defines KISEKI_ISA and sets the target attribute.

#include "exponential.h"
#include "conversion.h"
#include "normalization.h"
#include "activation.h"
#include "rows.h"
#include "columns.h"
#include "dropout.h"
#include "softmax.h"
#include "optimizer.h"
#include "decode.h"
#include "choice.h"
#include "beams.h"

const kiseki_kernels K(kiseki_table) = {
    .name = KISEKI_ISA_NAME,
    .layer_norm_forward = K(layer_norm_forward),
    .layer_norm_backward = K(layer_norm_backward),
    .layer_norm_parameters_backward = K(layer_norm_parameters_backward),
    .activation_forward = K(activation_forward),
    .activation_backward = K(activation_backward),
    .set_rows = K(set_rows),
    .add_rows = K(add_rows),
    .sum_rows = K(sum_rows),
    .add_scaled = K(add_scaled),
    .scale = K(scale),
    .sum_of_squares = K(sum_of_squares),
    .scale_columns = K(scale_columns),
    .add_scaled_columns = K(add_scaled_columns),
    .column_quotients = K(column_quotients),
    .column_squares = K(column_squares),
    .decomposed_norms = K(decomposed_norms),
    .quotients = K(quotients),
    .dropout = K(dropout),
    .dropout_add = K(dropout_add),
    .add_uniform = K(add_uniform),
    .embedding_forward = K(embedding_forward),
    .embedding_backward = K(embedding_backward),
    .causal_softmax = K(causal_softmax),
    .causal_softmax_again = K(causal_softmax_again),
    .hide_columns = K(hide_columns),
    .softmax_backward = K(softmax_backward),
    .row_dots = K(row_dots),
    .cross_entropy = K(cross_entropy),
    .argmax = K(argmax),
    .adam = K(adam),
    .adam_8bit = K(adam_8bit),
    .sgd = K(sgd),
    .rmsprop = K(rmsprop),
    .adadelta = K(adadelta),
    .decode_input_major = K(decode_input_major),
    .add_parts = K(add_parts),
    .decode_output_major = K(decode_output_major),
    .decode_attention = K(decode_attention),
    .decode_attention_at = K(decode_attention_at),
    .log_softmax = K(log_softmax),
    .select_largest = K(select_largest),
    .sampling_weights = K(sampling_weights),
    .draw = K(draw),
    .from_bfloat16 = K(from_bfloat16),
    .from_float16 = K(from_float16),
    .to_bfloat16 = K(to_bfloat16),
    .to_float16 = K(to_float16),
    .to_bfloat16_transposed = K(to_bfloat16_transposed),
    .widen = K(widen),
    .round_to_bfloat16 = K(round_to_bfloat16),
    .all_finite_narrow = K(all_finite_narrow),
    .all_finite = K(all_finite),
};
