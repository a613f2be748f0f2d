#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// No honest judgement, and no list of a model's files, is as long.
static const size_t longest_answer = 8u << 20;

typedef struct {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  const char *(*easy_strerror)(CURLcode);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *);
  CURLMcode (*multi_add_handle)(CURLM *, CURL *);
  CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
  CURLMcode (*multi_perform)(CURLM *, int *);
  CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned int, int, int *);
  CURLMsg *(*multi_info_read)(CURLM *, int *);
} library_functions;

// Loaded and started once for the process; the reason when that failed.
static library_functions curl;
static const char *problem;
static pthread_once_t once = PTHREAD_ONCE_INIT;

typedef struct {
  char *bytes;
  size_t length;
  bool is_too_long;
} text;

typedef struct exchange {
  CURL *easy;
  struct curl_slist *headers;
  text body, head;
  kiseki_http_file file;
  // What kept bytes from going into the file.
  int file_error;
  // Whether the first bytes of the body have come, and where they went.
  bool has_begun, is_in_file;
  size_t tag;
  struct exchange *next;
} exchange;

struct kiseki_http {
  CURLM *multi;
  exchange *running;
  // The one whose result the caller looks at.
  exchange *taken;
};

static void append(text *to, const char *bytes, size_t length) {
  if (to->is_too_long || length > longest_answer - to->length) {
    to->is_too_long = true;
    return;
  }
  char *grown = realloc(to->bytes, to->length + length + 1);
  if (!grown) {
    to->is_too_long = true;
    return;
  }
  memcpy(grown + to->length, bytes, length);
  to->bytes = grown;
  to->length += length;
  grown[to->length] = 0;
}

// Where the body goes is known once its first bytes are there.
static void begin_body(exchange *of) {
  long status = 0;
  curl.easy_getinfo(of->easy, CURLINFO_RESPONSE_CODE, &status);
  of->has_begun = true;
  of->is_in_file = of->file.descriptor >= 0 && (status == 200 || status == 206);
  if (!of->is_in_file || status == 206) return;
  of->file.offset = 0;
  if (ftruncate(of->file.descriptor, 0) != 0) of->file_error = errno;
}

static bool write_to_file(exchange *of, const char *bytes, size_t length) {
  if ((long long)length > of->file.limit - of->file.offset) {
    of->body.is_too_long = true;
    return false;
  }
  while (length > 0 && !of->file_error) {
    ssize_t written = pwrite(of->file.descriptor, bytes, length, of->file.offset);
    if (written < 0) {
      if (errno != EINTR) of->file_error = errno;
      continue;
    }
    bytes += written;
    length -= (size_t)written;
    of->file.offset += written;
  }
  return !of->file_error;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
  exchange *of = context;
  if (!of->has_begun) begin_body(of);
  if (of->is_in_file) return write_to_file(of, bytes, size * count) ? size * count : 0;
  append(&of->body, bytes, size * count);
  return of->body.is_too_long ? 0 : size * count;
}

static size_t receive_head(char *bytes, size_t size, size_t count, void *context) {
  exchange *of = context;
  // "100 Continue" and the like come with heads of their own: the last one counts.
  if (size * count >= 5 && memcmp(bytes, "HTTP/", 5) == 0) of->head.length = 0;
  append(&of->head, bytes, size * count);
  return of->head.is_too_long ? 0 : size * count;
}

static void load(void) {
  void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  bool complete = handle != NULL;
#define FIND(name) complete = complete && (*(void **)&curl.name = dlsym(handle, "curl_" #name)) != NULL
  FIND(global_init);
  FIND(easy_init);
  FIND(easy_cleanup);
  FIND(easy_setopt);
  FIND(easy_getinfo);
  FIND(easy_strerror);
  FIND(slist_append);
  FIND(slist_free_all);
  FIND(multi_init);
  FIND(multi_cleanup);
  FIND(multi_add_handle);
  FIND(multi_remove_handle);
  FIND(multi_perform);
  FIND(multi_poll);
  FIND(multi_info_read);
#undef FIND
  if (!complete) {
    const char *message = dlerror();
    problem = message ? strdup(message) : "it lacks a function";
  } else if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    problem = "it does not start";
  }
}

kiseki_http *kiseki_http_open(const char **error) {
  pthread_once(&once, load);
  *error = problem;
  if (problem) return NULL;
  *error = "memory is short";
  kiseki_http *http = calloc(1, sizeof *http);
  if (http && (http->multi = curl.multi_init())) return http;
  free(http);
  return NULL;
}

static void release(exchange *of) {
  if (!of) return;
  if (of->easy) curl.easy_cleanup(of->easy);
  curl.slist_free_all(of->headers);
  free(of->body.bytes);
  free(of->head.bytes);
  free(of);
}

void kiseki_http_close(kiseki_http *http) {
  if (!http) return;
  release(http->taken);
  while (http->running) {
    exchange *next = http->running->next;
    curl.multi_remove_handle(http->multi, http->running->easy);
    release(http->running);
    http->running = next;
  }
  curl.multi_cleanup(http->multi);
  free(http);
}

static bool add_header(exchange *to, const char *line) {
  struct curl_slist *longer = curl.slist_append(to->headers, line);
  if (longer) to->headers = longer;
  return longer != NULL;
}

// What is the same for every exchange.
static bool configure(exchange *of, const char *url) {
  CURL *easy = of->easy;
  bool done = true;
#define SET(option, value) done = done && curl.easy_setopt(easy, option, value) == CURLE_OK
  SET(CURLOPT_URL, url);
  SET(CURLOPT_HTTPHEADER, of->headers);
  SET(CURLOPT_NOSIGNAL, 1L);
  // Another server must not be handed the key.
  SET(CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  SET(CURLOPT_WRITEFUNCTION, receive_body);
  SET(CURLOPT_WRITEDATA, of);
  SET(CURLOPT_HEADERFUNCTION, receive_head);
  SET(CURLOPT_HEADERDATA, of);
  SET(CURLOPT_PRIVATE, of);
  // What runs on this machine is reached without a proxy.
  const char *host = strstr(url, "://");
  host = host ? host + 3 : url;
  if (strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 || strncmp(host, "[::1]", 5) == 0)
    SET(CURLOPT_PROXY, "");
  return done;
}

static bool configure_post(exchange *of, const char *body, size_t length, long timeout_milliseconds) {
  CURL *easy = of->easy;
  bool done = true;
  SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
  SET(CURLOPT_COPYPOSTFIELDS, body);
  SET(CURLOPT_TIMEOUT_MS, timeout_milliseconds);
  return done;
}

static bool configure_get(exchange *of, long stall_seconds) {
  CURL *easy = of->easy;
  bool done = true;
  SET(CURLOPT_CONNECTTIMEOUT, stall_seconds);
  SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
  SET(CURLOPT_LOW_SPEED_TIME, stall_seconds);
  SET(CURLOPT_BUFFERSIZE, 256L << 10);
#undef SET
  return done;
}

// An exchange with its headers, not begun; NULL when memory is short.
static exchange *new_exchange(size_t tag, const char *const *headers) {
  exchange *new = calloc(1, sizeof *new);
  if (!new) return NULL;
  new->tag = tag;
  new->file.descriptor = -1;
  new->easy = curl.easy_init();
  bool done = new->easy != NULL;
  for (; done && *headers; headers++) done = add_header(new, *headers);
  if (done) return new;
  release(new);
  return NULL;
}

static bool begin(kiseki_http *http, exchange *new, bool is_configured) {
  if (!is_configured || curl.multi_add_handle(http->multi, new->easy) != CURLM_OK) {
    release(new);
    return false;
  }
  new->next = http->running;
  http->running = new;
  return true;
}

bool kiseki_http_post(kiseki_http *http, size_t tag, const char *url, const char *const *headers, const char *body,
                      size_t length, long timeout_milliseconds) {
  exchange *new = new_exchange(tag, headers);
  return new && begin(http, new, configure(new, url) && configure_post(new, body, length, timeout_milliseconds));
}

bool kiseki_http_get(kiseki_http *http, size_t tag, const char *url, const char *const *headers, kiseki_http_file file,
                     long stall_seconds) {
  exchange *new = new_exchange(tag, headers);
  if (!new) return false;
  new->file = file;
  return begin(http, new, configure(new, url) && configure_get(new, stall_seconds));
}

long long kiseki_http_file_length(const kiseki_http *http, size_t tag) {
  for (const exchange *of = http->running; of; of = of->next)
    if (of->tag == tag) return of->is_in_file ? of->file.offset : 0;
  return 0;
}

void kiseki_http_wait(kiseki_http *http, int milliseconds) {
  int before = 0, after = 0;
  for (exchange *of = http->running; of; of = of->next) before++;
  curl.multi_perform(http->multi, &after);
  if (after < before) return;
  curl.multi_poll(http->multi, NULL, 0, milliseconds, NULL);
  curl.multi_perform(http->multi, &after);
}

static kiseki_http_ending ending(CURLcode code, const exchange *of) {
  if (of->file_error) return kiseki_http_unwritten;
  if (of->body.is_too_long || of->head.is_too_long) return kiseki_http_too_long;
  switch (code) {
    case CURLE_OK: return kiseki_http_answered;
    case CURLE_OPERATION_TIMEDOUT: return kiseki_http_timeout;
    // What is no HTTP at all is called an unsupported protocol, and may be an accident: it is not among these.
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return kiseki_http_refused;
    default: return kiseki_http_broken;
  }
}

bool kiseki_http_take(kiseki_http *http, kiseki_http_result *result) {
  release(http->taken);
  http->taken = NULL;
  int left = 0;
  CURLMsg *message;
  while ((message = curl.multi_info_read(http->multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    exchange *ended = NULL;
    curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &ended);
    if (!ended) continue;
    curl.multi_remove_handle(http->multi, ended->easy);
    for (exchange **link = &http->running; *link; link = &(*link)->next) {
      if (*link != ended) continue;
      *link = ended->next;
      break;
    }
    http->taken = ended;
    result->tag = ended->tag;
    result->ending = ending(code, ended);
    result->reason = ended->file_error ? strerror(ended->file_error) : curl.easy_strerror(code);
    result->status = 0;
    curl.easy_getinfo(ended->easy, CURLINFO_RESPONSE_CODE, &result->status);
    result->body = ended->body.bytes ? ended->body.bytes : "";
    result->body_length = ended->body.length;
    result->head = ended->head.bytes ? ended->head.bytes : "";
    result->head_length = ended->head.length;
    return true;
  }
  return false;
}
