/* wire: what the front and a worker say to each other over their socketpair: one `ask` (a complete
 * request), one `answer`. A frame is a 16-byte head (magic, kind, length, whether a descriptor
 * comes with it) and a payload of counted byte runs. Both sides refuse a frame that is too long or
 * not whole; the reading side is fuzzed (wire_fuzz.c), because the front is the process strangers
 * talk to. */
#ifndef WAYMARK_WEB_WIRE_H
#define WAYMARK_WEB_WIRE_H
#include "base/base.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OPTIONS, METHOD_OTHER };
/* The only headers a worker ever sees. */
enum ask_header {
  H_HOST,
  H_COOKIE,
  H_ORIGIN,
  H_FETCH_SITE,
  H_FETCH_MODE,
  H_CONTENT_TYPE,
  H_ACCEPT,
  H_ACCEPT_ENCODING,
  H_ACCEPT_LANGUAGE,
  H_IF_NONE_MATCH,
  H_AUTHORIZATION,
  H_COUNT
};
extern const char *const ask_header_names[H_COUNT];

enum {
  WIRE_INLINE_BYTES_MAX = 64 << 10, /* a larger request body is a descriptor */
  WIRE_ASK_BYTES_MAX = 192 << 10,
  WIRE_REPLY_INLINE_BYTES_MAX = 256 << 10, /* a larger reply body is a descriptor */
  WIRE_ANSWER_BYTES_MAX = 512 << 10,
  ANSWER_HEADERS_MAX = 40,
  WIRE_HEAD_BYTES = 16
};
struct ask {
  uint64_t id; /* the reference */
  enum method method;
  bool secure;            /* the visitor came by TLS (a trusted proxy says so) */
  struct str path, query; /* as sent, not decoded */
  struct str address;     /* of the visitor; for limits only, never stored with anything typed */
  struct str header[H_COUNT];
  struct str body; /* when body_fd is -1 */
  int body_fd;     /* the whole body, or -1 */
  uint64_t body_bytes;
  instant_t now; /* set by the worker, not sent */
};
struct header {
  struct str name, value;
};
struct answer {
  int status;
  struct header header[ANSWER_HEADERS_MAX];
  size_t headers;
  struct str body;
  int body_fd; /* -1 = body holds it */
  uint64_t body_bytes;
  uint32_t same_ms; /* the same request by anybody may have these bytes for so long; 0 = never */
  int64_t audited; /* of no use to the front; tests read it: subjects named in the audit entry */
};

enum wire_kind { WIRE_ASK = 1, WIRE_ANSWER, WIRE_READY };
struct wire_head {
  uint32_t magic, kind, bytes, has_fd;
};

/* Each writes a whole frame (head and payload); false = it did not fit. */
bool wire_put_ask(struct buf *b, const struct ask *ask);
bool wire_put_answer(struct buf *b, const struct answer *answer);
void wire_put_ready(struct buf *b);
/* Reads the head; false = not ours. */
bool wire_head(struct str bytes, struct wire_head *out);
/* Read payloads; the strings borrow from `payload`. */
bool wire_get_ask(struct str payload, struct ask *out);
bool wire_get_answer(struct str payload, struct answer *out);

/* Blocking, for workers and tests: the frame and, when it has one, a descriptor. */
bool wire_send(int fd, struct str frame, int pass_fd);
/* A frame's payload into the arena; *passed is -1 when none came. False at the end of the stream or
 * on a bad frame. */
bool wire_receive(int fd, struct arena *a, uint32_t kind, uint32_t bytes_max, struct str *payload,
                  int *passed);
/* An anonymous file of these bytes, sealed against change, its offset at 0; -1 when refused. */
int wire_memory_file(const char *name, struct str bytes);
#endif
