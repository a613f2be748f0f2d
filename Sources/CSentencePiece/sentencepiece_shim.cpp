#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sentencepiece::logging {
// Exported by the library, but declared in no installed header.
void SetMinLogLevel(int level);
}  // namespace sentencepiece::logging

struct ksp_model {
  sentencepiece::SentencePieceProcessor processor;
};

static_assert(sizeof(int) == sizeof(int32_t), "ids are handed out as the library's own int");

namespace {

thread_local std::string message;
thread_local std::vector<int> encoded;
thread_local std::vector<int> to_decode;
thread_local std::string decoded;

// Runs `body` and turns a bad status or an exception into an answer a C caller can read.
template <typename Body>
int guarded(Body body) noexcept {
  try {
    const sentencepiece::util::Status status = body();
    if (status.ok()) return 0;
    message = status.error_message();
    return static_cast<int>(status.code());
  } catch (const std::exception &error) {
    try {
      message = error.what();
    } catch (...) {
      message.clear();
    }
  } catch (...) {
    message.clear();
  }
  return -1;
}

}  // namespace

const char *ksp_message(void) { return message.c_str(); }

int ksp_load(const void *bytes, size_t count, ksp_model **model) {
  *model = nullptr;
  return guarded([&] {
    // The library reports what it finds on standard error; failures come back as a status anyway.
    constexpr int silent = 4;
    sentencepiece::logging::SetMinLogLevel(silent);
    auto loaded = std::make_unique<ksp_model>();
    const auto status =
        loaded->processor.LoadFromSerializedProto(std::string_view(static_cast<const char *>(bytes), count));
    if (status.ok()) *model = loaded.release();
    return status;
  });
}

void ksp_free(ksp_model *model) { delete model; }

int ksp_encode(const ksp_model *model, const char *text, size_t count, const int32_t **ids, size_t *id_count) {
  *ids = nullptr;
  *id_count = 0;
  return guarded([&] {
    const auto status = model->processor.Encode(std::string_view(text, count), &encoded);
    if (status.ok()) {
      *ids = encoded.data();
      *id_count = encoded.size();
    }
    return status;
  });
}

int ksp_decode(const ksp_model *model, const int32_t *ids, size_t id_count, const char **text, size_t *count) {
  *text = nullptr;
  *count = 0;
  return guarded([&] {
    to_decode.assign(ids, ids + id_count);
    const auto status = model->processor.Decode(to_decode, &decoded);
    if (status.ok()) {
      *text = decoded.data();
      *count = decoded.size();
    }
    return status;
  });
}

int32_t ksp_vocabulary_size(const ksp_model *model) { return model->processor.GetPieceSize(); }

int32_t ksp_end_of_sequence_id(const ksp_model *model) { return model->processor.eos_id(); }

int32_t ksp_padding_id(const ksp_model *model) { return model->processor.pad_id(); }

int32_t ksp_unknown_id(const ksp_model *model) { return model->processor.unk_id(); }

const char *ksp_piece(const ksp_model *model, int32_t id, size_t *count) {
  const std::string &piece = model->processor.IdToPiece(id);
  *count = piece.size();
  return piece.data();
}

ksp_piece_kind ksp_kind(const ksp_model *model, int32_t id) {
  const auto &processor = model->processor;
  if (processor.IsUnknown(id)) return KSP_PIECE_UNKNOWN;
  if (processor.IsControl(id)) return KSP_PIECE_CONTROL;
  if (processor.IsUnused(id)) return KSP_PIECE_UNUSED;
  if (processor.IsByte(id)) return KSP_PIECE_BYTE;
  return KSP_PIECE_NORMAL;
}
