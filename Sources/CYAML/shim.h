#include <libfyaml.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// libfyaml's events are a union of tokens; Swift reads them as this flat record. Every pointer in it belongs to the
// parser and is good until the event is freed.
struct kiseki_yaml_event {
  enum fy_event_type type;
  const char *text, *anchor, *tag;
  size_t text_length, anchor_length, tag_length;
  bool is_plain;
  int line, column;  // from 0; -1 where libfyaml knows none
};

// A parser that collects its complaints instead of printing them. It refers to `text`, which must outlive it.
// NULL only when memory is short. Duplicate keys are let through: the reader names them with both places.
static inline struct fy_parser *kiseki_yaml_open(const char *text, size_t length) {
  struct fy_parse_cfg configuration;
  memset(&configuration, 0, sizeof configuration);
  configuration.flags = (enum fy_parse_cfg_flags)(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                                                  FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS);
  // A parser made without diagnostics of its own prints to stderr, whatever its flags say.
  struct fy_diag_cfg quiet;
  fy_diag_cfg_default(&quiet);
  quiet.fp = NULL;
  struct fy_diag *diagnostics = fy_diag_create(&quiet);
  if (!diagnostics) return NULL;
  fy_diag_set_collect_errors(diagnostics, true);
  configuration.diag = diagnostics;
  struct fy_parser *parser = fy_parser_create(&configuration);
  fy_diag_unref(diagnostics);  // the parser holds its own reference
  if (!parser) return NULL;
  if (fy_parser_set_string(parser, text, length) != 0) {
    fy_parser_destroy(parser);
    return NULL;
  }
  return parser;
}

static inline void kiseki_yaml_text(struct fy_token *token, const char **text, size_t *length) {
  *text = token ? fy_token_get_text(token, length) : NULL;
  if (!*text) *length = 0;
}

// The next event, NULL at the end or after an error; to be freed with fy_parser_event_free.
static inline struct fy_event *kiseki_yaml_next(struct fy_parser *parser, struct kiseki_yaml_event *out) {
  struct fy_event *event = fy_parser_parse(parser);
  if (!event) return NULL;
  memset(out, 0, sizeof *out);
  out->type = event->type;
  out->line = out->column = -1;
  const struct fy_mark *mark = fy_event_start_mark(event);
  if (mark) {
    out->line = mark->line;
    out->column = mark->column;
  }
  struct fy_token *main_token = NULL, *anchor = NULL, *tag = NULL;
  switch (event->type) {
    case FYET_SCALAR:
      main_token = event->scalar.value;
      anchor = event->scalar.anchor;
      tag = event->scalar.tag;
      out->is_plain = !main_token || fy_token_scalar_style(main_token) == FYSS_PLAIN;
      break;
    case FYET_ALIAS: main_token = event->alias.anchor; break;
    case FYET_SEQUENCE_START:
      anchor = event->sequence_start.anchor;
      tag = event->sequence_start.tag;
      break;
    case FYET_MAPPING_START:
      anchor = event->mapping_start.anchor;
      tag = event->mapping_start.tag;
      break;
    default: break;
  }
  kiseki_yaml_text(main_token, &out->text, &out->text_length);
  kiseki_yaml_text(anchor, &out->anchor, &out->anchor_length);
  kiseki_yaml_text(tag, &out->tag, &out->tag_length);
  return event;
}

// The first collected complaint and its place (from 0), or NULL when there is none. The text lives with the parser.
static inline const char *kiseki_yaml_complaint(struct fy_parser *parser, int *line, int *column) {
  struct fy_diag *diagnostics = fy_parser_get_diag(parser);
  if (!diagnostics) return NULL;
  void *position = NULL;
  struct fy_diag_error *error = fy_diag_errors_iterate(diagnostics, &position);
  const char *message = error ? error->msg : NULL;
  if (error) {
    *line = error->line;
    *column = error->column;
  }
  fy_diag_unref(diagnostics);
  return message;
}
