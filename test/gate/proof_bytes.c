/* Non-interference (D1): two worlds that differ only in Vesna's protected facts give everyone but
 * her own workers the same bytes. Canaries (D2): what is sealed or restricted stands in no output
 * it should not, no log, no title, no address, not in the main database and not in a backup. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "app/domains.h"
#include "db/backup.h"
#include "gate.h"

/* ---- D1 ---- */

static const char *const searches[] = {"search=", "search=can+ves", "search=vesna",
                                       "search=07700900999", "search=capstan"};

/* A form's token is masked afresh each time it is written. */
static void put_without(struct buf *out, struct str text, struct str mark) {
  while (text.n) {
    size_t at = str_find(text, mark);
    buf_put(out, str_slice(text, 0, at));
    if (at == text.n) return;
    text = str_slice(text, at + mark.n, text.n);
    text = str_slice(text, str_find_byte(text, '"'), text.n);
  }
}

/* Status, every header (of a cookie only its name: its value is random) and every byte. */
static struct str what_came(struct world *w, struct arena *a) {
  struct buf out = buf_open(4 << 20);
  buf_format(&out, "%d\n", w->c.status);
  for (size_t i = 0; i < w->c.answer.headers; i++) {
    const struct header *h = &w->c.answer.header[i];
    bool cookie = str_eq_nocase(h->name, S("Set-Cookie"));
    struct str value = cookie ? str_slice(h->value, 0, str_find_byte(h->value, '=')) : h->value;
    buf_format(&out, "%.*s: %.*s\n", P(h->name), P(value));
  }
  put_without(&out, w->c.text, S("name=\"csrf\" value=\""));
  struct str came = str_copy(a, buf_str(&out));
  buf_free(&out);
  return came;
}

struct pair { struct world *one, *two; struct arena a; struct buf *said; };

static size_t differs(struct pair *p, size_t actor, size_t route, enum gate_row row,
                      const char *form) {
  const struct route *r = gate_routes(p->one).p[route];
  arena_reset(&p->a);
  gate_send(p->one, &p->one->actor[actor], r, row, form);
  struct str first = what_came(p->one, &p->a);
  gate_send(p->two, &p->two->actor[actor], gate_routes(p->two).p[route], row, form);
  struct str second = what_came(p->two, &p->a);
  if (str_eq(first, second)) return 0;
  size_t at = 0, before = 30, shown = 90;
  while (at < first.n && at < second.n && first.p[at] == second.p[at]) at++;
  at = at > before ? at - before : 0;
  buf_format(p->said, "%s as %s, id %s, %s: the bytes differ: '%.*s' and '%.*s'\n", r->path,
             p->one->actor[actor].name, gate_row_names[row], form,
             P(str_slice(first, at, at + shown)), P(str_slice(second, at, at + shown)));
  return 1;
}

/* Every question of a search; of anything else that takes a form, the empty and the whole one. */
static size_t differs_in_forms(struct pair *p, size_t actor, size_t route, enum gate_row row) {
  const struct route *r = gate_routes(p->one).p[route];
  const char *whole = gate_form_of(r);
  size_t faults = 0;
  if (r->flags & ROUTE_SEARCH || (r->kind == ASK && !whole[0])) {
    for (size_t s = 0; s < countof(searches); s++)
      faults += differs(p, actor, route, row, searches[s]);
    return faults;
  }
  faults += differs(p, actor, route, row, "");
  return whole[0] ? faults + differs(p, actor, route, row, whole) : faults;
}

size_t gate_compare(struct world *one, struct world *two, const enum gate_row *asked, size_t n,
                    enum gate_row except, struct buf *said) {
  struct pair p = {one, two, arena_open(16 << 20), said};
  struct routes all = gate_routes(one);
  size_t faults = 0;
  for (size_t i = 0; i < all.n; i++)
    for (size_t a = 0; a < one->actors; a++) {
      struct expected e = gate_expected(all.p[i], said);
      if (e.fresh || gate_truth(e.truth, one->actor[a].name, except)) continue;
      bool about = strchr(all.p[i]->path, '{') && gate_may(&e, &one->actor[a].actor);
      for (size_t k = 0; k < (about ? n : 1); k++)
        faults += differs_in_forms(&p, a, i, asked[k]);
    }
  arena_close(&p.a);
  return faults;
}

size_t proof_noninterference(struct db_test *t, struct buf *said) {
  static const enum gate_row asked[] = {ROW_VESNA, ROW_PIERS, ROW_ABSENT};
  size_t faults = 0;
  /* Both worlds are fresh for each difference: an erased key is not taken back after a try. */
  for (enum gate_variant v = VESNA_PROTECTED; v <= VESNA_HIDDEN; v++) {
    struct db_test mine, other;
    db_test_open(&mine, t->kind, t->lists, t->n_lists);
    db_test_open(&other, t->kind, t->lists, t->n_lists);
    struct world plain = world_make(&mine, VESNA_PLAIN), world = world_make(&other, v);
    faults += gate_compare(&plain, &world, asked, countof(asked), ROW_VESNA, said);
    world_close(&world);
    world_close(&plain);
    db_test_close(&other);
    db_test_close(&mine);
  }
  return faults;
}

/* ---- D2 ---- */

static size_t search_file(const char *path, const char *const *canaries, size_t n,
                          struct buf *said) {
  struct arena a = arena_open((size_t)1 << 30);
  struct str all;
  struct why why;
  size_t faults = 0;
  if (!file_exists(path)) return 0;
  if (!file_read(&a, path, (size_t)512 << 20, &all, &why)) fail_msg("%s", why.text);
  for (size_t i = 0; i < n; i++)
    if (str_contains(all, str_of(canaries[i])))
      faults++, buf_format(said, "%s holds %s\n", path, canaries[i]);
  arena_close(&a);
  return faults;
}

/* Everything sealed, and everything of who hides, however it is asked for. */
static const char *const never_stored[] = {"CANARY-ADDRESS",   "CANARY-NOTE",   "CANARY-STRENGTH",
                                           "CANARY-PROTECTED", "CANARY-hidden", "canary-hidden",
                                           "CANARY-SEALED"};

static struct backup_hooks hooks(struct db_test *t) {
  return (struct backup_hooks){.clock = clock_now, .lists = t->lists, .n_lists = t->n_lists};
}

/* The live tables of PostgreSQL, row by row as text; sealed bytes stand in it as hexadecimal, so
 * each canary is looked for in both. */
static size_t dumped(struct str url, const char *folder, struct buf *said) {
  char path[128], command[1024];
  const char *hex[countof(never_stored)];
  struct arena a = arena_open(1 << 20);
  snprintf(path, sizeof path, "%s/live.sql", folder);
  snprintf(command, sizeof command,
           "pg_dump --data-only --column-inserts --file='%s' '%.*s' 2>/dev/null", path,
           P(url));
  if (system(command) != 0) fail_msg("pg_dump could not read the live tables");
  for (size_t i = 0; i < countof(never_stored); i++)
    hex[i] = str_c(&a, hex_of(&a, never_stored[i], strlen(never_stored[i])));
  size_t faults = search_file(path, never_stored, countof(never_stored), said) +
                  search_file(path, hex, countof(hex), said);
  arena_close(&a);
  return faults;
}

static size_t stored(struct db_test *t, struct buf *said) {
  static const char *const files[] = {"waymark.db",    "waymark.db-wal", "audit.db",
                                      "audit.db-wal",  "work.db",        "work.db-wal",
                                      "waymark.pgdump"};
  char folder[64], path[256];
  struct why why;
  struct backup_made made = {0};
  struct progress none = {0};
  struct backup_hooks h = hooks(t);
  size_t faults = 0;
  test_folder(folder);
  if (t->kind == DB_POSTGRES)
    faults += dumped(t->where.url, folder, said) + dumped(t->where.keys_url, folder, said);
  if (!backup_make(&t->where, &(struct backup_places){.folder = str_of(folder)}, &h, t->arena,
                   &none, &made, &why))
    fail_msg("backup: %s", why.text);
  for (size_t i = 0; i < countof(files); i++) {
    snprintf(path, sizeof path, "%s/%s", t->folder, files[i]);
    faults += search_file(path, never_stored, countof(never_stored), said);
    snprintf(path, sizeof path, "%.*s/%s", P(made.folder), files[i]);
    faults += search_file(path, never_stored, countof(never_stored), said);
  }
  return faults;
}

static size_t in_page(struct world *w, const struct gate_actor *as, const struct route *r,
                      struct str truth, struct buf *said) {
  size_t faults = 0;
  struct str title =
      str_slice(w->c.text, str_find(w->c.text, S("<title>")), str_find(w->c.text, S("</title>")));
  if (str_contains(title, S("CANARY")))
    faults++, buf_format(said, "%s as %s: a name in the title\n", r->path, as->name);
  if (str_contains(client_header(&w->c, "Location"), S("CANARY")))
    faults++, buf_format(said, "%s as %s: a name in an address\n", r->path, as->name);
  for (int row = 0; row <= ROW_VESNA; row++) {
    char note[64], address[64];
    snprintf(note, sizeof note, "CANARY-NOTE-%.*s", P(w->row[row].name));
    snprintf(address, sizeof address, "CANARY-ADDRESS-%.*s", P(w->row[row].name));
    bool sees = gate_truth(truth, as->name, (enum gate_row)row),
         peer = as->actor.roles == ROLE_PEER;
    bool own = as->actor.person_id && as->actor.person_id == w->row[row].id;
    if (str_contains(w->c.text, str_of(gate_canary((enum gate_row)row))) && !sees && !own)
      faults += 1, buf_format(said, "%s as %s: something sealed about %s\n", r->path, as->name,
                              gate_row_names[row]);
    if (str_contains(w->c.text, str_of(note)) && (!sees || peer))
      faults++, buf_format(said, "%s as %s: the safe note of %s\n", r->path, as->name,
                           gate_row_names[row]);
    if (str_contains(w->c.text, str_of(address)) && !sees)
      faults++,
          buf_format(said, "%s as %s: the address of %s\n", r->path, as->name, gate_row_names[row]);
  }
  return faults;
}

static size_t walk(struct world *w, struct buf *said) {
  struct routes all = gate_routes(w);
  size_t faults = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct expected e = gate_expected(all.p[i], said);
    const char *whole = gate_form_of(all.p[i]);
    for (size_t a = 0; a < w->actors; a++) {
      bool about = strchr(all.p[i]->path, '{') && gate_may(&e, &w->actor[a].actor);
      for (int row = 0; row < (about ? GATE_ROWS : 1); row++) {
        gate_send(w, &w->actor[a], all.p[i], (enum gate_row)row,
                  whole[0] ? whole : "search=can");
        faults += in_page(w, &w->actor[a], all.p[i], e.truth, said);
      }
    }
  }
  return faults;
}

size_t proof_canaries(struct db_test *t, struct buf *said) {
  static const char *const any[] = {"CANARY"};
  char folder[64], path[96];
  test_folder(folder);
  snprintf(path, sizeof path, "%s/log", folder);
  int old = dup(STDERR_FILENO), log = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  dup2(log, STDERR_FILENO);
  log_level_set(LOG_DEBUG);
  struct world w = world_make(t, VESNA_PROTECTED);
  size_t faults = walk(&w, said);
  log_level_set(LOG_INFO);
  dup2(old, STDERR_FILENO);
  close(old);
  close(log);
  faults += search_file(path, any, 1, said);
  world_close(&w);
  return faults + stored(t, said);
}
