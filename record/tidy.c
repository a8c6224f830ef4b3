/* Tidy forms: one way of writing a postcode, a telephone number, an e-mail address and a web
 * address, however they were typed. What cannot be understood is refused, never guessed at. */
#include "record/record.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
static bool in_set(char c, const char *set) { return c && strchr(set, c); }

/* ---- Postcode: the outward shapes and the letters Royal Mail uses in each place (PAF Programmers'
 * Guide). */
static bool outward_ok(const char *o, size_t n) {
  if (n == 3 && memcmp(o, "GIR", 3) == 0) return true;
  if (n < 2 || n > 4 || !is_upper(o[0]) || in_set(o[0], "QVX")) return false;
  if (is_digit(o[1])) { /* A9 A99 A9A */
    if (n == 2) return true;
    return n == 3 && (is_digit(o[2]) || in_set(o[2], "ABCDEFGHJKPSTUW"));
  }
  if (!is_upper(o[1]) || in_set(o[1], "IJZ") || n < 3 || !is_digit(o[2]))
    return false; /* AA9 AA99 AA9A */
  return n == 3 || is_digit(o[3]) || in_set(o[3], "ABEHMNPRVWXY");
}

bool postcode_tidy(struct arena *a, struct str given, struct str *out) {
  char c[8];
  size_t n = 0;
  for (size_t i = 0; i < given.n; i++) {
    char x = given.p[i];
    if (x == ' ' || x == '\t') continue;
    if (n == 7 || (!is_digit(x) && !is_letter(x))) return false;
    c[n++] = (char)(is_letter(x) ? x & ~0x20 : x);
  }
  if (n < 5 || !outward_ok(c, n - 3)) return false;
  const char *in = c + n - 3;
  if (!is_digit(in[0]) || !is_upper(in[1]) || !is_upper(in[2]) || in_set(in[1], "CIKMOV") ||
      in_set(in[2], "CIKMOV"))
    return false;
  *out = str_format(a, "%.*s %.3s", (int)(n - 3), c, in);
  return true;
}

/* ---- Telephone: British numbers as they are said, others as +digits. Spacing follows Ofcom's area
 * code lengths for 01x1, 011x, 02x, 03, 07 and 08; every other 01 number is five and six. */
static struct str phone_spaced(struct arena *a, const char *d, size_t n) {
  size_t first = 5;
  if (n == 11 && (d[1] == '2' || (d[1] == '5' && d[2] == '5')))
    first = d[1] == '2' ? 3 : 5;
  else if (n == 11 && (d[1] == '3' || d[1] == '8' || d[1] == '9'))
    first = 4;
  else if (n == 11 && d[1] == '1' && (d[2] == '1' || d[3] == '1'))
    first = 4;
  else if (n == 10 && d[1] == '8')
    first = 4;
  size_t last = n - first > 6 ? 4 : n - first;
  if (last == n - first) return str_format(a, "%.*s %.*s", (int)first, d, (int)last, d + first);
  return str_format(a, "%.*s %.*s %.*s", (int)first, d, (int)(n - first - last), d + first,
                    (int)last, d + n - last);
}

/* Digits only, with a leading + kept apart; false for anything a number is not written with. */
static bool phone_digits(struct str s, char *d, size_t room, size_t *n, bool *plus) {
  *n = 0, *plus = false;
  for (size_t i = 0; i < s.n; i++) {
    char x = s.p[i];
    if (x == '+' && *n == 0 && !*plus)
      *plus = true;
    else if (is_digit(x) && *n < room)
      d[(*n)++] = x;
    else if (!in_set(x, " -.()/\t"))
      return false;
    else if (x == '(' && *plus && str_starts(str_slice(s, i, s.n), S("(0)")))
      i += 2; /* +44 (0)151 */
  }
  return *n > 0;
}

/* Splits "0151 000 0000 ext 12" into number and extension. */
static bool phone_extension(struct str *s, struct str *ext) {
  static const char *const marks[] = {"extension", "ext.", "ext", "x"};
  *ext = (struct str){0};
  for (size_t i = 1; i < s->n; i++) {
    if (!is_letter(s->p[i])) continue;
    struct str tail = str_slice(*s, i, s->n);
    for (size_t m = 0; m < countof(marks); m++) {
      struct str mark = str_of(marks[m]);
      if (tail.n <= mark.n || !str_eq_nocase(str_slice(tail, 0, mark.n), mark)) continue;
      *ext = str_trim(str_slice(tail, mark.n, tail.n));
      *s = str_trim(str_slice(*s, 0, i));
      for (size_t k = 0; k < ext->n; k++)
        if (!is_digit(ext->p[k])) return false;
      return ext->n > 0 && ext->n <= 6;
    }
    return false;
  }
  return true;
}

bool phone_tidy(struct arena *a, struct str given, struct str *out) {
  struct str s = str_trim(given), ext, tidy;
  char d[20];
  size_t n;
  bool plus, abroad;
  if (!phone_extension(&s, &ext) || !phone_digits(s, d + 1, sizeof d - 1, &n, &plus)) return false;
  char *at = d + 1;
  if (!plus && n > 4 && at[0] == '0' && at[1] == '0') plus = true, at += 2, n -= 2;
  abroad = plus;
  if (plus && n > 2 && at[0] == '4' && at[1] == '4') {
    plus = false, at += 2, n -= 2;
    if (at[0] != '0') *--at = '0', n++;
  }
  if (plus) {
    if (n < 7 || n > 15) return false;
    tidy = str_format(a, "+%.*s", (int)n, at);
  } else if (n >= 3 && n <= 6 && !abroad &&
             (at[0] == '1' || (n == 3 && memcmp(at, "999", 3) == 0))) {
    tidy = str_format(a, "%.*s", (int)n, at); /* 101, 111, 116123 */
  } else {
    if (at[0] != '0' || at[1] == '0' || (n != 11 && n != 10)) return false;
    tidy = phone_spaced(a, at, n);
  }
  *out = ext.n ? str_format(a, "%.*s ext %.*s", P(tidy), P(ext)) : tidy;
  return true;
}

/* ---- E-mail: what mail systems accept in practice (RFC 5321 without quoted local parts and
 * address literals). */
static bool label_ok(struct str l) {
  if (!l.n || l.n > 63 || l.p[0] == '-' || l.p[l.n - 1] == '-') return false;
  for (size_t i = 0; i < l.n; i++)
    if (!is_letter(l.p[i]) && !is_digit(l.p[i]) && l.p[i] != '-') return false;
  return true;
}

static bool domain_ok(struct str domain) {
  size_t labels = 0;
  struct str rest = domain, last = {0};
  if (!domain.n || domain.p[domain.n - 1] == '.') return false;
  while (rest.n) {
    last = str_cut(&rest, '.');
    if (!label_ok(last)) return false;
    labels++;
  }
  return labels >= 2 && last.n >= 2 && is_letter(last.p[0]);
}

bool email_tidy(struct arena *a, struct str given, struct str *out) {
  struct str s = str_trim(given);
  size_t at = str_find_byte(s, '@');
  struct str local = str_slice(s, 0, at), domain = str_slice(s, at + 1, s.n);
  if (at >= s.n || !local.n || local.n > 64 || s.n > 254 || !domain_ok(domain)) return false;
  for (size_t i = 0; i < local.n; i++) {
    char c = local.p[i];
    if (c == '.' && (i == 0 || i + 1 == local.n || local.p[i - 1] == '.')) return false;
    if (!is_letter(c) && !is_digit(c) && !in_set(c, ".!#$%&'*+/=?^_`{|}~-")) return false;
  }
  domain = str_lower(a, domain);
  *out = str_format(a, "%.*s@%.*s", P(local), P(domain));
  return true;
}

/* ---- Web address: http or https, a host with a dot, no user name in it, nothing a page could be
 * broken with. */
bool url_tidy(struct arena *a, struct str given, struct str *out) {
  struct str s = str_trim(given);
  if (s.n > 2000) return false;
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127 || in_set(s.p[i], "\"<>\\^`{|}"))
      return false;
  size_t mark = str_find(s, S("://"));
  struct str scheme = S("https");
  if (mark < s.n) scheme = str_lower(a, str_slice(s, 0, mark)), s = str_slice(s, mark + 3, s.n);
  if (!str_eq(scheme, S("https")) && !str_eq(scheme, S("http"))) return false;
  size_t end = 0;
  while (end < s.n && !in_set(s.p[end], "/?#")) end++;
  struct str host = str_slice(s, 0, end), tail = str_slice(s, end, s.n), port = {0}, name = host;
  size_t colon = str_find_byte(host, ':');
  int64_t number = 1;
  if (colon < host.n) name = str_slice(host, 0, colon), port = str_slice(host, colon + 1, host.n);
  if (colon < host.n && (!str_to_i64(port, &number) || number < 1 || number > 65535)) return false;
  if (!domain_ok(name) || !utf8_valid(tail)) return false;
  host = str_lower(a, host);
  *out = str_format(a, "%.*s://%.*s%.*s", P(scheme), P(host), P(tail));
  return true;
}

/* ---- Money: pounds as people write them; m and k stand for millions and thousands. */
static bool money_unit(struct str *s, int64_t *unit) {
  static const struct {
    const char *word;
    int64_t pence;
  } units[] = {
      {"million", 100000000}, {"m", 100000000}, {"k", 100000}, {"bn", 100000000000}, {"p", 1}};
  *unit = 100;
  for (size_t i = 0; i < countof(units); i++) {
    struct str w = str_of(units[i].word);
    if (s->n <= w.n || !str_eq_nocase(str_slice(*s, s->n - w.n, s->n), w)) continue;
    *unit = units[i].pence;
    *s = str_trim(str_slice(*s, 0, s->n - w.n));
    return true;
  }
  return true;
}

bool money_parse(struct str given, int64_t *pence) {
  struct str s = str_trim(given);
  int64_t unit, whole = 0, part = 0, scale = 1;
  if (str_starts(s, S("\xc2\xa3"))) s = str_trim(str_slice(s, 2, s.n));
  money_unit(&s, &unit);
  bool point = false, digit = false;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '.' && !point)
      point = true;
    else if (c == ',' && digit && !point)
      continue;
    else if (!is_digit(c))
      return false;
    else if (!point && whole < 100000000000)
      whole = whole * 10 + (c - '0'), digit = true;
    else if (point && scale < 1000000000)
      part = part * 10 + (c - '0'), scale *= 10, digit = true;
    else
      return false;
  }
  if (!digit || whole > (INT64_MAX / 4) / unit || unit * part % scale != 0) return false;
  *pence = whole * unit + unit * part / scale;
  return true;
}

struct str number_words(struct arena *a, int64_t n) {
  struct str plain = str_format(a, "%lld", (long long)n);
  size_t digits = plain.n - (n < 0), first = digits % 3 ? digits % 3 : 3;
  char *out = arena_many(a, char, plain.n * 2);
  size_t at = 0, from = n < 0;
  if (n < 0) out[at++] = '-';
  for (size_t i = 0; i < digits; i++) {
    if (i >= first && (i - first) % 3 == 0) out[at++] = ',';
    out[at++] = plain.p[from + i];
  }
  return (struct str){out, at};
}

struct str money_words(struct arena *a, int64_t pence) {
  struct str pounds = number_words(a, pence / 100);
  if (pence % 100 == 0) return str_format(a, "\xc2\xa3%.*s", P(pounds));
  return str_format(a, "\xc2\xa3%.*s.%02d", P(pounds),
                    (int)(pence % 100 < 0 ? -(pence % 100) : pence % 100));
}

bool url_of_program(struct arena *a, struct str given, struct str *out, struct why *why) {
  enum { ADDRESS_BYTES_MAX = 500 };
  bool here = str_starts(given, S("http://127.0.0.1:")) || str_starts(given, S("http://localhost"));
  bool plain = given.n > 0 && given.n <= ADDRESS_BYTES_MAX;
  for (size_t i = 0; i < given.n; i++)
    plain &= given.p[i] > ' ' && given.p[i] < 127 && given.p[i] != '@';
  *out = given;
  if (!plain || (!here && (!url_tidy(a, given, out) || !str_starts(*out, S("https://")))))
    return why_say(why, "Give the address of the program, beginning with https://.");
  return true;
}
