/* norm: see norm.h. */
#include "linkage/norm.h"

/* ---- names and text ---- */

static const struct {
  uint16_t from;
  char to[4];
} translit[] = {
    /* Greek */
    {0x3b1, "a"},
    {0x3b2, "v"},
    {0x3b3, "g"},
    {0x3b4, "d"},
    {0x3b5, "e"},
    {0x3b6, "z"},
    {0x3b7, "i"},
    {0x3b8, "th"},
    {0x3b9, "i"},
    {0x3ba, "k"},
    {0x3bb, "l"},
    {0x3bc, "m"},
    {0x3bd, "n"},
    {0x3be, "x"},
    {0x3bf, "o"},
    {0x3c0, "p"},
    {0x3c1, "r"},
    {0x3c2, "s"},
    {0x3c3, "s"},
    {0x3c4, "t"},
    {0x3c5, "y"},
    {0x3c6, "f"},
    {0x3c7, "ch"},
    {0x3c8, "ps"},
    {0x3c9, "o"},
    /* Cyrillic */
    {0x430, "a"},
    {0x431, "b"},
    {0x432, "v"},
    {0x433, "g"},
    {0x434, "d"},
    {0x435, "e"},
    {0x436, "zh"},
    {0x437, "z"},
    {0x438, "i"},
    {0x439, "y"},
    {0x43a, "k"},
    {0x43b, "l"},
    {0x43c, "m"},
    {0x43d, "n"},
    {0x43e, "o"},
    {0x43f, "p"},
    {0x440, "r"},
    {0x441, "s"},
    {0x442, "t"},
    {0x443, "u"},
    {0x444, "f"},
    {0x445, "kh"},
    {0x446, "ts"},
    {0x447, "ch"},
    {0x448, "sh"},
    {0x449, "sch"},
    {0x44a, ""},
    {0x44b, "y"},
    {0x44c, ""},
    {0x44d, "e"},
    {0x44e, "yu"},
    {0x44f, "ya"},
    {0x451, "e"},
    {0x454, "ye"},
    {0x456, "i"},
    {0x457, "yi"},
    {0x491, "g"},
};

static size_t put_letter(char *out, uint32_t c) {
  for (size_t i = 0; i < countof(translit); i++) {
    if (translit[i].from != c) continue;
    size_t n = strlen(translit[i].to);
    memcpy(out, translit[i].to, n);
    return n;
  }
  return utf8_put(out, c);
}

/* Everything that is not plain ASCII goes the slow, careful way through base. */
static struct str fold_any(struct str raw, char room[NORM_BYTES], struct arena scratch) {
  raw = str_slice(raw, 0, 4 * NORM_BYTES);
  struct str folded = utf8_fold(&scratch, utf8_mend(&scratch, raw));
  size_t n = 0;
  for (size_t i = 0; i < folded.n && n + 4 <= NORM_BYTES;)
    n += put_letter(room + n, utf8_next(folded, &i));
  return str_trim((struct str){room, n});
}

static const unsigned char ascii_fold[128] = {
    /* 0 drop, ' ' a gap, else the letter */
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
    ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k',
    ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
    ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
    ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm',
    ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
    ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z', ['\''] = 1,
    ['`'] = 1,
};

static struct str fold(struct str raw, char room[NORM_BYTES], struct arena scratch) {
  size_t n = 0;
  bool gap = false;
  for (size_t i = 0; i < raw.n && n + 1 < NORM_BYTES; i++) {
    unsigned char c = (unsigned char)raw.p[i];
    if (c >= 128) return fold_any(raw, room, scratch);
    unsigned char to = ascii_fold[c];
    if (to == 1) continue;
    if (!to) {
      gap = n > 0;
      continue;
    }
    if (gap) room[n++] = ' ';
    gap = false;
    room[n++] = (char)to;
  }
  return (struct str){room, n};
}

static bool one_of(struct str s, const char *const *words) {
  for (; *words; words++)
    if (str_eq(s, str_of(*words))) return true;
  return false;
}

static bool says_nothing(struct str s) {
  static const char *const words[] = {
      "unknown",   "not known", "n a",   "na", "nan", "none", "null",           "nil", "not stated",
      "not given", "missing",   "blank", "xx", "xxx", "tbc",  "not applicable", NULL};
  return !s.n || one_of(s, words);
}

struct str norm_name(struct str raw, char room[NORM_BYTES], struct arena scratch) {
  struct str s = fold(raw, room, scratch);
  return (s.n > 1 && s.n < 15 &&
          (s.p[0] == 'n' || s.p[0] == 'u' || s.p[0] == 'x' || s.p[0] == 'm' || s.p[0] == 'b' ||
           s.p[0] == 't') &&
          says_nothing(s))
             ? (struct str){0}
             : s;
}

struct str norm_text(struct str raw, char room[NORM_BYTES], struct arena scratch) {
  return norm_name(raw, room, scratch);
}

struct str norm_forename(struct str raw, char room[NORM_BYTES], struct arena scratch) {
  static const char *const titles[] = {"mr",  "mrs", "ms",   "miss", "mx", "dr",
                                       "rev", "sir", "dame", "prof", NULL};
  struct str s = norm_name(raw, room, scratch), rest = s;
  if (!memchr(s.p ? s.p : "", ' ', s.n)) return s;
  struct str first = str_cut(&rest, ' ');
  return rest.n && one_of(first, titles) ? rest : s;
}

struct full_name split_full_name(struct str raw) {
  struct full_name f = {0};
  raw = str_trim(raw);
  size_t comma = str_find_byte(raw, ',');
  if (comma < raw.n) {
    f.surname = str_trim(str_slice(raw, 0, comma));
    raw = str_trim(str_slice(raw, comma + 1, raw.n));
  } else {
    size_t at = raw.n;
    while (at > 0 && raw.p[at - 1] != ' ') at--;
    f.surname = str_slice(raw, at, raw.n);
    raw = str_trim(str_slice(raw, 0, at));
  }
  size_t space = str_find_byte(raw, ' ');
  f.forename = str_slice(raw, 0, space);
  f.middle = str_trim(str_slice(raw, space, raw.n));
  return f;
}

/* ---- dates ---- */

static uint32_t bcd(unsigned v, unsigned digits) {
  uint32_t out = 0;
  for (unsigned i = 0; i < digits; i++, v /= 10) out |= (v % 10) << (4 * i);
  return out;
}

uint32_t dob_digits(int year, int month, int day) {
  return bcd((unsigned)year, 4) << 16 | bcd((unsigned)month, 2) << 8 | bcd((unsigned)day, 2);
}

/* The common machine forms yyyy-mm-dd, yyyymmdd and dd/mm/yyyy without a detour. */
static uint32_t dob_plain(struct str s) {
  char d[8];
  if (s.n == 8) {
    memcpy(d, s.p, 8);
  } else if (s.n >= 10 && (s.p[4] == '-' || s.p[4] == '/') && s.p[7] == s.p[4] &&
             (s.n == 10 || s.p[10] == 'T' || s.p[10] == ' ')) {
    memcpy(d, s.p, 4);
    memcpy(d + 4, s.p + 5, 2);
    memcpy(d + 6, s.p + 8, 2);
  } else if (s.n == 10 && (s.p[2] == '/' || s.p[2] == '-' || s.p[2] == '.') && s.p[5] == s.p[2]) {
    memcpy(d, s.p + 6, 4);
    memcpy(d + 4, s.p + 3, 2);
    memcpy(d + 6, s.p, 2);
  } else {
    return 0;
  }
  uint32_t out = 0;
  for (int i = 0; i < 8; i++) {
    if (d[i] < '0' || d[i] > '9') return 0;
    out = out << 4 | (uint32_t)(d[i] - '0');
  }
  return out;
}

uint32_t norm_dob(struct str raw) {
  uint32_t plain = dob_plain(raw);
  day_t day;
  if (plain || raw.n < 6 || raw.n > 40) return plain;
  if (!day_parse_typed(raw, &day)) return 0;
  struct ymd d = day_ymd(day);
  return dob_digits(d.year, d.month, d.day);
}

/* ---- codes ---- */

static unsigned char sixbit(unsigned char c) {
  if (c >= '0' && c <= '9') return (unsigned char)(c - '0' + 1);
  if (c >= 'a' && c <= 'z') return (unsigned char)(c - 'a' + 11);
  if (c >= 'A' && c <= 'Z') return (unsigned char)(c - 'A' + 11);
  return c >= 128 ? (unsigned char)(37 + c % 26) : 0;
}

static code_t code_pack(const unsigned char *six, size_t n) {
  if (n > 10) {
    six += n - 10;
    n = 10;
  }
  code_t c = 0;
  for (size_t i = 0; i < n; i++) c |= (code_t)six[i] << (58 - 6 * i);
  return n ? c | n : 0;
}

static size_t code_letters(struct str raw, unsigned char out[64]) {
  size_t n = 0;
  for (size_t i = 0; i < raw.n && n < 64; i++) {
    unsigned char six = sixbit((unsigned char)raw.p[i]);
    if (six) out[n++] = six;
  }
  return n;
}

struct str code_text(code_t c, char room[16]) {
  unsigned n = code_n(c);
  for (unsigned i = 0; i < n && i < 10; i++) {
    unsigned v = (unsigned)(c >> (58 - 6 * i)) & 63;
    room[i] = (char)(v <= 10 ? '0' + v - 1 : v <= 36 ? 'a' + v - 11 : '?');
  }
  return (struct str){room, n};
}

code_t norm_code(struct str raw) {
  unsigned char six[64];
  return code_pack(six, code_letters(raw, six));
}

code_t norm_postcode(struct str raw) {
  unsigned char six[64];
  size_t n = code_letters(raw, six);
  return n < 2 || n > 10 ? 0 : code_pack(six, n);
}

code_t norm_phone(struct str raw) {
  unsigned char six[64];
  size_t n = 0, zeros = 0;
  for (size_t i = 0; i < raw.n && n < 64; i++) {
    unsigned char c = (unsigned char)raw.p[i];
    if (c == '(' && n && i + 2 < raw.n && raw.p[i + 1] == '0' && raw.p[i + 2] == ')')
      i += 2; /* +44 (0)20 */
    else if (c >= '0' && c <= '9')
      six[n++] = (unsigned char)(c - '0' + 1);
  }
  while (zeros < n && six[zeros] == 1) zeros++;
  if (zeros == n) return 0;
  bool abroad = zeros == 2 || (raw.n && raw.p[0] == '+') || (zeros == 0 && n == 12);
  unsigned char *start = six + zeros;
  n -= zeros;
  if (abroad && n > 10 && start[0] == 5 && start[1] == 5) {
    start += 2;
    n -= 2;
  }
  while (n && *start == 1) {
    start++;
    n--;
  }
  return n < 5 ? 0 : code_pack(start, n);
}

code_t norm_national(struct str raw) {
  unsigned char six[64];
  size_t n = code_letters(raw, six);
  bool nino = n == 9 && six[0] > 10 && six[1] > 10 && six[8] > 10;
  for (size_t i = 2; nino && i < 8; i++) nino = six[i] <= 10;
  return n < 3 ? 0 : code_pack(six, nino ? 8 : n);
}

uint8_t norm_sex(struct str raw) {
  if (!raw.n) return 0;
  switch (raw.p[0] | 32) {
    case 'f':
    case 'w': return 1;
    case 'm': return 2;
    case '1': return raw.n == 1 ? 2 : 0; /* NHS and ISO 5218: 1 male, 2 female */
    case '2': return raw.n == 1 ? 1 : 0;
    case 'u':
    case 'n':
    case '0':
    case '9':
    case '-': return 0;
    default: return 3;
  }
}

bool norm_number(struct str raw, float *out) {
  double v;
  if (!str_to_double(raw, &v)) return false;
  *out = (float)v;
  return true;
}

uint32_t sound_key(struct str s) {
  /*                              abcdefghijklmnopqrstuvwxyz */
  static const char class_of[] = "01230120022455012623010202";
  uint32_t key = 0;
  char last = '0';
  unsigned n = 0;
  for (size_t i = 0; i < s.n && n < 4; i++) {
    char c = s.p[i], class = c >= 'a' && c <= 'z' ? class_of[c - 'a'] : '0';
    if (n == 0)
      key = (uint32_t)(unsigned char)c;
    else if (class != '0' && class != last)
      key = key << 3 | (uint32_t)(class - '0');
    else {
      last = c == 'h' || c == 'w' ? last : class;
      continue;
    }
    last = class;
    n++;
  }
  return n ? key << 3 * (4 - n) | 1u << 24 : 0;
}
