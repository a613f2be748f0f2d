#pragma once

// Mustache templates behind a C interface; no exception crosses it.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Fills a template in: `{{name}}` is escaped for HTML text and quoted attributes, `{{{name}}}` is not.
///
/// `data` and `partials` are values in a compact form, lengths and counts as 8 bytes in the machine's order:
///   'S' length bytes          a text
///   'T' or 'F'                a yes or no
///   'L' count value...        a list
///   'O' count (length bytes value)...  an object
/// `partials` is an object of template texts; text in `data` is never read as a template.
///
/// Answers 0 and a text of the calling thread that lives until its next call; otherwise kmu_message() says why. A name the
/// data does not have is such a reason, so that no template silently leaves something out.
int kmu_render(
    const char *text, size_t count, const void *data, size_t data_count, const void *partials, size_t partials_count,
    const char **rendered, size_t *rendered_count);

/// The sentence of this thread's last failure.
const char *kmu_message(void);

#ifdef __cplusplus
}
#endif
