/* csv: see csv.h.
 *
 * A row is read in two passes over bytes held in one buffer. The first finds where each cell begins
 * and ends, sixteen bytes at a time, without changing anything; when the buffer ends before the row
 * does, the row moves to the front, more is read, and the pass begins again. The second takes the
 * quotes out of the cells that had any, in place. So a cell is copied only where it must be. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include "base/base.h"

enum {
  BLOCK = 16,
  READ_BYTES = 128 << 10, /* asked of the source at once */
  BUFFER_BYTES = CSV_ROW_BYTES_MAX + READ_BYTES,
};

struct csv {
  csv_source *read;
  csv_rows *rows; /* instead of all that follows up to `line`: rows that are cells already */
  void *from;
  struct arena *arena;
  char *buffer; /* buffer_bytes, then BLOCK bytes that may be looked at but mean nothing */
  size_t buffer_bytes;
  size_t at, end;         /* unread bytes of the buffer */
  uint64_t buffer_offset; /* where in the source buffer[0] stood */
  int64_t line;           /* line on which the next row starts */
  struct str *cell;       /* CSV_COLUMNS_MAX */
  bool *quoted;           /* which cells of this row began with a quote */
  struct strs names, folded;
  struct str text;    /* csv_open_str: what is left to hand out */
  int fd;             /* csv_open_file: closed by csv_close; else -1 */
  char delimiter;     /* 0 until the first row was looked at */
  bool ended, broken; /* the source has no more; a sentence was given */
};

static long read_str(void *from, char *out, size_t n) {
  struct str *text = from;
  if (n > text->n) n = text->n;
  if (n) memcpy(out, text->p, n);
  *text = str_slice(*text, n, text->n);
  return (long)n;
}

static long read_fd(void *from, char *out, size_t n) {
  const struct csv *c = from;
  ssize_t got;
  do got = read(c->fd, out, n);
  while (got < 0 && errno == EINTR);
  return (long)got;
}

static struct csv *open_with(struct arena *a, csv_source *read, void *from, size_t buffer_bytes) {
  struct csv *c = arena_new(a, struct csv);
  *c = (struct csv){.read = read, .from = from, .arena = a, .line = 1, .fd = -1};
  c->buffer_bytes = buffer_bytes;
  c->buffer = arena_alloc(a, 1, BLOCK, buffer_bytes + BLOCK);
  c->cell = arena_many(a, struct str, CSV_COLUMNS_MAX);
  c->quoted = arena_many(a, bool, CSV_COLUMNS_MAX);
  return c;
}

struct csv *csv_open(struct arena *a, csv_source *read, void *from) {
  return open_with(a, read, from, BUFFER_BYTES);
}

struct csv *csv_open_rows(struct arena *a, csv_rows *next, void *from) {
  struct csv *c = arena_new(a, struct csv);
  *c = (struct csv){.rows = next, .from = from, .arena = a, .line = 1, .fd = -1};
  return c;
}

struct csv *csv_open_str(struct arena *a, struct str text) {
  struct csv *c = open_with(a, read_str, NULL, text.n < BUFFER_BYTES ? text.n : BUFFER_BYTES);
  c->text = text;
  c->from = &c->text;
  return c;
}

struct csv *csv_open_file(struct arena *a, const char *path, struct why *why) {
  struct csv *c = csv_open(a, read_fd, NULL);
  c->from = c;
  c->fd = strcmp(path, "-") == 0 ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (c->fd < 0) {
    why_say(why, "Cannot open %.200s: %s.", path, strerror(errno));
  } else if (fstat(c->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    why_say(why, "%.200s is a folder. Name a file.", path);
    close(c->fd);
  } else {
    return c;
  }
  return NULL;
}

struct csv *csv_open_at(struct arena *a, const char *path, uint64_t offset, int64_t line,
                        struct why *why) {
  struct csv *c = csv_open_file(a, path, why);
  if (!c) return NULL;
  bool ok = csv_headers(c, why);
  if (ok && offset < csv_offset(c))
    ok = why_say(why, "The place to go on from lies before the first row.");
  if (ok && lseek(c->fd, (off_t)offset, SEEK_SET) < 0)
    ok = why_say(why, "Cannot go on in %.200s from byte %llu: %s.", path,
                 (unsigned long long)offset, strerror(errno));
  if (!ok) {
    csv_close(c);
    return NULL;
  }
  c->buffer_offset = offset;
  c->at = c->end = 0;
  c->ended = false;
  c->line = line;
  return c;
}

void csv_close(struct csv *c) {
  if (c && c->fd >= 0) close(c->fd);
  if (c) c->fd = -1, c->broken = true;
}

uint64_t csv_offset(const struct csv *c) { return c->buffer_offset + c->at; }
int64_t csv_line(const struct csv *c) { return c->line; }

static bool bad(struct csv *c, struct why *why, int64_t line, const char *sentence) {
  c->broken = true;
  return why_say(why, "Line %lld: %s", (long long)line, sentence);
}

/* Moves the unread bytes to the front and reads until the buffer holds more than twice as many (so
 * that scanning a row again costs no more than the row once), the buffer is full or the source
 * ends. */
static bool more(struct csv *c, struct why *why) {
  size_t kept = c->end - c->at, want = kept * 2 + 1;
  if (want > c->buffer_bytes) want = c->buffer_bytes;
  if (c->at) memmove(c->buffer, c->buffer + c->at, kept);
  c->buffer_offset += c->at;
  c->at = 0;
  c->end = kept;
  do {
    size_t room = c->buffer_bytes - c->end; /* 0 once all of a str is here: its source says so */
    long got = c->read(c->from, c->buffer + c->end, room < READ_BYTES ? room : READ_BYTES);
    if (got < 0 || (size_t)got > room)
      return bad(c, why, c->line, "the file could not be read on from here.");
    c->ended = got == 0;
    c->end += (size_t)got;
  } while (c->end < want && !c->ended);
  return true;
}

/* Bit i is set when p[i] ends a plain cell or may not stand in one. */
#if defined(__SSE2__)
static inline unsigned stops(const char *p, char delimiter) {
  __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
  __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(delimiter)),
                             _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')));
  hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8('\r')));
  hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_setzero_si128()));
  return (unsigned)_mm_movemask_epi8(hit);
}
#else
static inline unsigned stops(const char *p, char delimiter) {
  unsigned bits = 0;
  for (unsigned i = 0; i < BLOCK; i++)
    bits |= (unsigned)(p[i] == delimiter || p[i] == '\n' || p[i] == '\r' || !p[i]) << i;
  return bits;
}
#endif

enum scan { SCAN_ROW, SCAN_BLANK, SCAN_MORE, SCAN_BAD };
struct scan_state {
  const char *p, *end; /* next byte, end of what is here */
  size_t n;            /* cells so far */
  int64_t lines;       /* line ends inside quotes */
};

/* Moves past a quoted part, from just behind its opening quote to just behind the closing one. */
static enum scan skip_quoted(struct csv *c, struct scan_state *s, struct why *why) {
  const char *from = s->p, *quote = from;
  int64_t opened = c->line + s->lines;
  for (;; quote += 2) {
    size_t left = (size_t)(s->end - quote);
    quote = left ? memchr(quote, '"', left) : NULL;
    if (!quote || quote + 1 == s->end) break;
    if (quote[1] != '"') break;
  }
  if (!quote || (quote + 1 == s->end && !c->ended)) { /* closed, or the first of two? */
    if (!c->ended) return SCAN_MORE;
    bad(c, why, opened, "a quotation mark opened here is never closed. Close it or take it out.");
    return SCAN_BAD;
  }
  for (const char *p = from; p < quote; p++) {
    if (*p > '\r') continue;
    s->lines += *p == '\n' || (*p == '\r' && p[1] != '\n');
    if (!*p)
      return bad(c, why, c->line + s->lines, "a NUL byte. This is not a text file."), SCAN_BAD;
  }
  s->p = quote + 1;
  return SCAN_ROW;
}

/* The next stop at or after p, or end. */
static inline const char *next_stop(const char *p, const char *end, char delimiter) {
  for (; p < end; p += BLOCK) {
    unsigned bits = stops(p, delimiter);
    if (bits) {
      p += __builtin_ctz(bits);
      return p < end ? p : end;
    }
  }
  return end;
}

static enum scan scan_special(struct csv *c, struct scan_state *s, struct why *why) {
  if (s->p == s->end && !c->ended) return SCAN_MORE;
  if (s->p < s->end && !*s->p) {
    bad(c, why, c->line + s->lines, "a NUL byte. This is not a text file; save it as CSV (UTF-8).");
    return SCAN_BAD;
  }
  return SCAN_ROW;
}

/* Finds one row's cells. On SCAN_ROW s->p is behind the line end. */
static enum scan scan_row(struct csv *c, struct scan_state *s, struct why *why) {
  const char delimiter = c->delimiter, *const start = s->p;
  for (;;) {
    if (s->n == CSV_COLUMNS_MAX) return bad(c, why, c->line, "more than 1024 columns."), SCAN_BAD;
    const char *from = s->p;
    bool quoted = from < s->end && *from == '"';
    if (quoted) {
      s->p++;
      enum scan r = skip_quoted(c, s, why);
      if (r != SCAN_ROW) return r;
    }
    s->p = next_stop(s->p, s->end, delimiter);
    if (s->p == s->end || !*s->p) {
      enum scan r = scan_special(c, s, why);
      if (r != SCAN_ROW) return r;
    }
    c->cell[s->n] = (struct str){from, (size_t)(s->p - from)};
    c->quoted[s->n++] = quoted;
    if (s->p == s->end || *s->p != delimiter) break;
    s->p++;
  }
  bool blank = s->p == start;
  if (s->p < s->end && *s->p == '\r') {
    if (s->p + 1 == s->end && !c->ended) return SCAN_MORE; /* is there a line feed behind it? */
    s->p += s->p + 1 < s->end && s->p[1] == '\n';
  }
  s->p += s->p < s->end;
  s->lines++;
  return blank ? SCAN_BLANK : SCAN_ROW;
}

/* Takes the quotes out, in place: "a ""b""" is a "b". What follows the closing quote is kept as it
 * stands. */
static struct str unquoted(struct csv *c, struct str raw) {
  char *out = c->buffer + (raw.p - c->buffer), *to = out;
  const char *p = raw.p + 1, *end = raw.p + raw.n;
  for (const char *quote; (quote = memchr(p, '"', (size_t)(end - p))); p = quote + 1) {
    memmove(to, p, (size_t)(quote - p));
    to += quote - p;
    if (quote + 1 == end || quote[1] != '"') {
      p = quote + 1;
      break;
    }
    *to++ = '"';
    quote++;
  }
  memmove(to, p, (size_t)(end - p));
  return (struct str){out, (size_t)(to + (end - p) - out)};
}

/* The character that parts the first row: whichever of , ; tab stands there most often outside
 * quotes. 0 when the row does not end here. */
static char detect(const char *p, const char *end, bool is_all) {
  size_t comma = 0, semicolon = 0, tab = 0;
  bool inside = false;
  while (p < end && (*p == '\n' || *p == '\r')) p++;
  for (; p < end && (inside || (*p != '\n' && *p != '\r')); p++) {
    if (*p == '"') inside = !inside;
    if (inside) continue;
    comma += *p == ',';
    semicolon += *p == ';';
    tab += *p == '\t';
  }
  if (p == end && !is_all) return 0;
  if (semicolon > comma && semicolon >= tab) return ';';
  return tab > comma ? '\t' : ',';
}

/* "sep=;" alone on the first line: some spreadsheets write it, and it is no row. */
static bool take_separator_line(struct csv *c, struct str s) {
  if (s.n < 6 || !str_starts(s, S("sep=")) || (s.p[5] != '\r' && s.p[5] != '\n')) return false;
  if (memchr("\"\r\n", s.p[4], 4)) return false;
  c->delimiter = s.p[4];
  c->at += 6 + (size_t)str_starts(str_slice(s, 5, s.n), S("\r\n"));
  c->line = 2;
  return true;
}

/* The first look at the file: its kind, byte order mark, delimiter. */
static bool begin(struct csv *c, struct why *why) {
  enum { START_BYTES = 10 }; /* a byte order mark and a separator line */
  while (c->end < START_BYTES && !c->ended)
    if (!more(c, why)) return false;
  struct str s = {c->buffer, c->end};
  if (str_starts(s, S("\xFF\xFE")) || str_starts(s, S("\xFE\xFF")))
    return bad(c, why, 1, "this file is in UTF-16. Save it again as CSV (UTF-8).");
  if (str_starts(s, S("PK\x03\x04")))
    return bad(c, why, 1, "this is a spreadsheet or a zip file. Save it as CSV (UTF-8).");
  size_t mark = str_starts(s, S("\xEF\xBB\xBF")) ? 3 : 0;
  c->at = mark;
  if (take_separator_line(c, str_slice(s, mark, s.n))) return true;
  c->at = 0; /* so that `more` keeps the mark and its place */
  for (;;) {
    bool is_all = c->ended || c->end >= READ_BYTES;
    c->delimiter = detect(c->buffer + mark, c->buffer + c->end, is_all);
    if (c->delimiter) break;
    if (!more(c, why)) return false;
  }
  c->at = mark;
  return true;
}

static enum csv_result next_of_rows(struct csv *c, struct csv_row *row, struct why *why) {
  enum csv_result r = c->rows(c->from, row, why);
  c->broken = r == CSV_BAD;
  if (r == CSV_ROW) c->line = row->line + 1;
  return r;
}

enum csv_result csv_next(struct csv *c, struct csv_row *row, struct why *why) {
  if (c->broken) return why_say(why, "This file was given up at an earlier line."), CSV_BAD;
  if (c->rows) return next_of_rows(c, row, why);
  if (!c->delimiter && !begin(c, why)) return CSV_BAD;
  for (;;) {
    if (c->at == c->end && c->ended) return CSV_END;
    struct scan_state s = {.p = c->buffer + c->at, .end = c->buffer + c->end};
    enum scan r = scan_row(c, &s, why);
    if (r == SCAN_BAD) return CSV_BAD;
    size_t bytes = r == SCAN_MORE ? c->end - c->at : (size_t)(s.p - c->buffer) - c->at;
    if (bytes > CSV_ROW_BYTES_MAX)
      return bad(c, why, c->line, "this row is longer than 1 MB. Is a quotation mark missing?"),
             CSV_BAD;
    if (r == SCAN_MORE) {
      if (!more(c, why)) return CSV_BAD;
      continue;
    }
    *row = (struct csv_row){c->cell, s.n, c->line};
    c->at = (size_t)(s.p - c->buffer);
    c->line += s.lines;
    if (r == SCAN_BLANK) continue;
    for (size_t i = 0; i < s.n; i++)
      if (c->quoted[i]) c->cell[i] = unquoted(c, c->cell[i]);
    return CSV_ROW;
  }
}

bool csv_headers(struct csv *c, struct why *why) {
  struct csv_row row;
  enum csv_result r = csv_next(c, &row, why);
  if (r == CSV_BAD) return false;
  if (r == CSV_END) {
    c->broken = true;
    return why_say(why, "The file is empty. Its first row must hold the column names.");
  }
  c->names = (struct strs){arena_many(c->arena, struct str, row.n), row.n};
  c->folded = (struct strs){arena_many(c->arena, struct str, row.n), row.n};
  for (size_t i = 0; i < row.n; i++) {
    c->names.p[i] = str_copy(c->arena, str_trim(utf8_mend(c->arena, row.cell[i])));
    c->folded.p[i] = utf8_fold(c->arena, c->names.p[i]);
  }
  return true;
}

int csv_column(const struct csv *c, struct str name) {
  struct arena scratch = *c->arena;
  struct str folded = utf8_fold(&scratch, name);
  for (size_t i = 0; i < c->folded.n; i++)
    if (str_eq(c->folded.p[i], folded)) return (int)i;
  return -1;
}

int csv_column_any(const struct csv *c, const char *const *names) {
  for (int found; *names; names++)
    if ((found = csv_column(c, str_of(*names))) >= 0) return found;
  return -1;
}

struct strs csv_header_names(const struct csv *c) {
  return c->names;
}

struct str csv_cell(const struct csv_row *row, int column) {
  return column >= 0 && (size_t)column < row->n ? str_trim(row->cell[column]) : (struct str){0};
}

/* Letters, digits and what else never needs a quote, wherever it stands. */
static bool is_plain(struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i], letter = (unsigned char)((c | 32) - 'a');
    if (letter >= 26 && (unsigned)(c - '0') >= 10 && c != ' ' && c != '.' && c != '_' && c < 128)
      return false;
  }
  return s.n > 0;
}

void csv_put(struct buf *b, struct str cell, bool last_in_row) {
  if (is_plain(cell)) {
    buf_put(b, cell);
    buf_put(b, last_in_row ? S("\r\n") : S(","));
    return;
  }
  double number;
  bool formula = cell.n && memchr("=+-@\t\r", *cell.p, 6) && !str_to_double(cell, &number);
  bool alone =
      last_in_row && !cell.n && (!b->n || b->p[b->n - 1] == '\n'); /* else a blank line, and lost */
  bool quote = alone;
  for (size_t i = 0; i < cell.n && !quote; i++) quote = memchr(",\";\t\r\n", cell.p[i], 6) != NULL;
  if (quote) buf_byte(b, '"');
  if (formula) buf_byte(b, '\'');
  for (size_t at; cell.n; cell = str_slice(cell, at, cell.n)) {
    at = str_find_byte(cell, '"');
    at += at < cell.n;
    buf_put(b, str_slice(cell, 0, at));
    if (cell.p[at - 1] == '"') buf_byte(b, '"');
  }
  if (quote) buf_byte(b, '"');
  buf_put(b, last_in_row ? S("\r\n") : S(","));
}
