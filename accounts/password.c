#include <sodium.h>
#include "accounts/password.h"

enum { OPSLIMIT = 2, MEMLIMIT = 19 << 20 };

bool password_hash(struct arena *a, struct str password, struct str *out) {
  char *hash = arena_many(a, char, crypto_pwhash_STRBYTES);
  if (sodium_init() < 0 || password.n > PASSWORD_BYTES_MAX) return false;
  if (crypto_pwhash_str_alg(hash, password.p, password.n, OPSLIMIT, MEMLIMIT,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return false;
  *out = str_of(hash);
  return true;
}

bool password_matches(struct arena *a, struct str hash, struct str password) {
  if (sodium_init() < 0 || password.n > PASSWORD_BYTES_MAX || hash.n == 0) return false;
  return crypto_pwhash_str_verify(str_c(a, hash), password.p, password.n) == 0;
}

void password_spend(struct str password) {
  unsigned char out[32], salt[crypto_pwhash_SALTBYTES] = {0};
  if (sodium_init() < 0 || password.n > PASSWORD_BYTES_MAX) return;
  if (crypto_pwhash(out, sizeof out, password.p ? password.p : "", password.n, salt, OPSLIMIT,
                    MEMLIMIT, crypto_pwhash_ALG_ARGON2ID13) == 0)
    sodium_memzero(out, sizeof out);
}

/* Stems that make a long password easy to guess, however they are decorated with digits and signs.
 */
static const char *const common_stems[] = {
    "password",  "passw0rd", "qwerty",    "qwertyuiop",    "asdfghjkl", "zxcvbnm",   "letmein",
    "welcome",   "iloveyou", "admin",     "administrator", "monkey",    "dragon",    "football",
    "liverpool", "arsenal",  "chelsea",   "manchester",    "sunshine",  "princess",  "charlie",
    "summer",    "winter",   "spring",    "autumn",        "january",   "february",  "december",
    "monday",    "friday",   "changeme",  "secret",        "waymark",   "keyworker", "employment",
    "support",   "council",  "jobcentre", "abc",           "test",      "hello",
};

/* The letters of a password, lower case, with the usual number-for-letter swaps undone. */
static struct str letters_of(struct arena *a, struct str s) {
  char *out = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if (c == '0') c = 'o';
    if (c == '3') c = 'e';
    if (c == '@' || c == '4') c = 'a';
    if (c == '5' || c == '$') c = 's';
    if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80) out[n++] = c;
  }
  return (struct str){out, n};
}

/* True when taking every copy of `stem` out leaves fewer than four letters. */
static bool mostly(struct arena *a, struct str letters, struct str stem) {
  size_t left = 0;
  (void)a;
  for (size_t i = 0; i < letters.n;) {
    if (stem.n && str_starts(str_slice(letters, i, letters.n), stem))
      i += stem.n;
    else
      left++, i++;
  }
  return left < 4 && str_contains(letters, stem);
}

/* Few different characters, or one long run up or down (abcdefgh, 87654321). */
static bool monotonous(struct str s) {
  bool seen[256] = {0};
  size_t different = 0, steps = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    different += !seen[c];
    seen[c] = true;
    if (i && (s.p[i] - s.p[i - 1] == 1 || s.p[i] - s.p[i - 1] == -1)) steps++;
  }
  return different < 5 || steps * 4 > s.n * 3;
}

bool password_acceptable(struct str password, struct str name, struct why *why) {
  struct arena a = arena_open(1 << 20);
  bool common = monotonous(password), own = false;
  if (password.n > PASSWORD_BYTES_MAX) {
    arena_close(&a);
    return why_say(why, "That is longer than %d bytes. Use a shorter one.", PASSWORD_BYTES_MAX);
  }
  struct str letters = letters_of(&a, password);
  for (size_t i = 0; i < countof(common_stems); i++)
    common |= mostly(&a, letters, str_of(common_stems[i]));
  struct strs words = utf8_words(&a, name);
  for (size_t i = 0; i < words.n; i++) own |= words.p[i].n > 2 && mostly(&a, letters, words.p[i]);
  arena_close(&a);
  if (utf8_count(password) < PASSWORD_CHARACTERS_MIN)
    return why_say(
        why, "Use %d characters or more. Three or four odd words together are easy to remember.",
        PASSWORD_CHARACTERS_MIN);
  if (own) return why_say(why, "That is mostly your name. Pick three or four odd words instead.");
  if (common)
    return why_say(why, "That one is easy to guess. Pick three or four odd words instead.");
  return true;
}
