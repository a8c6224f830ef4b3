/* copy_pages: a person's facts in the order of an outside system's screens, to be copied field by
 * field; what changed since it was keyed last, who keyed it, and its reference there. */
#include "db/seal.h"
#include "exchange.html.h"
#include "exchange/copyout.h"
#include "exchange/inside.h"
#include "exchange/pages.h"

enum { REFERENCE_MAX = 80, PRINT_HEX = 12 };

static const struct copy_system *system_named(struct arena *a, struct str code) {
  struct copy_systems all = copyout_systems(a);
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i].code, code)) return &all.p[i];
  return NULL;
}

static struct str print_of(struct arena *a, int64_t person_id, const struct copy_field *f,
                           struct str value) {
  struct str whole = str_format(a, "%lld\n%.*s\n%.*s\n%.*s", (long long)person_id, P(f->screen),
                                P(f->label), P(value));
  return str_slice(seal_blind(a, "copied out", whole), 0, PRINT_HEX);
}

struct keyed { bool is; struct str prints, reference; int64_t by_user; instant_t at; };

static struct keyed last_keyed(struct request *rq, int64_t person_id, struct str system) {
  struct keyed k = {0};
  struct rows r;
  struct seal_place at = {person_id, CLASS_IDENTITY, "copy_keyed.reference"};
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select prints, reference, by_user, at from copy_keyed where person_id = ?1 and "
                  "system = ?2 order by id desc limit 1"),
              V(person_id), V(system)))
    return k;
  k = (struct keyed){true, row_text(&r, 0), {0}, row_int(&r, 2), row_instant(&r, 3)};
  struct str sealed = row_text(&r, 1);
  db_done(&r);
  if (sealed.n) unseal(rq->db, rq->arena, at, sealed, &k.reference);
  return k;
}

void copy_list_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_IDENTITY)) return;
  struct copy_list_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Copy out"))};
  struct copy_systems all = copyout_systems(rq->arena);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct keyed k = last_keyed(rq, p.id, all.p[i].code);
    *slice_push(rq->arena, &page.systems, &cap) = (struct copy_row){
        .path = str_format(rq->arena, "/people/%.*s/copy/%.*s",
                           P(uuid_str(rq->arena, p.public_id)), P(all.p[i].code)),
        .name = all.p[i].name,
        .keyed = k.is ? instant_local_uk(k.at).day : DAY_NONE};
  }
  view_copy_list(rq->view, &page);
}

static void put_fields(struct request *rq, const struct copy_system *s, const struct person *p,
                       const struct keyed *k, struct copy_page *page) {
  struct str screen = {0};
  size_t screens_cap = 0, cap = 0;
  for (size_t i = 0; i < s->fields.n; i++) {
    const struct copy_field *f = &s->fields.p[i];
    struct str value = copyout_value(rq->arena, f, p);
    if (!i || !str_eq(f->screen, screen)) {
      screen = f->screen, cap = 0;
      *slice_push(rq->arena, &page->screens, &screens_cap) =
          (struct copy_screen){.name = screen, .number = str_format(rq->arena, "%zu", i)};
    }
    bool changed = k->is && !str_contains(k->prints, print_of(rq->arena, p->id, f, value));
    page->changed += changed;
    *slice_push(rq->arena, &page->screens.p[page->screens.n - 1].fields, &cap) =
        (struct copy_value){.id = str_format(rq->arena, "copy-%zu", i),
                            .label = f->label,
                            .value = value,
                            .example = f->example,
                            .changed = changed};
  }
}

static bool open_copy(struct request *rq, struct person *p, struct sight *sight,
                      const struct copy_system **s) {
  if (!people_open(rq, p, sight, CLASS_IDENTITY)) return false;
  *s = system_named(rq->arena, request_path(rq, "system"));
  if (*s) return true;
  reply_not_found(rq);
  return false;
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 const struct copy_system *s, struct str fault) {
  struct keyed k = last_keyed(rq, p->id, s->code);
  struct copy_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Copy out")),
                           .name = s->name, .version = s->version, .dated = s->dated,
                           .action = rq->path, .fault = fault, .keyed = k.is,
                           .reference = k.reference};
  if (k.is) {
    page.keyed_on = instant_local_uk(k.at).day;
    page.keyed_by = accounts_user_name(rq->db, rq->arena, k.by_user);
  }
  put_fields(rq, s, p, &k, &page);
  view_copy_one(rq->view, &page);
}

void copy_page(struct request *rq) {
  struct person p;
  struct sight sight;
  const struct copy_system *s;
  if (open_copy(rq, &p, &sight, &s)) show(rq, &p, sight, s, (struct str){0});
}

static enum db_result keep_keyed(struct request *rq, const struct person *p,
                                 const struct copy_system *s, struct str reference) {
  struct seal_place at = {p->id, CLASS_IDENTITY, "copy_keyed.reference"};
  struct str sealed = {0};
  struct buf prints = buf_open(COPY_FIELDS_MAX * (PRINT_HEX + 1) + 1);
  for (size_t i = 0; i < s->fields.n; i++) {
    struct str value = copyout_value(rq->arena, &s->fields.p[i], p);
    buf_put(&prints, print_of(rq->arena, p->id, &s->fields.p[i], value));
    buf_byte(&prints, ' ');
  }
  struct str kept = str_copy(rq->arena, buf_str(&prints));
  buf_free(&prints);
  if (reference.n && !seal(rq->db, rq->arena, at, reference, rq->now, &sealed)) return DB_FAILED;
  return db_run(rq->db,
                SQL("insert into copy_keyed (person_id, system, version, by_user, at, reference, "
                    "prints) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                V(p->id), V(s->code), V(s->version), V(rq->actor.user_id),
                db_instant(rq->arena, rq->now), sealed.n ? db_blob(sealed) : db_null(), V(kept));
}

void copy_post(struct request *rq) {
  struct person p;
  struct sight sight;
  const struct copy_system *s;
  struct str reference = str_trim(request_form(rq, "reference"));
  if (!open_copy(rq, &p, &sight, &s)) return;
  if (utf8_count(reference) > REFERENCE_MAX) {
    reply_status(rq, 422);
    show(rq, &p, sight, s, PAGE_TITLE(rq, "A reference has at most 80 characters."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_keyed(rq, &p, s, reference);
  audit_did(rq, "keyed elsewhere", p.id, CLASS_IDENTITY | CLASS_CONTACT);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result != DB_OK || kept != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else {
    reply_flash(rq, PAGE_TITLE(rq, "Written down."));
    reply_redirect(rq, str_format(rq->arena, "/people/%.*s/copy",
                                  P(uuid_str(rq->arena, p.public_id))));
  }
}

enum db_result copy_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now) {
  (void)a, (void)now;
  return classes & CLASS_IDENTITY
             ? db_run(db, SQL("delete from copy_keyed where person_id = ?1"), V(person_id))
             : DB_OK;
}
