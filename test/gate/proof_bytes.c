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

static void put_without(struct buf *out, struct str text, struct str mark) {
  while (text.n) {
    size_t at = str_find(text, mark);
    buf_put(out, str_slice(text, 0, at));
    if (at == text.n) return;
    text = str_slice(text, at + mark.n, text.n);
    text = str_slice(text, str_find_byte(text, '"'),
                     text.n); /* a form's token is masked afresh each time */
  }
}

static struct str what_came(struct world *w, struct arena *a) {
  struct buf out = buf_open(4 << 20);
  buf_format(&out, "%d %.*s %.*s\n", w->c.status, P(client_header(&w->c, "Location")),
             P(client_header(&w->c, "Content-Type")));
  put_without(&out, w->c.text, S("name=\"csrf\" value=\""));
  struct str came = str_copy(a, buf_str(&out));
  buf_free(&out);
  return came;
}

static bool is_vesnas(const char *actor) { return gate_truth(actor, ROW_VESNA); }

static size_t differs(struct world *one, struct world *two, size_t actor, size_t route,
                      const char *id, const char *form, struct buf *said) {
  struct arena a = arena_open(16 << 20);
  const struct route *r = gate_routes(one).p[route];
  gate_send(one, &one->actor[actor], r, id, form);
  struct str first = what_came(one, &a);
  gate_send(two, &two->actor[actor], gate_routes(two).p[route], id, form);
  bool same = str_eq(first, what_came(two, &a));
  if (!same)
    buf_format(said, "%s as %s, id %s, %s: the bytes differ\n", r->path, one->actor[actor].name, id,
               form);
  arena_close(&a);
  return !same;
}

static size_t compare(struct world *one, struct world *two, struct buf *said) {
  static const enum gate_row asked[] = {ROW_VESNA, ROW_PIERS, ROW_ABSENT};
  struct routes all = gate_routes(one);
  size_t faults = 0;
  for (size_t i = 0; i < all.n; i++)
    for (size_t a = 0; a < one->actors; a++) {
      bool id = strchr(all.p[i]->path, '{') != NULL;
      if (all.p[i]->kind == WRITE || gate_expected(all.p[i], said).fresh ||
          is_vesnas(one->actor[a].name))
        continue;
      for (size_t k = 0; k < (id ? countof(asked) : 1); k++)
        for (size_t s = 0; s < (all.p[i]->kind == ASK ? countof(searches) : 1); s++)
          faults += differs(one, two, a, i, one->id[asked[k]], searches[s], said);
    }
  return faults;
}

size_t proof_noninterference(struct db_test *t, struct buf *said) {
  size_t faults = 0;
  struct world plain = world_make(t, VESNA_PLAIN);
  for (enum gate_variant v = VESNA_PROTECTED; v <= VESNA_HIDDEN; v++) {
    struct db_test other;
    db_test_open(&other, t->kind, t->lists, t->n_lists);
    struct world world = world_make(&other, v);
    faults += compare(&plain, &world, said);
    world_close(&world);
    db_test_close(&other);
  }
  world_close(&plain);
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
                                           "CANARY-PROTECTED", "CANARY-hidden", "canary-hidden"};

static struct backup_hooks hooks(struct db_test *t) {
  return (struct backup_hooks){.clock = clock_now, .lists = t->lists, .n_lists = t->n_lists};
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
                      struct buf *said) {
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
    bool sees = gate_truth(as->name, (enum gate_row)row), peer = as->actor.roles == ROLE_PEER;
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
  for (size_t i = 0; i < all.n; i++)
    for (size_t a = 0; a < w->actors; a++)
      for (int row = 0; row < (strchr(all.p[i]->path, '{') ? GATE_ROWS : 1); row++) {
        gate_send(w, &w->actor[a], all.p[i], w->id[row], "search=can");
        faults += in_page(w, &w->actor[a], all.p[i], said);
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
