#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded SentencePiece model. Once loaded it is only read, so threads may share it.
typedef struct ksp_model ksp_model;

/// What a vocabulary entry is.
typedef enum {
  KSP_PIECE_NORMAL = 0,
  KSP_PIECE_UNKNOWN = 1,
  KSP_PIECE_CONTROL = 2,
  KSP_PIECE_UNUSED = 3,
  KSP_PIECE_BYTE = 4
} ksp_piece_kind;

/// Every function that returns int answers 0 on success; otherwise ksp_message() says why.
/// Buffers handed out belong to the calling thread and live until its next call to the same function.

/// The sentence of this thread's last failure.
const char *ksp_message(void);

int ksp_load(const void *bytes, size_t count, ksp_model **model);
void ksp_free(ksp_model *model);

int ksp_encode(const ksp_model *model, const char *text, size_t count, const int32_t **ids, size_t *id_count);
int ksp_decode(const ksp_model *model, const int32_t *ids, size_t id_count, const char **text, size_t *count);

int32_t ksp_vocabulary_size(const ksp_model *model);

/// The ids of the special pieces, or -1 where the model has none.
int32_t ksp_end_of_sequence_id(const ksp_model *model);
int32_t ksp_padding_id(const ksp_model *model);
int32_t ksp_unknown_id(const ksp_model *model);

/// `id` must be in 0 ..< ksp_vocabulary_size. The text belongs to the model.
const char *ksp_piece(const ksp_model *model, int32_t id, size_t *count);
ksp_piece_kind ksp_kind(const ksp_model *model, int32_t id);

#ifdef __cplusplus
}
#endif
