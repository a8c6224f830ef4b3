/* store: the contracts this installation knows, in every wording they had, and who delivers them.
 */
#include "base/embed.h"
#include "programme/inside.h"
#include "sharing/sharing.h"

extern const struct embedded_files programme_packs;

static struct str hash_of(struct arena *a, struct str words) {
  struct sha256 h = sha256_of(words);
  return hex_of(a, &h, sizeof h);
}

/* ---- checking what a contract names elsewhere ---- */

/* Whose field it is: the person's, their start's, or the day of an outcome the contract counts. */
static bool of_a_start(const struct contract *c, struct str field) {
  struct str kind = field;
  if (str_starts(field, S("person.")) || str_starts(field, S("joining."))) return true;
  return str_eq(str_cut(&kind, '.'), S("outcome")) && contract_outcome(c, kind);
}

static bool return_known(const struct declared_returns *all, const struct contract *c,
                         struct str code, struct why *why) {
  for (size_t i = 0; i < all->n; i++) {
    if (!str_eq(all->p[i].code, code)) continue;
    for (size_t k = 0; k < all->p[i].fields.n; k++) {
      struct str field = all->p[i].fields.p[k].field;
      if (!return_field_allowed(field, why)) return false;
      if (!of_a_start(c, field))
        return why_say(why, "Return %.*s names %.*s, which no programme start has.", P(code),
                       P(field));
    }
    return true;
  }
  return why_say(why, "No declared return %.*s is known. Put it into packs/returns first.",
                 P(code));
}

bool programme_returns_right(struct db *db, struct arena *a, const struct contract *c,
                             struct why *why) {
  struct declared_returns all = returns_known(db, a);
  for (size_t i = 0; i < c->funders.n; i++)
    if (c->funders.p[i].returns.n && !return_known(&all, c, c->funders.p[i].returns, why))
      return false;
  return true;
}

/* ---- keeping ---- */

static enum db_result keep_wording(struct db *db, struct arena *a, struct str code,
                                   struct str words, instant_t now) {
  struct str hash = hash_of(a, words);
  int64_t id = db_insert(
      db,
      SQL("insert into programme (public_id, code, hash, changed_at) values (?1, ?2, ?3, ?4) on "
          "conflict (code) do update set hash = excluded.hash, changed_at = case when "
          "programme.hash = excluded.hash then programme.changed_at else excluded.changed_at end "
          "returning id"),
      db_uuid(a, uuid_v4()), V(code), V(hash), db_instant(a, now));
  if (!id) return DB_FAILED;
  return db_run(db,
                SQL("insert into programme_wording (programme_id, hash, words, since) values (?1, "
                    "?2, ?3, ?4) on conflict (programme_id, hash) do nothing"),
                V(id), V(hash), V(words), db_instant(a, now));
}

bool programme_keep(struct db *db, struct arena *a, struct str text, instant_t now,
                    struct why *why) {
  struct contract c;
  if (!contract_read(a, text, &c, why)) return false;
  if (c.rule.n && !programme_rule(&c))
    return why_say(why, "No rule is called \"%.*s\". Put it into packs/programmes first.",
                   P(c.rule));
  if (!programme_returns_right(db, a, &c, why)) return false;
  return keep_wording(db, a, c.code, text, now) == DB_OK ||
         why_say(why, "The programme could not be saved.");
}

/* Returns first: contracts name them. */
static bool keep_packs(struct db *db, struct arena *a, const char *ending, instant_t now,
                       struct why *why) {
  for (size_t i = 0; i < programme_packs.n; i++) {
    struct str name = str_of(programme_packs.p[i].name), text = programme_packs.p[i].content;
    if (!str_ends(name, str_of(ending))) continue;
    bool kept = str_ends(name, S(".csv")) ? returns_keep(db, a, text, why)
                                          : programme_keep(db, a, text, now, why);
    if (!kept) return why_at(why, "%.*s", P(name));
  }
  return true;
}

bool programme_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                    struct why *why) {
  (void)p;
  db_begin(db, STORE_MAIN);
  if (!keep_packs(db, a, ".csv", now, why) || !keep_packs(db, a, ".programme", now, why)) {
    db_rollback(db, STORE_MAIN);
    return false;
  }
  return db_commit(db, STORE_MAIN) == DB_OK || why_say(why, "The programmes could not be saved.");
}

/* ---- reading ---- */

static bool read_one(struct rows *r, struct arena *a, struct programme *out) {
  struct why why;
  out->id = row_int(r, 0), out->public_id = row_uuid(r, 1), out->hash = row_text(r, 2);
  if (contract_read(a, row_text(r, 3), &out->contract, &why)) return true;
  log_event(LOG_ALARM, "contract_unreadable", "programme=%lld", (long long)out->id);
  return false;
}

struct programmes programmes_known(struct db *db, struct arena *a) {
  struct programmes all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select p.id, p.public_id, p.hash, w.words from programme p join "
                              "programme_wording w on w.programme_id = p.id and w.hash = p.hash "
                              "order by p.code"));
  while (db_next(&r)) {
    struct programme one;
    if (read_one(&r, a, &one)) *slice_push(a, &all, &cap) = one;
  }
  return all;
}

static bool read_found(struct rows *r, bool found, struct arena *a, struct programme *out) {
  if (!found) return false;
  bool good = read_one(r, a, out);
  db_done(r);
  return good;
}

bool programme_by_code(struct db *db, struct arena *a, struct str code, struct programme *out) {
  struct rows r;
  bool found = db_one(&r, db, a,
                      SQL("select p.id, p.public_id, p.hash, w.words from programme p join "
                          "programme_wording w on w.programme_id = p.id and w.hash = p.hash where "
                          "p.code = ?1"),
                      V(code));
  return read_found(&r, found, a, out);
}

bool programme_by_id(struct db *db, struct arena *a, int64_t id, struct programme *out) {
  struct rows r;
  bool found = db_one(&r, db, a,
                      SQL("select p.id, p.public_id, p.hash, w.words from programme p join "
                          "programme_wording w on w.programme_id = p.id and w.hash = p.hash where "
                          "p.id = ?1"),
                      V(id));
  return read_found(&r, found, a, out);
}

bool programme_wording(struct db *db, struct arena *a, int64_t programme_id, struct str hash,
                       struct contract *out) {
  struct rows r;
  struct why why;
  if (!db_one(&r, db, a,
              SQL("select words from programme_wording where programme_id = ?1 and hash = ?2"),
              V(programme_id), V(hash)))
    return false;
  bool good = contract_read(a, row_text(&r, 0), out, &why);
  db_done(&r);
  return good;
}

/* ---- who delivers ---- */

enum db_result programme_deliver(struct db *db, int64_t programme_id, int64_t organisation_id,
                                 bool on, struct arena *a, instant_t now) {
  if (!on)
    return db_run(db,
                  SQL("delete from programme_delivery where programme_id = ?1 and "
                      "organisation_id = ?2"),
                  V(programme_id), V(organisation_id));
  return db_run(db,
                SQL("insert into programme_delivery (programme_id, organisation_id, since) values "
                    "(?1, ?2, ?3) on conflict (programme_id, organisation_id) do nothing"),
                V(programme_id), V(organisation_id), db_instant(a, now));
}

bool programme_delivered(struct db *db, int64_t programme_id, int64_t organisation_id) {
  return db_number(db, 0,
                   SQL("select 1 from programme_delivery where programme_id = ?1 and "
                       "organisation_id = ?2"),
                   V(programme_id), V(organisation_id)) != 0;
}
