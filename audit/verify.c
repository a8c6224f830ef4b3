/* verify: reads the whole log once and says where the first fault is.
 *
 *   - every chain: numbers without a gap from 1, each hash that of the one before and the line;
 *   - every head: its hash, its place, and that the chain it seals has that link there;
 *   - every published head stands in the log as it was published;
 *   - the index of people (audit_subject) holds exactly what the lines name: compared as one keyed
 * sum over both, with a key chosen afresh, so nobody can prepare a change that sums to the same. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include "audit/inner.h"

enum { PAGE_ROWS = 2000, WAITING_MAX = 5000 };
struct claim {
  int64_t writer, n, head;
  struct sha256 hash;
};
struct claims {
  struct claim *p;
  size_t n;
};
struct check {
  struct db *db;
  struct arena keep, page;
  struct claims claims; /* by writer, then n */
  const struct audit_head *published;
  size_t n_published;
  struct audit_check *out;
  struct progress *progress;
  struct why *why;
  uint8_t key[crypto_shorthash_KEYBYTES];
  uint64_t sum_lines, sum_index, people_lines, people_index;
};

static uint64_t keyed(struct check *c, int64_t entry_id, int64_t person_id, int64_t classes) {
  int64_t v[3] = {entry_id, person_id, classes};
  uint64_t out;
  crypto_shorthash((unsigned char *)&out, (const unsigned char *)v, sizeof v, c->key);
  return out;
}

/* ---- the log of heads ---- */

static bool claim_read(struct str text, struct claim *out) {
  struct str hash = text, writer = str_cut(&hash, ':'), n = str_cut(&hash, ':');
  return str_to_i64(writer, &out->writer) && str_to_i64(n, &out->n) && hash_unhex(hash, &out->hash);
}

static bool check_published(struct check *c, int64_t n, const struct sha256 *hash) {
  for (size_t i = 0; i < c->n_published; i++)
    if (c->published[i].n == n && memcmp(c->published[i].hash.b, hash->b, sizeof hash->b) != 0)
      return why_say(c->why,
                     "Head %lld is not the one that was published: the log before it was changed.",
                     (long long)n);
  return true;
}

static bool check_head(struct check *c, struct rows *r, struct audit_head *last, size_t *cap) {
  int64_t n = row_int(r, 0);
  struct str at = row_text(r, 1), chains = row_text(r, 2);
  struct sha256 hash, right = audit_link(&last->hash, audit_head_bytes(&c->page, n, at, chains));
  if (n != last->n + 1)
    return why_say(c->why, "Head %lld is missing from the log of heads.", (long long)(last->n + 1));
  if (!hash_unhex(row_text(r, 3), &hash) || memcmp(hash.b, right.b, sizeof hash.b) != 0)
    return why_say(c->why, "Head %lld was changed after it was made.", (long long)n);
  while (chains.n > 0) {
    struct claim claim = {.head = n};
    if (!claim_read(str_cut(&chains, ' '), &claim))
      return why_say(c->why, "Head %lld cannot be read.", (long long)n);
    *slice_push(&c->keep, &c->claims, cap) = claim;
  }
  last->n = n;
  last->hash = hash;
  c->out->heads++;
  return check_published(c, n, &hash);
}

static int claim_cmp(const void *x, const void *y) {
  const struct claim *a = x, *b = y;
  if (a->writer != b->writer) return a->writer < b->writer ? -1 : 1;
  return (a->n > b->n) - (a->n < b->n);
}

static bool check_heads(struct check *c) {
  struct audit_head last = {0};
  size_t cap = 0;
  bool good = true;
  for (int got = PAGE_ROWS; good && got == PAGE_ROWS;) {
    got = 0;
    arena_reset(&c->page);
    struct rows r = db_rows(
        c->db, &c->page,
        SQL_AUDIT("select n, at, chains, hash from audit_head where n > ?1 order by n limit ?2"),
        V(last.n), V((int64_t)PAGE_ROWS));
    while (good && db_next(&r)) got++, good = check_head(c, &r, &last, &cap);
    if (!good)
      db_done(&r);
    else if (r.result != DB_OK)
      good = why_say(c->why, "The audit log cannot be read.");
  }
  for (size_t i = 0; good && i < c->n_published; i++)
    if (c->published[i].n > last.n)
      good = why_say(c->why,
                     "Head %lld was published, but the log ends at head %lld: its end was cut off.",
                     (long long)c->published[i].n, (long long)last.n);
  if (c->claims.n) qsort(c->claims.p, c->claims.n, sizeof *c->claims.p, claim_cmp);
  return good;
}

/* ---- the chains ---- */

struct chain {
  int64_t writer, n;
  struct sha256 hash;
  size_t claim, claims_end;
};

static bool check_subjects(struct check *c, int64_t id, struct str line, struct chain *chain) {
  struct audit_entry e;
  /* the page's arena is emptied with the page; nothing of the entry is kept */
  if (!audit_line_read(&c->page, line, &e))
    return why_say(c->why, "Entry %lld of writer %lld cannot be read.", (long long)chain->n,
                   (long long)chain->writer);
  for (size_t i = 0; i < e.subjects; i++)
    c->sum_lines += keyed(c, id, e.subject[i].person_id, e.subject[i].classes);
  c->people_lines += e.subjects;
  return true;
}

static bool check_entry(struct check *c, struct rows *r, struct chain *chain) {
  int64_t n = row_int(r, 1);
  struct str line = row_text(r, 2), stored = row_text(r, 3);
  char hex[HASH_HEX];
  if (n != chain->n + 1)
    return why_say(c->why, "Entry %lld of writer %lld is missing.", (long long)(chain->n + 1),
                   (long long)chain->writer);
  chain->hash = audit_link(&chain->hash, line);
  chain->n = n;
  hash_hex(&chain->hash, hex);
  if (!str_eq(stored, (struct str){hex, HASH_HEX}))
    return why_say(c->why, "Entry %lld of writer %lld was changed, or one before it was taken out.",
                   (long long)n, (long long)chain->writer);
  while (chain->claim < chain->claims_end && c->claims.p[chain->claim].n == n) {
    if (memcmp(c->claims.p[chain->claim].hash.b, chain->hash.b, sizeof chain->hash.b) != 0)
      return why_say(c->why, "Entry %lld of writer %lld is not the one that head %lld sealed.",
                     (long long)n, (long long)chain->writer,
                     (long long)c->claims.p[chain->claim].head);
    chain->claim++;
  }
  c->out->entries++;
  return check_subjects(c, row_int(r, 0), line, chain);
}

static bool check_chain(struct check *c, struct chain *chain) {
  bool good = true;
  for (int got = PAGE_ROWS; good && got == PAGE_ROWS;) {
    got = 0;
    arena_reset(&c->page);
    struct rows r = db_rows(
        c->db, &c->page,
        SQL_AUDIT(
            "select id, n, line, hash from audit_entry where writer = ?1 and n > ?2 order by n "
            "limit ?3"),
        V(chain->writer), V(chain->n), V((int64_t)PAGE_ROWS));
    while (good && db_next(&r)) got++, good = check_entry(c, &r, chain);
    if (!good)
      db_done(&r);
    else if (r.result != DB_OK)
      good = why_say(c->why, "The audit log cannot be read.");
    if (good && !progress_at(c->progress, (uint64_t)c->out->entries))
      good = why_say(c->why, "Stopped.");
  }
  if (good && chain->claim < chain->claims_end)
    good =
        why_say(c->why, "The end of writer %lld's chain was cut off: head %lld sealed entry %lld.",
                (long long)chain->writer, (long long)c->claims.p[chain->claim].head,
                (long long)c->claims.p[chain->claim].n);
  int64_t sealed = chain->claims_end > 0 && c->claims.n && chain->claim > 0 &&
                           c->claims.p[chain->claim - 1].writer == chain->writer
                       ? c->claims.p[chain->claim - 1].n
                       : 0;
  c->out->after_last_head += chain->n - sealed;
  return good;
}

/* Every writer there is: those with entries, and those only a head remembers. */
static bool check_chains(struct check *c) {
  struct arena *a = &c->keep;
  struct {
    int64_t *p;
    size_t n;
  } writers = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(c->db, a, SQL_AUDIT("select distinct writer from audit_entry order by writer"));
  while (db_next(&r)) *slice_push(a, &writers, &cap) = row_int(&r, 0);
  if (r.result != DB_OK) return why_say(c->why, "The audit log cannot be read.");
  size_t at = 0;
  for (size_t i = 0; i <= writers.n; i++) {
    int64_t writer = i < writers.n ? writers.p[i] : INT64_MAX;
    if (at < c->claims.n && c->claims.p[at].writer < writer)
      return why_say(c->why, "All entries of writer %lld are gone, though head %lld sealed them.",
                     (long long)c->claims.p[at].writer, (long long)c->claims.p[at].head);
    if (i == writers.n) break;
    struct chain chain = {.writer = writer, .claim = at};
    while (at < c->claims.n && c->claims.p[at].writer == writer) at++;
    chain.claims_end = at;
    if (!check_chain(c, &chain)) return false;
  }
  return true;
}

/* ---- the index of people ---- */

static bool check_index(struct check *c) {
  int64_t last = INT64_MIN;
  for (int got = PAGE_ROWS; got == PAGE_ROWS;) {
    got = 0;
    arena_reset(&c->page);
    struct rows r = db_rows(
        c->db, &c->page,
        SQL_AUDIT(
            "select id, entry_id, person_id, classes from audit_subject where id > ?1 order by id "
            "limit ?2"),
        V(last), V((int64_t)PAGE_ROWS));
    while (db_next(&r)) {
      got++;
      last = row_int(&r, 0);
      c->sum_index += keyed(c, row_int(&r, 1), row_int(&r, 2), row_int(&r, 3));
      c->people_index++;
    }
    if (r.result != DB_OK) return why_say(c->why, "The audit log cannot be read.");
  }
  if (c->sum_index == c->sum_lines && c->people_index == c->people_lines) return true;
  return why_say(c->why,
                 "The list of people looked at does not fit the entries (%llu in the list, %llu in "
                 "the entries): "
                 "rows of it were changed.",
                 (unsigned long long)c->people_index, (unsigned long long)c->people_lines);
}

bool audit_verify(struct db *db, const struct audit_head *published, size_t n, struct progress *p,
                  struct audit_check *out, struct why *why) {
  *out = (struct audit_check){0};
  struct check c = {.db = db,
                    .keep = arena_open((size_t)2 << 30),
                    .page = arena_open((size_t)256 << 20),
                    .published = published,
                    .n_published = n,
                    .out = out,
                    .progress = p,
                    .why = why};
  secret_bytes(c.key, sizeof c.key);
  progress_step(p, "Reading the audit log", "entries",
                (uint64_t)db_number(db, 0, SQL_AUDIT("select count(*) from audit_entry")));
  bool good = check_heads(&c) && check_chains(&c) && check_index(&c);
  progress_end(p, (uint64_t)out->entries);
  arena_close(&c.keep);
  arena_close(&c.page);
  return good;
}

/* ---- who looked ---- */

/* What waits to be carried over is newer than every entry of the log, and is numbered from here. */
#define WAITING_FROM ((int64_t)1 << 62)

struct looking {
  struct audit_looks *out;
  struct strs marks; /* of those that waited: one carried over meanwhile is told once */
  size_t cap, marks_cap;
  int64_t person_id;
  size_t limit;
};

static void look_add(struct arena *a, struct looking *l, int64_t id, struct str line) {
  struct audit_look look = {.id = id};
  if (!audit_line_read(a, line, &look.entry)) return;
  for (size_t i = 0; i < look.entry.subjects; i++)
    if (look.entry.subject[i].person_id == l->person_id) {
      look.classes = look.entry.subject[i].classes;
      *slice_push(a, l->out, &l->cap) = look;
      return;
    }
}

/* False, too, when more wait than are read here: better no list than one with holes. */
static bool waiting_looks(struct db *db, struct arena *a, int64_t before, struct looking *l) {
  struct rows r =
      db_rows(db, a,
              SQL("select id, line, mark from audit_outbox where id < ?1 order by id desc "
                  "limit ?2"),
              V(before - WAITING_FROM), V((int64_t)WAITING_MAX));
  size_t rows = 0;
  while (l->out->n < l->limit && db_next(&r)) {
    look_add(a, l, WAITING_FROM + row_int(&r, 0), row_text(&r, 1));
    *slice_push(a, &l->marks, &l->marks_cap) = row_text(&r, 2);
    rows++;
  }
  db_done(&r);
  return r.result == DB_OK && rows < WAITING_MAX;
}

static bool has_waited(const struct looking *l, struct str mark) {
  for (size_t i = 0; i < l->marks.n; i++)
    if (str_eq(l->marks.p[i], mark)) return true;
  return false;
}

bool audit_who_looked(struct db *db, struct arena *a, int64_t person_id, int64_t before, int limit,
                      struct audit_looks *out) {
  struct looking l = {.out = out, .person_id = person_id, .limit = (size_t)limit};
  *out = (struct audit_looks){0};
  if (before <= 0) before = INT64_MAX;
  if (before > WAITING_FROM && !waiting_looks(db, a, before, &l)) return false;
  struct rows r = db_rows(
      db, a,
      SQL_AUDIT(
          "select s.entry_id, s.classes, e.line, e.mark from audit_subject s join audit_entry e on "
          "e.id = s.entry_id where s.person_id = ?1 and s.entry_id < ?2 order by s.entry_id desc "
          "limit ?3"),
      V(person_id), V(before), V((int64_t)(l.limit - out->n)));
  while (db_next(&r)) {
    struct audit_look look = {.id = row_int(&r, 0), .classes = (uint32_t)row_int(&r, 1)};
    if (!has_waited(&l, row_text(&r, 3)) && audit_line_read(a, row_text(&r, 2), &look.entry))
      *slice_push(a, out, &l.cap) = look;
  }
  return r.result == DB_OK;
}

/* ---- for the doctor ---- */

int audit_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  enum { OUTBOX_FEW = 1000 };
  struct audit_head head;
  int faults = 0;
  int64_t waiting = db_number(db, 0, SQL("select count(*) from audit_outbox"));
  if (waiting > OUTBOX_FEW) {
    buf_format(out,
               "%lld changes wait to be written into the audit log. Is `waymark serve` running? It "
               "carries them over "
               "each second.\n",
               (long long)waiting);
    faults++;
  }
  if (!audit_head_now(db, a, &head)) {
    buf_format(out, "The audit log cannot be read. Run `waymark audit verify`.\n");
    return faults + 1;
  }
  const instant_t day = 24 * 3600 * (instant_t)1000000;
  int64_t open =
      db_number(db, 0,
                SQL_AUDIT("select count(*) from audit_writer w where w.sealed_n < (select "
                          "coalesce(max(e.n), 0) from audit_entry e where e.writer = w.id)"));
  if (open > 0 && head.n > 0 && now - head.at > day) {
    buf_format(out, "The audit log has entries that no head has sealed for more than a day. Start "
                    "`waymark serve` once; it "
                    "seals them.\n");
    faults++;
  }
  return faults;
}
