/* utf8: see utf8.h.
 *
 * Folding is one table look-up a character: for each Latin block a string of base letters, one byte
 * a code point; a capital there stands for two letters (pair_of), a full stop for "no base letter,
 * keep it". */
#include "base/base.h"

enum { REPLACEMENT = 0xFFFD };

/* Length of the character that begins at p (at most n bytes are there), its code in *out; 0 if
 * invalid. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *out) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (p[0] < 0x80) return *out = p[0], 1;
  size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
  if (p[0] < 0xC2 || p[0] > 0xF4 || len > n) return 0;
  uint32_t c = p[0] & (0xFFu >> (len + 1));
  for (size_t i = 1; i < len; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (p[i] & 0x3Fu);
  }
  if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
  return *out = c, len;
}

/* How many ASCII bytes stand at i, looked at eight at a time. */
static size_t ascii_run(struct str s, size_t i) {
  size_t from = i;
  for (uint64_t word; i + 8 <= s.n; i += 8) {
    memcpy(&word, s.p + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (i < s.n && !(s.p[i] & 0x80)) i++;
  return i - from;
}

bool utf8_valid(struct str s) {
  uint32_t c;
  for (size_t i = ascii_run(s, 0), len; i < s.n; i += ascii_run(s, i)) {
    if (!(len = decode((const unsigned char *)s.p + i, s.n - i, &c))) return false;
    i += len;
  }
  return true;
}

uint32_t utf8_next(struct str s, size_t *i) {
  uint32_t c = REPLACEMENT;
  size_t len = decode((const unsigned char *)s.p + *i, s.n - *i, &c);
  *i += len ? len : 1;
  return len ? c : REPLACEMENT;
}

size_t utf8_count(struct str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; n++) utf8_next(s, &i);
  return n;
}

size_t utf8_put(char out[4], uint32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
  if (c < 0x80) return out[0] = (char)c, 1;
  size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = len - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
  out[0] = (char)(0xF00u >> len | c); /* 2: 0x3C0, 3: 0x1E0, 4: 0xF0; the low byte is the lead */
  return len;
}

struct str utf8_head(struct str s, size_t characters) {
  size_t i = 0;
  while (characters-- && i < s.n) utf8_next(s, &i);
  return str_slice(s, 0, i);
}

/* Windows-1252, bytes 0x80 to 0x9F; the five unused ones become U+FFFD. From 0xA0 on it is Latin-1.
 */
static const uint16_t windows_1252[32] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

struct str utf8_mend(struct arena *a, struct str s) {
  if (str_starts(s, S("\xEF\xBB\xBF"))) s = str_slice(s, 3, s.n);
  if (utf8_valid(s)) return s;
  size_t at = 0;
  char *out = arena_alloc(a, 3, 1, s.n); /* one bad byte gives at most three */
  for (size_t i = 0; i < s.n;) {
    uint32_t c = 0;
    size_t len = decode((const unsigned char *)s.p + i, s.n - i, &c);
    unsigned char byte = (unsigned char)s.p[i];
    if (!len) c = byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
    at += utf8_put(out + at, c);
    i += len ? len : 1;
  }
  return (struct str){out, at};
}

static const char latin[] = /* U+00C0 to U+02AF: Latin-1, Extended-A, Extended-B, IPA */
    "aaaaaaAceeeeiiiidnooooo.ouuuuyTSaaaaaaAceeeeiiiidnooooo.ouuuuyTy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkqlllllll"
    "lllnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bbbb..occdddd.eeeffgg.iikkl.wnnooo..ppr..s.ttttuuuvyyzzz........"
    "....DDDLLLNNNaaiioouuuuuuuuuueaaaaAAggggkkoooozzjDDDgg..nnaaAAoo"
    "aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylntj..acclts"
    "z..bu.eejjqqrryyaaabocddee.ee..jgg.g.hh.iiilll.w.mnn.o.ofr..rrr."
    "rrss...ttuuv....zzz......b.ghjklq...............";
static const char latin_additional[] = /* U+1E00 to U+1EFF: Welsh, Vietnamese and others */
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwyasssS.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy..vvyy";
static const char *const ligatures[] = {"ff",  "fi", "fl", "ffi",
                                        "ffl", "st", "st"}; /* U+FB00 to U+FB06 */

static const char *pair_of(char sign) {
  switch (sign) {
    case 'A': return "ae";
    case 'D': return "dz";
    case 'I': return "ij";
    case 'L': return "lj";
    case 'N': return "nj";
    case 'O': return "oe";
    case 'S': return "ss";
    case 'T': return "th";
    default: return "";
  }
}

struct range {
  uint32_t first, last;
};

static bool in_ranges(uint32_t c, const struct range *r, size_t n) {
  size_t lo = 0, hi = n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (c > r[mid].last)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < n && c >= r[lo].first;
}

/* Dropped without a trace: marks that sit on a letter, apostrophes, soft hyphens, invisible
 * joiners. */
static bool is_dropped(uint32_t c) {
  static const struct range dropped[] = {
      {0x00AD, 0x00AD}, {0x00B4, 0x00B4}, {0x02B9, 0x02BF}, {0x0300, 0x036F}, {0x0483, 0x0489},
      {0x0559, 0x0559}, {0x0591, 0x05C7}, {0x0610, 0x061A}, {0x0640, 0x0640}, {0x064B, 0x065F},
      {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
      {0x2018, 0x2019}, {0x201B, 0x201B}, {0x2032, 0x2032}, {0x2060, 0x2064}, {0x20D0, 0x20FF},
      {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xFF07, 0xFF07}};
  return in_ranges(c, dropped, countof(dropped));
}

/* Punctuation, symbols and spaces beyond ASCII: they part words. */
static bool is_gap(uint32_t c) {
  static const struct range gaps[] = {
      {0x0080, 0x00A9},   {0x00AB, 0x00B1},   {0x00B6, 0x00B8}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7},
      {0x00F7, 0x00F7},   {0x02C2, 0x02DF},   {0x0375, 0x0375}, {0x037E, 0x037E}, {0x0384, 0x0385},
      {0x0387, 0x0387},   {0x055A, 0x055F},   {0x0589, 0x058F}, {0x0600, 0x060F}, {0x061B, 0x061F},
      {0x066A, 0x066D},   {0x06D4, 0x06D4},   {0x0964, 0x0965}, {0x104A, 0x104F}, {0x1360, 0x1368},
      {0x1680, 0x1680},   {0x2000, 0x206F},   {0x20A0, 0x20CF}, {0x2100, 0x2101}, {0x2103, 0x2109},
      {0x2114, 0x2114},   {0x2116, 0x2118},   {0x211E, 0x2125}, {0x2190, 0x245F}, {0x2500, 0x2BFF},
      {0x2E00, 0x2E7F},   {0x3000, 0x3004},   {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303D, 0x303F},
      {0x30FB, 0x30FB},   {0xD800, 0xF8FF},   {0xFD3E, 0xFD3F}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F},
      {0xFF01, 0xFF0F},   {0xFF1A, 0xFF20},   {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF},
      {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF}};
  return in_ranges(c, gaps, countof(gaps));
}

static uint32_t lower_greek(uint32_t c) {
  switch (c) { /* the tonos and dialytika are marks, as accents are in Latin */
    case 0x386:
    case 0x3AC: return 0x3B1;
    case 0x388:
    case 0x3AD: return 0x3B5;
    case 0x389:
    case 0x3AE: return 0x3B7;
    case 0x38A:
    case 0x390:
    case 0x3AA:
    case 0x3AF:
    case 0x3CA: return 0x3B9;
    case 0x38C:
    case 0x3CC: return 0x3BF;
    case 0x38E:
    case 0x3AB:
    case 0x3B0:
    case 0x3CB:
    case 0x3CD: return 0x3C5;
    case 0x38F:
    case 0x3CE: return 0x3C9;
    case 0x3C2: return 0x3C3; /* a sigma is a sigma wherever it stands */
    default: return c >= 0x391 && c <= 0x3A9 && c != 0x3A2 ? c + 32 : c;
  }
}

static uint32_t lower_cyrillic(uint32_t c) {
  if (c >= 0x400 && c <= 0x40F)
    c += 80;
  else if (c >= 0x410 && c <= 0x42F)
    c += 32;
  else if ((c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || c >= 0x4D0)
    c |= 1;
  else if (c >= 0x4C1 && c <= 0x4CE)
    c += c & 1;
  else if (c == 0x4C0)
    c = 0x4CF;
  switch (c) { /* written with a mark on top, and so also as letter and combining mark */
    case 0x439:
    case 0x45D: return 0x438;
    case 0x450:
    case 0x451: return 0x435;
    case 0x453: return 0x433;
    case 0x457: return 0x456;
    case 0x45C: return 0x43A;
    case 0x45E: return 0x443;
    default: return c;
  }
}

static uint32_t lower_other(uint32_t c) {
  if (c < 0x250) { /* what Latin Extended-B keeps: capitals without a base letter */
    if (c == 0x1A7 || (!(c & 1) && (c == 0x184 || c == 0x1BC || c == 0x21C || c == 0x222)))
      return c + 1;
    return c == 0x1F6 ? 0x195 : c == 0x1F7 ? 0x1BF : c == 0x241 ? 0x242 : c == 0x245 ? 0x28C : c;
  }
  if (c >= 0x370 && c <= 0x3FF) return lower_greek(c);
  if (c >= 0x400 && c <= 0x52F) return lower_cyrillic(c);
  if (c >= 0x531 && c <= 0x556) return c + 48; /* Armenian */
  return c;
}

/* The folded form of one character beyond ASCII, at most as long as the character itself. */
static size_t fold_wide(uint32_t c, char out[4]) {
  char base = '.';
  if (c >= 0xC0 && c - 0xC0 < sizeof latin - 1)
    base = latin[c - 0xC0];
  else if (c >= 0x1E00 && c - 0x1E00 < sizeof latin_additional - 1)
    base = latin_additional[c - 0x1E00];
  else if (c == 0xAA)
    base = 'a';
  else if (c == 0xBA)
    base = 'o';
  else if (c == 0x212A)
    base = 'k';
  else if (c == 0x212B)
    base = 'a';
  else if (c >= 0xFF10 && c <= 0xFF5A && c != 0xFF40) { /* full-width forms */
    base = (char)(c - 0xFF10 + '0');
    if (base >= 'A' && base <= 'Z') base = (char)(base + 32);
  }
  if ((base >= 'a' && base <= 'z') || (base >= '0' && base <= '9')) return out[0] = base, 1;
  const char *pair =
      c >= 0xFB00 && c - 0xFB00 < countof(ligatures) ? ligatures[c - 0xFB00] : pair_of(base);
  size_t n = strlen(pair);
  memcpy(out, pair, n);
  return n ? n : utf8_put(out, lower_other(c));
}

/* What an ASCII byte folds to: itself in lower case, 0 for a gap, 1 for one that is dropped. */
static char fold_ascii(unsigned char c) {
  if (c >= 'A' && c <= 'Z') return (char)(c + 32);
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return (char)c;
  return c == '\'' || c == '`';
}

struct str utf8_fold(struct arena *a, struct str s) {
  char *out = arena_alloc(a, 1, 1, s.n);
  size_t at = 0;
  bool gap = false; /* a space is owed before the next letter */
  for (size_t i = 0; i < s.n;) {
    char piece[4];
    size_t n = 1;
    if (!(s.p[i] & 0x80)) {
      piece[0] = fold_ascii((unsigned char)s.p[i++]);
      if (piece[0] == 1) continue;
      n = piece[0] != 0;
    } else {
      uint32_t c = utf8_next(s, &i);
      if (is_dropped(c)) continue;
      n = is_gap(c) ? 0 : fold_wide(c, piece);
    }
    if (n && gap && at) out[at++] = ' ';
    gap = !n;
    for (size_t k = 0; k < n; k++) out[at++] = piece[k];
  }
  return (struct str){out, at};
}

struct strs utf8_words(struct arena *a, struct str s) {
  return str_split(a, utf8_fold(a, s), ' ');
}
