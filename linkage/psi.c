/* psi: see psi.h. */
#include <sodium.h>
#include <stdlib.h>
#include "linkage/norm.h"
#include "linkage/psi.h"

/* ---- match keys ---- */

/* What each type of element is made of, in the order of PSI_KEY_TYPES:
 *   1 national number                         6 forename, surname, date with day and month swapped
 *   2 forename, surname, birth date           7 surname, birth date, postcode
 *   3 nickname, surname, birth date           8 forename, birth date, postcode
 *   4 initial, sound of surname, date, sex    9 forename, birth date, telephone
 *   5 first two letters of both, birth date  10 forename, surname, postcode */
struct values {
  struct str forename, surname;
  uint32_t dob;
  code_t postcode, phone, national;
  uint8_t sex;
  uint64_t nick;
  uint32_t sound;
};

static void put_number(struct buf *b, uint64_t v) {
  buf_byte(b, 31); /* unit separator: no normalised value holds it */
  buf_u64(b, v);
}

static void put_text(struct buf *b, struct str s) {
  buf_byte(b, 31);
  buf_put(b, s);
}

/* Writes the values of one key type; false when one is not known. */
static bool put_values(struct buf *b, const struct values *v, unsigned type) {
  bool f = v->forename.n > 0, s = v->surname.n > 0, d = v->dob != 0;
  uint32_t day = v->dob & 0xff, month = v->dob >> 8 & 0xff;
  switch (type) {
    case 1: put_number(b, v->national); return v->national != 0;
    case 2:
      put_text(b, v->forename);
      put_text(b, v->surname);
      put_number(b, v->dob);
      return f && s && d;
    case 3:
      put_number(b, v->nick);
      put_text(b, v->surname);
      put_number(b, v->dob);
      return f && s && d;
    case 4:
      put_text(b, str_slice(v->forename, 0, 1));
      put_number(b, v->sound);
      put_number(b, v->dob);
      put_number(b, v->sex);
      return f && s && d && v->sex;
    case 5:
      put_text(b, str_slice(v->forename, 0, 2));
      put_text(b, str_slice(v->surname, 0, 2));
      put_number(b, v->dob);
      return f && s && d;
    case 6:
      put_text(b, v->forename);
      put_text(b, v->surname);
      put_number(b, (v->dob & 0xffff0000u) | (day < month ? day << 8 | month : month << 8 | day));
      return f && s && d;
    case 7:
      put_text(b, v->surname);
      put_number(b, v->dob);
      put_number(b, v->postcode);
      return s && d && v->postcode;
    case 8:
      put_text(b, v->forename);
      put_number(b, v->dob);
      put_number(b, v->postcode);
      return f && d && v->postcode;
    case 9:
      put_text(b, v->forename);
      put_number(b, v->dob);
      put_number(b, v->phone);
      return f && d && v->phone;
    default:
      put_text(b, v->forename);
      put_text(b, v->surname);
      put_number(b, v->postcode);
      return f && s && v->postcode;
  }
}

size_t psi_elements(struct str project, const struct psi_person *p, uint32_t record,
                    struct psi_element out[PSI_KEY_TYPES], struct arena scratch) {
  char forename[NORM_BYTES], surname[NORM_BYTES];
  struct values v = {.forename = norm_forename(p->forename, forename, scratch),
                     .surname = norm_name(p->surname, surname, scratch),
                     .dob = norm_dob(p->dob),
                     .postcode = norm_postcode(p->postcode),
                     .phone = norm_phone(p->phone),
                     .national = norm_national(p->national),
                     .sex = norm_sex((struct str){&p->sex, p->sex != 0})};
  size_t n = 0;
  v.nick = nick_key(v.forename);
  v.sound = sound_key(v.surname);
  struct buf b = buf_open(1024);
  for (unsigned type = 1; type <= PSI_KEY_TYPES; type++) {
    buf_reset(&b);
    buf_put(&b, S("waymark psi 1"));
    put_text(&b, project);
    put_number(&b, type);
    if (!put_values(&b, &v, type) || b.full) continue;
    crypto_generichash(out[n].hash, 64, (const uint8_t *)b.p, b.n, NULL, 0);
    out[n].record = record;
    out[n++].type = (uint8_t)type;
  }
  sodium_memzero(b.p, b.n);
  buf_free(&b);
  return n;
}

/* ---- parties ---- */

void psi_identity_make(struct psi_identity *out) {
  crypto_sign_keypair(out->sign_public, out->sign_secret);
  crypto_box_keypair(out->box_public, out->box_secret);
}

void psi_fingerprint(const struct psi_partner *p, char out[48]) {
  uint8_t h[32];
  crypto_generichash(h, sizeof h, (const uint8_t *)p, sizeof *p, NULL, 0);
  size_t at = 0;
  for (unsigned i = 0; i < 8; i++) {
    unsigned v = ((unsigned)h[2 * i] << 8 | h[2 * i + 1]) % 10000;
    for (unsigned place = 1000; place; place /= 10) out[at++] = (char)('0' + v / place % 10);
    out[at++] = ' ';
  }
  out[at - 1] = 0;
}

static struct psi_partner public_of(const struct psi_identity *us) {
  struct psi_partner p;
  memcpy(p.sign_public, us->sign_public, 32);
  memcpy(p.box_public, us->box_public, 32);
  return p;
}

/* Names the run: the same on both sides, whoever computes it. */
static void run_name(const struct psi_terms *t, const struct psi_identity *us,
                     const struct psi_partner *them, uint8_t out[32]) {
  struct psi_partner me = public_of(us);
  bool first = memcmp(&me, them, sizeof me) < 0;
  uint8_t flags[5] = {(uint8_t)t->count_only, (uint8_t)t->cap, (uint8_t)(t->cap >> 8),
                      (uint8_t)(t->cap >> 16), (uint8_t)(t->cap >> 24)};
  uint64_t lengths[2] = {t->project.n, t->period.n};
  crypto_generichash_state s;
  crypto_generichash_init(&s, (const uint8_t *)"waymark psi run", 15, 32);
  crypto_generichash_update(&s, (const uint8_t *)lengths, sizeof lengths);
  crypto_generichash_update(&s, (const uint8_t *)t->project.p, t->project.n);
  crypto_generichash_update(&s, (const uint8_t *)t->period.p, t->period.n);
  crypto_generichash_update(&s, flags, sizeof flags);
  crypto_generichash_update(&s, first ? (const uint8_t *)&me : (const uint8_t *)them, sizeof me);
  crypto_generichash_update(&s, first ? (const uint8_t *)them : (const uint8_t *)&me, sizeof me);
  crypto_generichash_final(&s, out, 32);
}

/* ---- beginning ---- */

static int by_hash(const void *x, const void *y) {
  const struct psi_element *a = x, *b = y;
  int order = memcmp(a->hash, b->hash, sizeof a->hash);
  return order ? order : a->record < b->record ? -1 : a->record > b->record;
}

static void shuffle(void *items, size_t n, size_t size) {
  uint8_t hold[128], *p = items;
  for (size_t i = n; i > 1; i--) {
    size_t j = randombytes_uniform((uint32_t)i);
    memcpy(hold, p + (i - 1) * size, size);
    memcpy(p + (i - 1) * size, p + j * size, size);
    memcpy(p + j * size, hold, size);
  }
}

static void commit_to(const uint8_t *points, size_t n, const uint8_t nonce[32], uint8_t out[32]) {
  crypto_generichash_state s;
  crypto_generichash_init(&s, nonce, 32, 32);
  crypto_generichash_update(&s, points, n * PSI_POINT);
  crypto_generichash_final(&s, out, 32);
}

bool psi_begin(struct psi *p, const struct psi_terms *terms, const struct psi_identity *us,
               const struct psi_partner *them, const struct psi_element *elements, size_t n,
               struct arena *keep, struct why *why) {
  *p = (struct psi){
      .us = *us, .them = *them, .cap = terms->cap, .count_only = terms->count_only, .keep = keep};
  if (sodium_init() < 0) return why_say(why, "The cryptographic library could not be started.");
  if (!terms->project.n || !terms->period.n)
    return why_say(why, "A private match needs a project and a period agreed by both sides.");
  if (!n)
    return why_say(why, "There is nobody to match: no person has enough values for a match key.");
  if (terms->cap > PSI_ELEMENTS_MAX)
    return why_say(why, "The agreed cap is above %d keys.", PSI_ELEMENTS_MAX);
  struct psi_element *sorted = arena_many(keep, struct psi_element, n);
  memcpy(sorted, elements, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, by_hash);
  for (size_t i = 0; i < n; i++)
    if (!p->n || memcmp(sorted[p->n - 1].hash, sorted[i].hash, sizeof sorted[i].hash))
      sorted[p->n++] = sorted[i];
  if (p->n > terms->cap)
    return why_say(
        why,
        "The set holds %u keys, more than the %u agreed. Agree a larger cap or bring fewer people.",
        p->n, terms->cap);
  p->element = sorted;
  shuffle(sorted, p->n, sizeof *sorted);
  run_name(terms, us, them, p->run);
  crypto_core_ristretto255_scalar_random(p->exponent);
  randombytes_buf(p->nonce, sizeof p->nonce);
  p->blinded = arena_many(keep, uint8_t, (size_t)p->n * PSI_POINT);
  for (uint32_t i = 0; i < p->n; i++) {
    uint8_t point[PSI_POINT];
    crypto_core_ristretto255_from_hash(point, sorted[i].hash);
    if (crypto_scalarmult_ristretto255(p->blinded + (size_t)i * PSI_POINT, p->exponent, point))
      return why_say(why, "A key could not be blinded. Start again.");
  }
  commit_to(p->blinded, p->n, p->nonce, p->commitment);
  return true;
}

/* ---- messages: kind, run, hash of the message before, count, then the body; signed, then sealed
 * ---- */

enum { HEAD_BYTES = 4 + 1 + 32 + 32 + 4 };
static const char magic[4] = {'W', 'P', 'S', '1'};

static void hash_of(const void *p, size_t n, uint8_t out[32]) {
  crypto_generichash(out, 32, p, n, NULL, 0);
}

/* Both sides fold messages in the same order: kind by kind, the smaller public key first. */
static void fold(struct psi *p, const uint8_t ours[32], const uint8_t theirs[32]) {
  bool first = memcmp(p->us.sign_public, p->them.sign_public, 32) < 0;
  crypto_generichash_state s;
  crypto_generichash_init(&s, p->transcript, 32, 32);
  crypto_generichash_update(&s, first ? ours : theirs, 32);
  crypto_generichash_update(&s, first ? theirs : ours, 32);
  crypto_generichash_final(&s, p->transcript, 32);
}

static bool seal(struct psi *p, enum psi_message kind, uint32_t count, struct str body,
                 struct buf *sealed) {
  struct buf b = buf_open(HEAD_BYTES + body.n + 128);
  buf_put(&b, (struct str){magic, 4});
  buf_byte(&b, (char)kind);
  buf_put(&b, (struct str){(char *)p->run, 32});
  buf_put(&b, (struct str){(char *)p->last_taken, 32});
  buf_u32(&b, count);
  buf_put(&b, body);
  uint8_t signature[64];
  crypto_sign_detached(signature, NULL, (const uint8_t *)b.p, b.n, p->us.sign_secret);
  buf_put(&b, (struct str){(char *)signature, sizeof signature});
  char *out = b.full ? NULL : buf_room(sealed, b.n + crypto_box_SEALBYTES);
  bool ok =
      out && crypto_box_seal((uint8_t *)out, (const uint8_t *)b.p, b.n, p->them.box_public) == 0;
  if (ok) sealed->n += b.n + crypto_box_SEALBYTES;
  if (ok) hash_of(b.p, b.n, p->sent_hash[kind - 1]);
  buf_free(&b);
  return ok;
}

bool psi_next(struct psi *p, struct buf *sealed, struct why *why) {
  bool ok;
  if (p->sent >= PSI_RETURN) return why_say(why, "Every message of this run has been sent.");
  if (p->sent > p->taken)
    return why_say(why, "It is the other side's turn: take their message %d first.", p->taken + 1);
  if (p->sent == 0) {
    uint8_t body[64];
    memcpy(body, p->commitment, 32);
    memcpy(body + 32, p->nonce, 32);
    ok = seal(p, PSI_COMMIT, p->n, (struct str){(char *)body, sizeof body}, sealed);
  } else if (p->sent == 1) {
    ok = seal(p, PSI_SET, p->n, (struct str){(char *)p->blinded, (size_t)p->n * PSI_POINT}, sealed);
  } else {
    struct arena scratch = *p->keep;
    uint8_t *points = arena_many(&scratch, uint8_t, (size_t)p->their_n * PSI_POINT);
    memcpy(points, p->theirs, (size_t)p->their_n * PSI_POINT);
    if (p->count_only) shuffle(points, p->their_n, PSI_POINT);
    ok = seal(p, PSI_RETURN, p->their_n,
              (struct str){(char *)points, (size_t)p->their_n * PSI_POINT}, sealed);
  }
  if (!ok) return why_say(why, "The message did not fit the room given.");
  p->sent++;
  if (p->sent == p->taken) fold(p, p->sent_hash[p->sent - 1], p->last_taken);
  return true;
}

static int by_point(const void *x, const void *y) { return memcmp(x, y, PSI_POINT); }

static bool has_repeats(const uint8_t *points, size_t n, struct arena scratch) {
  uint8_t *sorted = arena_many(&scratch, uint8_t, n * PSI_POINT);
  memcpy(sorted, points, n * PSI_POINT);
  qsort(sorted, n, PSI_POINT, by_point);
  for (size_t i = 1; i < n; i++)
    if (!memcmp(sorted + (i - 1) * PSI_POINT, sorted + i * PSI_POINT, PSI_POINT)) return true;
  return false;
}

static bool take_commit(struct psi *p, uint32_t count, struct str body, struct why *why) {
  if (body.n != 64)
    return why_say(why, "The first message has the wrong length. Ask for it again.");
  if (!count || count > p->cap)
    return why_say(why, "The other side commits to %u keys; %u were agreed. Nothing more is sent.",
                   count, p->cap);
  p->their_n = count;
  memcpy(p->their_commitment, body.p, 32);
  memcpy(p->their_nonce, body.p + 32, 32);
  return true;
}

static bool take_set(struct psi *p, uint32_t count, struct str body, struct why *why) {
  uint8_t commitment[32];
  if (count != p->their_n || body.n != (size_t)count * PSI_POINT)
    return why_say(
        why, "The set has another size than the other side committed to. The run is refused.");
  commit_to((const uint8_t *)body.p, count, p->their_nonce, commitment);
  if (sodium_memcmp(commitment, p->their_commitment, 32))
    return why_say(why, "The set is not the one the other side committed to. The run is refused.");
  if (has_repeats((const uint8_t *)body.p, count, *p->keep))
    return why_say(why, "The set repeats keys. The run is refused.");
  uint8_t *raised = arena_many(p->keep, uint8_t, body.n);
  for (uint32_t i = 0; i < count; i++)
    if (crypto_scalarmult_ristretto255(raised + (size_t)i * PSI_POINT, p->exponent,
                                       (const uint8_t *)body.p + (size_t)i * PSI_POINT))
      return why_say(why, "The set holds something that is no blinded key. The run is refused.");
  p->theirs = raised;
  return true;
}

static bool take_return(struct psi *p, uint32_t count, struct str body, struct why *why) {
  if (count != p->n || body.n != (size_t)count * PSI_POINT)
    return why_say(
        why, "The other side returned another number of keys than were sent. The run is refused.");
  for (uint32_t i = 0; i < count; i++)
    if (!crypto_core_ristretto255_is_valid_point((const uint8_t *)body.p + (size_t)i * PSI_POINT))
      return why_say(
          why, "The returned set holds something that is no blinded key. The run is refused.");
  p->returned = arena_many(p->keep, uint8_t, body.n);
  memcpy(p->returned, body.p, body.n);
  return true;
}

static bool check_signed(const struct psi *p, const uint8_t *m, size_t n, struct why *why) {
  if (n < HEAD_BYTES + 64 || memcmp(m, magic, 4))
    return why_say(why, "This is not a message of a private match.");
  if (crypto_sign_verify_detached(m + n - 64, m, n - 64, p->them.sign_public))
    return why_say(why, "The message was not signed by the agreed partner, or was altered. Check "
                        "the fingerprint by telephone.");
  if (memcmp(m + 5, p->run, 32))
    return why_say(why, "The message belongs to another run, project or period.");
  if (m[4] != p->taken + 1)
    return why_say(why, "Message %d was expected, but this is message %d.", p->taken + 1, m[4]);
  if (p->taken >= p->sent)
    return why_say(why, "Send our message %d before taking theirs.", p->sent + 1);
  return true;
}

bool psi_take(struct psi *p, struct str sealed, struct why *why) {
  size_t most = HEAD_BYTES + (size_t)p->cap * PSI_POINT + 64 + crypto_box_SEALBYTES + 64;
  if (p->taken >= PSI_RETURN) return why_say(why, "Every message of this run has been taken.");
  if (sealed.n < crypto_box_SEALBYTES || sealed.n > most)
    return why_say(why,
                   "The message is not of a possible size for what was agreed. Ask for it again.");
  size_t n = sealed.n - crypto_box_SEALBYTES;
  uint8_t *m = malloc(n + 1);
  if (!m) return why_say(why, "Not enough memory for the message.");
  struct psi before = *p;
  bool ok =
      crypto_box_seal_open(m, (const uint8_t *)sealed.p, sealed.n, p->us.box_public,
                           p->us.box_secret) == 0 ||
      why_say(why, "The message cannot be opened: it was altered, or sealed for somebody else.");
  ok = ok && check_signed(p, m, n, why);
  if (ok && p->taken > 0 && memcmp(m + 37, p->sent_hash[p->taken - 1], 32))
    ok = why_say(
        why, "The message does not follow our last one: it is from another exchange (a replay).");
  if (ok) {
    uint32_t count =
        (uint32_t)m[69] | (uint32_t)m[70] << 8 | (uint32_t)m[71] << 16 | (uint32_t)m[72] << 24;
    struct str body = {(char *)m + HEAD_BYTES, n - 64 - HEAD_BYTES};
    ok = m[4] == PSI_COMMIT ? take_commit(p, count, body, why)
         : m[4] == PSI_SET  ? take_set(p, count, body, why)
                            : take_return(p, count, body, why);
  }
  if (ok) {
    hash_of(m, n, p->last_taken);
    p->taken++;
    if (p->sent == p->taken) fold(p, p->sent_hash[p->sent - 1], p->last_taken);
  } else {
    *p = before;
  }
  sodium_memzero(m, n);
  free(m);
  return ok;
}

bool psi_done(const struct psi *p) { return p->sent == PSI_RETURN && p->taken == PSI_RETURN; }

bool psi_result(struct psi *p, bool *shared, uint32_t *count, struct why *why) {
  if (!psi_done(p))
    return why_say(why, "The run is not finished: %d of 3 messages sent, %d of 3 taken.", p->sent,
                   p->taken);
  uint8_t *sorted = arena_many(p->keep, uint8_t, (size_t)p->their_n * PSI_POINT);
  memcpy(sorted, p->theirs, (size_t)p->their_n * PSI_POINT);
  qsort(sorted, p->their_n, PSI_POINT, by_point);
  *count = 0;
  for (uint32_t i = 0; i < p->n; i++) {
    bool found = bsearch(p->returned + (size_t)i * PSI_POINT, sorted, p->their_n, PSI_POINT,
                         by_point) != NULL;
    if (shared && !p->count_only) shared[i] = found;
    *count += found;
  }
  sodium_memzero(p->exponent, sizeof p->exponent);
  return true;
}

struct str psi_count_words(struct arena *a, uint32_t count) {
  return count < PSI_SUPPRESS_BELOW ? str_format(a, "under %d", PSI_SUPPRESS_BELOW)
                                    : str_format(a, "%u", count);
}

struct str psi_log_line(struct arena *a, const struct psi *p) {
  return str_format(
      a, "psi run=%.*s cap=%u ours=%u theirs=%u count_only=%d sent=%d taken=%d transcript=%.*s",
      P(hex_of(a, p->run, 32)), p->cap, p->n, p->their_n, p->count_only, p->sent, p->taken,
      P(hex_of(a, p->transcript, 32)));
}

/* ---- between messages ---- */

static const char saved_magic[8] = {'W', 'P', 'S', 'A', 'V', 'E', '0', '1'};

static void own_key(const struct psi_identity *us, uint8_t key[32]) {
  crypto_generichash(key, 32, us->box_secret, 32, (const uint8_t *)"waymark psi state", 17);
}

static void put_array(struct buf *b, const void *p, size_t n) {
  if (p) buf_put(b, (struct str){p, n});
}

bool psi_save(const struct psi *p, struct buf *sealed) {
  struct psi flat = *p;
  uint8_t key[32], nonce[crypto_secretbox_NONCEBYTES];
  size_t points = ((size_t)p->n * 2 + p->their_n) * PSI_POINT;
  struct buf b =
      buf_open(sizeof saved_magic + sizeof flat + (size_t)p->n * sizeof *p->element + points + 64);
  memset(&flat.us, 0, sizeof flat.us);
  flat.keep = NULL;
  buf_put(&b, (struct str){saved_magic, sizeof saved_magic});
  buf_put(&b, (struct str){(char *)&flat, sizeof flat});
  put_array(&b, p->element, p->n * sizeof *p->element);
  put_array(&b, p->blinded, (size_t)p->n * PSI_POINT);
  put_array(&b, p->theirs, (size_t)p->their_n * PSI_POINT);
  put_array(&b, p->returned, (size_t)p->n * PSI_POINT);
  own_key(&p->us, key);
  randombytes_buf(nonce, sizeof nonce);
  char *out = b.full ? NULL : buf_room(sealed, sizeof nonce + b.n + crypto_secretbox_MACBYTES);
  if (out) {
    memcpy(out, nonce, sizeof nonce);
    crypto_secretbox_easy((uint8_t *)out + sizeof nonce, (const uint8_t *)b.p, b.n, nonce, key);
    sealed->n += sizeof nonce + b.n + crypto_secretbox_MACBYTES;
  }
  sodium_memzero(b.p, b.n);
  sodium_memzero(key, sizeof key);
  sodium_memzero(&flat, sizeof flat);
  buf_free(&b);
  return out != NULL;
}

static const uint8_t *take_array(const uint8_t **at, size_t *left, bool there, size_t n) {
  const uint8_t *p = *at;
  if (!there) return NULL;
  if (*left < n) {
    *left = SIZE_MAX;
    return NULL;
  }
  *at += n;
  *left -= n;
  return p;
}

/* Points the arrays into the opened state, which stays in `keep`. */
static bool unpack(struct psi *p, const uint8_t *at, size_t left, struct arena *keep) {
  if (p->n > PSI_ELEMENTS_MAX || p->their_n > PSI_ELEMENTS_MAX || p->sent > 3 || p->taken > 3)
    return false;
  size_t mine = (size_t)p->n * PSI_POINT, others = (size_t)p->their_n * PSI_POINT;
  const uint8_t *elements = take_array(&at, &left, true, (size_t)p->n * sizeof *p->element);
  if (!elements || left == SIZE_MAX) return false;
  p->element = arena_many(keep, struct psi_element, p->n);
  memcpy(p->element, elements, (size_t)p->n * sizeof *p->element);
  uint8_t **arrays[] = {&p->blinded, &p->theirs, &p->returned};
  size_t sizes[] = {mine, others, mine};
  for (size_t i = 0; i < countof(arrays); i++) {
    const uint8_t *from = take_array(&at, &left, *arrays[i] != NULL, sizes[i]);
    if (left == SIZE_MAX) return false;
    *arrays[i] = from ? arena_many(keep, uint8_t, sizes[i]) : NULL;
    if (from) memcpy(*arrays[i], from, sizes[i]);
  }
  return left == 0;
}

bool psi_load(struct psi *p, struct str sealed, const struct psi_identity *us, struct arena *keep,
              struct why *why) {
  uint8_t key[32];
  size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
         fixed = sizeof saved_magic + sizeof *p;
  if (sealed.n < overhead + fixed)
    return why_say(why, "This is not the saved state of a private match.");
  size_t n = sealed.n - overhead;
  struct arena scratch = arena_open(n + 4096);
  uint8_t *plain = arena_many(&scratch, uint8_t, n);
  own_key(us, key);
  bool ok = crypto_secretbox_open_easy(
                plain, (const uint8_t *)sealed.p + crypto_secretbox_NONCEBYTES,
                sealed.n - crypto_secretbox_NONCEBYTES, (const uint8_t *)sealed.p, key) == 0 &&
            !memcmp(plain, saved_magic, sizeof saved_magic);
  if (ok) {
    memcpy(p, plain + sizeof saved_magic, sizeof *p);
    p->us = *us;
    p->keep = keep;
    ok = unpack(p, plain + fixed, n - fixed, keep);
  }
  sodium_memzero(plain, n);
  sodium_memzero(key, sizeof key);
  arena_close(&scratch);
  return ok ||
         why_say(
             why,
             "The saved state cannot be opened: it was altered, or belongs to another identity.");
}
