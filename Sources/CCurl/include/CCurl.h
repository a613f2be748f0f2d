// HTTP exchanges through libcurl, several at once on one thread. libcurl is loaded when the first set of exchanges is
// opened and not before: commands that ask nobody do not pay for it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct kiseki_http kiseki_http;

typedef enum {
  kiseki_http_answered = 0,
  kiseki_http_timeout,
  // The connection could not be made, or broke: it may work another time.
  kiseki_http_broken,
  // The answer is longer than any that could be meant.
  kiseki_http_too_long,
  // The address or the server's certificate is refused: it will not work another time either.
  kiseki_http_refused,
} kiseki_http_ending;

// One exchange that has ended. The pointers are good until the next call.
typedef struct {
  size_t tag;
  kiseki_http_ending ending;
  // What libcurl calls the failure; it names no address.
  const char *reason;
  long status;
  const char *body;
  size_t body_length;
  // The lines of the last answer's head.
  const char *head;
  size_t head_length;
} kiseki_http_result;

// A new set of exchanges; NULL, with the reason in `*error`, when libcurl is not to be had or memory is short.
kiseki_http *kiseki_http_open(const char **error);

// Ends what has not ended.
void kiseki_http_close(kiseki_http *http);

// Begins to post a body. `headers` are whole lines, NULL behind the last one. Everything is copied.
bool kiseki_http_post(kiseki_http *http, size_t tag, const char *url, const char *const *headers, const char *body,
                      size_t length, long timeout_milliseconds);

// Lets the exchanges go on for at most so long, or until one has ended.
void kiseki_http_wait(kiseki_http *http, int milliseconds);

// Takes an exchange that has ended; false when there is none.
bool kiseki_http_take(kiseki_http *http, kiseki_http_result *result);
