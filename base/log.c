/* log: see log.h. The format is walked by us, one conversion at a time, so that what a value prints
 * can be told from what the caller wrote and is the only part that is quoted. A line is one
 * write(2). */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "base/base.h"

enum { LINE_BYTES_MAX = 1000, VALUE_BYTES_MAX = 400, SPEC_BYTES_MAX = 24 };

static enum log_level least_level = LOG_INFO;
static char process[32] = "main";

struct line {
  char p[LINE_BYTES_MAX + 8];
  size_t n;
  bool cut;
};

void log_level_set(enum log_level least) { least_level = least; }

void log_process(const char *name) { snprintf(process, sizeof process, "%s", name ? name : ""); }

static void put(struct line *l, struct str s) {
  if (l->cut) return;
  l->cut = s.n > LINE_BYTES_MAX - l->n;
  if (l->cut) return;
  memcpy(l->p + l->n, s.p, s.n);
  l->n += s.n;
}

static bool is_bare(struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!word && !memchr("._-+:/@,%", c, 9)) return false;
  }
  return s.n > 0;
}

/* As it is when plain, else in quotes with \ before " and \, and controls and broken UTF-8 as \xNN.
 */
static void put_value(struct line *l, struct str s) {
  if (is_bare(s)) {
    put(l, s);
    return;
  }
  put(l, S("\""));
  for (size_t i = 0; i < s.n;) {
    size_t from = i;
    uint32_t c = utf8_next(s, &i);
    char code[8];
    if (c == '"' || c == '\\') put(l, S("\\"));
    if (c >= 0x20 && c != 0x7F && (c < 0x80 || c > 0x9F) && c != 0xFFFD && c != 0x2028 &&
        c != 0x2029) {
      put(l, str_slice(s, from, i));
      continue;
    }
    for (size_t k = from; k < i; k++) {
      snprintf(code, sizeof code, "\\x%02x", (unsigned char)s.p[k]);
      put(l, str_of(code));
    }
  }
  put(l, S("\""));
}

/* Takes "%...x" off the front of *format, copies it into spec; 0 when it is none we know. */
static char take_spec(const char **format, char spec[SPEC_BYTES_MAX]) {
  const char *p = *format + 1;
  while (*p && strchr("-+ #0123456789.*hlzjt", *p)) p++;
  size_t n = (size_t)(p - *format) + 1;
  if (!*p || n >= SPEC_BYTES_MAX) return 0;
  memcpy(spec, *format, n);
  spec[n] = 0;
  *format = p + 1;
  return *p;
}

/* vsnprintf reads exactly the arguments of one conversion, as the va_list is handed on by
 * reference. */
struct arguments {
  va_list list;
};

#define SHOW_AS(type)                                                                              \
  (star ? snprintf(out, n, spec, width, va_arg(args->list, type))                                  \
        : snprintf(out, n, spec, va_arg(args->list, type)))

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored                                                                     \
    "-Wformat-nonliteral" /* the caller's literal was checked by the attribute */
static int show(char *out, size_t n, const char *spec, char kind, struct arguments *args) {
  bool star = strchr(spec, '*') != NULL;
  int width = star ? va_arg(args->list, int) : 0;
  bool wide = strpbrk(spec, "lzjt") != NULL; /* all 64 bits wide on the systems we run on */
  switch (kind) {
    case 'd':
    case 'i': return wide ? SHOW_AS(long) : SHOW_AS(int);
    case 'u':
    case 'x':
    case 'X':
    case 'o': return wide ? SHOW_AS(unsigned long) : SHOW_AS(unsigned);
    case 'c': return SHOW_AS(int);
    case 'f':
    case 'g':
    case 'e': return SHOW_AS(double);
    case 's': return SHOW_AS(const char *);
    default: return -1;
  }
}
#pragma GCC diagnostic pop

static void put_pairs(struct line *l, const char *format, struct arguments *args) {
  while (*format) {
    const char *percent = strchrnul(format, '%');
    put(l, (struct str){format, (size_t)(percent - format)});
    format = percent;
    if (!*format) return;
    char spec[SPEC_BYTES_MAX], value[VALUE_BYTES_MAX];
    char kind = take_spec(&format, spec);
    int n = kind == '%' ? snprintf(value, sizeof value, "%%")
            : kind      ? show(value, sizeof value, spec, kind, args)
                        : -1;
    if (n < 0) {
      put(l, S("?")); /* a conversion we do not know: what follows cannot be read either */
      return;
    }
    put_value(l, str_of(value));
  }
}

void log_event(enum log_level level, const char *event, const char *format, ...) {
  static const char *const names[] = {"debug", "info", "warning", "alarm"};
  if (level < least_level) return;
  char room[256];
  struct line line = {.n = 0};
  struct ymd d = day_ymd((day_t)(clock_now() / 86400000000));
  int64_t us = clock_now() % 86400000000;
  int s = (int)(us / 1000000);
  snprintf(room, sizeof room, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s ", d.year, d.month, d.day,
           s / 3600, s / 60 % 60, s % 60, (int)(us % 1000000 / 1000), names[level]);
  put(&line, str_of(room));
  put_value(&line, str_of(process));
  put(&line, S(" "));
  put_value(&line, str_of(event));
  if (format && *format) put(&line, S(" "));
  struct arguments args;
  va_start(args.list, format);
  if (format) put_pairs(&line, format, &args);
  va_end(args.list);
  if (line.cut) memcpy(line.p + line.n, " ...", 4), line.n += 4;
  line.p[line.n++] = '\n';
  ssize_t done = write(2, line.p, line.n);
  (void)done; /* nowhere left to complain */
}
