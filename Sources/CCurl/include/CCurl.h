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
  // What came could not be put into the file; the reason is the system's.
  kiseki_http_unwritten,
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

// Where the body of an answer goes that has a good status, 200 or 206; any other body is kept in memory.
typedef struct {
  // Open for writing; -1 for none, and then a good body is kept in memory, too. Stays the caller's.
  int descriptor;
  // Where the bytes of a 206 go to. A 200 has the whole: the file is emptied, and begins anew.
  long long offset;
  // The file never grows beyond this: the answer counts as too long then.
  long long limit;
} kiseki_http_file;

// Begins to get something. It may take any time as long as something comes: after `stall_seconds` without, it has
// timed out. Redirections are not followed.
bool kiseki_http_get(kiseki_http *http, size_t tag, const char *url, const char *const *headers, kiseki_http_file file,
                     long stall_seconds);

// Bytes in the file of a running exchange; 0 when there is none of this tag.
long long kiseki_http_file_length(const kiseki_http *http, size_t tag);

// Lets the exchanges go on for at most so long, or until one has ended.
void kiseki_http_wait(kiseki_http *http, int milliseconds);

// Takes an exchange that has ended; false when there is none.
bool kiseki_http_take(kiseki_http *http, kiseki_http_result *result);
