#include <stdlib.h>
#include "base/embed.h"
#include "messages/words.h"

extern const struct embedded_files messages_packs;
enum { PACK_BYTES_MAX = 4 << 20 };

static struct {
  bool read;
  struct arena a;
  struct { struct purpose *p; size_t n; } purposes;
  struct strs never;
} pack;

static struct str file_of(const char *end) {
  for (size_t i = 0; i < messages_packs.n; i++)
    if (str_ends(str_of(messages_packs.p[i].name), str_of(end))) return messages_packs.p[i].content;
  return (struct str){0};
}

static struct str kept(const struct csv_row *row, struct csv *c, const char *name) {
  return str_copy(&pack.a, csv_cell(row, csv_column(c, str_of(name))));
}

static struct csv *open_pack(const char *name) {
  struct why why;
  struct csv *c = csv_open_str(&pack.a, file_of(name));
  if (csv_headers(c, &why)) return c;
  log_event(LOG_ALARM, "pack_unreadable", "pack=%s", name);
  exit(70); /* built into the program: it was never run */
}

static void read_purposes(void) {
  size_t cap = 0;
  struct csv_row row;
  struct csv *c = open_pack("purposes.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW)
    *slice_push(&pack.a, &pack.purposes, &cap) =
        (struct purpose){.code = kept(&row, c, "code"),
                         .label = kept(&row, c, "label"),
                         .plain = {kept(&row, c, "plain_en"), kept(&row, c, "plain_cy")},
                         .open = {kept(&row, c, "open_en"), kept(&row, c, "open_cy")}};
  csv_close(c);
}

static void read_never(void) {
  size_t cap = 0;
  struct csv_row row;
  struct csv *c = open_pack("never.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW)
    *slice_push(&pack.a, &pack.never, &cap) = kept(&row, c, "phrase");
  csv_close(c);
}

static void read_pack(void) {
  if (pack.read) return;
  pack.a = arena_open(PACK_BYTES_MAX);
  read_purposes();
  read_never();
  pack.read = true;
}

struct purposes message_purposes(void) {
  read_pack();
  return (struct purposes){pack.purposes.p, pack.purposes.n};
}

const struct purpose *message_purpose(struct str code) {
  struct purposes all = message_purposes();
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i].code, code)) return &all.p[i];
  return NULL;
}

/* ---- filling ---- */

static void put_slot(struct arena *a, struct buf *out, struct str slot, int lang,
                     const struct fill *f) {
  char b[WORDS_NUMBER_MAX];
  (void)a;
  if (str_eq(slot, S("organisation"))) buf_put(out, f->organisation);
  if (str_eq(slot, S("link"))) buf_put(out, f->link);
  if (str_eq(slot, S("day")) && f->day != DAY_NONE) {
    buf_put(out, (struct str){b, words_number(b, (enum language)lang, WORDS_WEEKDAY, f->day)});
    buf_byte(out, ' ');
    buf_put(out, (struct str){b, words_number(b, (enum language)lang, WORDS_DAY_SHORT, f->day)});
  }
  if (str_eq(slot, S("time")) && f->minute >= 0)
    buf_put(out, (struct str){b, words_number(b, (enum language)lang, WORDS_CLOCK, f->minute)});
}

struct str message_words(struct arena *a, const struct purpose *p, enum message_level level,
                         int lang, const struct fill *fill) {
  struct buf out = buf_open(MESSAGE_EMAIL_MAX * 4);
  const struct purpose *says = level == LEVEL_GUARDED ? message_purpose(S("guarded")) : p;
  struct str rest = level == LEVEL_OPEN ? says->open[lang] : says->plain[lang];
  while (rest.n) {
    buf_put(&out, str_cut(&rest, '{'));
    if (rest.n) put_slot(a, &out, str_cut(&rest, '}'), lang, fill);
  }
  struct str words = str_copy(a, buf_str(&out));
  buf_free(&out);
  return words;
}

/* ---- length ---- */

/* GSM 03.38 (3GPP TS 23.038, 6.2.1): one septet each, two for those of the extension table. */
static int gsm_septets(uint32_t c) {
  static const uint32_t others[] = {0xa3,  0xa5,  0xe8,  0xe9,  0xf9,  0xec,  0xf2,  0xc7,  0xd8,
                                    0xf8,  0xc5,  0xe5,  0x394, 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0,
                                    0x3a8, 0x3a3, 0x398, 0x39e, 0xc6,  0xe6,  0xdf,  0xc9,  0xa4,
                                    0xa1,  0xc4,  0xd6,  0xd1,  0xdc,  0xa7,  0xbf,  0xe4,  0xf6,
                                    0xf1,  0xfc,  0xe0};
  if (c == 0x20ac || (c < 0x80 && c && strchr("^{}\\[~]|", (int)c))) return 2;
  if (c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f && c != '`')) return 1;
  for (size_t i = 0; i < countof(others); i++)
    if (others[i] == c) return 1;
  return 0;
}

int message_sms_length(struct str words) {
  int n = 0;
  for (size_t i = 0; i < words.n;) {
    int septets = gsm_septets(utf8_next(words, &i));
    if (!septets) return -1;
    n += septets;
  }
  return n;
}

bool message_too_long(const char *channel, struct str words) {
  if (strcmp(channel, "sms") != 0) return utf8_count(words) > MESSAGE_EMAIL_MAX;
  int n = message_sms_length(words);
  return n < 0 ? utf8_count(words) > MESSAGE_SMS_WIDE_MAX : n > MESSAGE_SMS_CHARACTERS_MAX;
}

/* ---- what must not be said ---- */

void message_name_add(struct arena *a, struct strs *names, size_t *cap, struct str name,
                      size_t letters_min) {
  struct strs words = utf8_words(a, name);
  if (words.n) *slice_push(a, names, cap) = name;
  for (size_t i = 0; i < words.n; i++)
    if (utf8_count(words.p[i]) >= letters_min) *slice_push(a, names, cap) = words.p[i];
}

struct str message_reveals(struct arena *a, struct str words, struct strs names) {
  read_pack();
  int at = phrase_in(a, words, &pack.never);
  if (at >= 0) return pack.never.p[at];
  at = phrase_in(a, words, &names);
  return at >= 0 ? names.p[at] : (struct str){0};
}
