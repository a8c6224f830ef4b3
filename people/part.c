/* part: the ways and cards that every domain adds to a person's pages. */
#include "base/planted.h"
#include "people/part.h"
#include "web/wrote.h"
#include "people/inside.h"

enum { PARTS_MAX = 64, WORKLISTS_MAX = 48 };
static const struct person_part *parts[PARTS_MAX];
static size_t n_parts;
static const struct person_worklist *worklists[WORKLISTS_MAX];
static size_t n_worklists;

TEXT_MESSAGE(summary, "Summary");

/* In the order of their places; those of one place in the order of the domains. */
static void insert(const struct person_part *part) {
  size_t at = n_parts++;
  for (; at && parts[at - 1]->place > part->place; at--) parts[at] = parts[at - 1];
  parts[at] = part;
}

void people_parts_use(const struct domain *const *given, size_t n) {
  web_wrote_use(people_hide_follow);
  n_parts = n_worklists = 0;
  for (size_t d = 0; d < n; d++)
    for (size_t i = 0; i < given[d]->n_person_parts && n_parts < PARTS_MAX; i++)
      insert(&given[d]->person_parts[i]);
  for (size_t d = 0; d < n; d++)
    for (size_t i = 0; i < given[d]->n_worklists && n_worklists < WORKLISTS_MAX; i++)
      worklists[n_worklists++] = &given[d]->worklists[i];
}

const struct person_worklist *people_worklist(size_t i) {
  return i < n_worklists ? worklists[i] : NULL;
}

static bool part_fits(const struct person_part *part, const struct actor *actor, uint32_t classes) {
  return part->classes & classes && (!part->roles || actor_has(actor, part->roles));
}

bool people_open(struct request *rq, struct person *p, struct sight *sight, uint32_t classes) {
  struct uuid id;
  /* An address that is no id goes through the same statements as one that is. */
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  if (!people_load(rq, id, p, sight) || (classes && !(sight->classes & classes))) {
    audit_shows(rq, 0, 0);
    reply_not_found(rq);
    return false;
  }
  audit_shows(rq, p->id, sight->classes);
  return true;
}

bool people_seen(struct request *rq, int64_t person_id, struct sight sight, struct person *p) {
  return people_read(rq->db, rq->arena, person_id, sight, p);
}

static void add_way(struct request *rq, struct person_head *h, size_t *cap,
                    const struct message *name, struct str href, int place) {
  bool below = str_starts(rq->path, href) && rq->path.n > href.n && rq->path.p[href.n] == '/';
  bool here = str_eq(rq->path, href) || (below && h->ways.n > 0);
  bool seldom = place >= PART_SELDOM;
  *slice_push(rq->arena, &h->ways, cap) = (struct person_way){name, href, here, seldom};
  h->seldom |= seldom;
  h->seldom_open |= seldom && here;
}

static void add_ways(struct request *rq, struct person_head *h, uint32_t classes) {
  size_t cap = 0;
  add_way(rq, h, &cap, &summary, str_format(rq->arena, "/people/%.*s", P(h->id)), 0);
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i]->path && part_fits(parts[i], &rq->actor, classes))
      add_way(rq, h, &cap, parts[i]->name,
              str_format(rq->arena, "/people/%.*s/%s", P(h->id), parts[i]->path), parts[i]->place);
}

struct person_head people_head(struct request *rq, const struct person *p, struct sight sight,
                               struct str title) {
  struct person_head h = {
      .layout = page_layout(rq, title),
      .id = uuid_str(rq->arena, p->public_id),
      .name = p->name,
      .why = words_label((enum language)rq->lang, permission_words(rq->arena, sight))};
  people_safe_head(rq, p, sight, &h);
  add_ways(rq, &h, sight.classes);
  return h;
}

void people_next_things(struct request *rq, const int64_t *people, struct person_next *out,
                        size_t n) {
  struct person_next *each = arena_many(rq->arena, struct person_next, n + 1);
  for (size_t i = 0; i < n; i++) out[i] = (struct person_next){.on = DAY_NONE};
  for (size_t i = 0; n && i < n_parts; i++) {
    const struct person_part *part = parts[i];
    if (!part->next || (part->roles && !actor_has(&rq->actor, part->roles))) continue;
    for (size_t k = 0; k < n; k++) each[k] = (struct person_next){.on = DAY_NONE};
    part->next(rq, people, each, n);
    for (size_t k = 0; k < n; k++)
      if (each[k].words.n &&
          (!out[k].words.n ||
           (each[k].on != DAY_NONE && (out[k].on == DAY_NONE || each[k].on < out[k].on))))
        out[k] = each[k];
  }
}

void people_good_things(struct request *rq, const int64_t *people, day_t since,
                        struct person_good *out, size_t n) {
  struct person_next *each = arena_many(rq->arena, struct person_next, n + 1);
  for (size_t i = 0; i < n; i++) out[i] = (struct person_good){.on = DAY_NONE};
  for (size_t i = 0; n && i < n_parts; i++) {
    const struct person_part *part = parts[i];
    if (!part->good || (part->roles && !actor_has(&rq->actor, part->roles))) continue;
    for (size_t k = 0; k < n; k++) each[k] = (struct person_next){.on = DAY_NONE};
    part->good(rq, people, since, each, n);
    for (size_t k = 0; k < n; k++)
      if (each[k].words.n && (!out[k].words.n || each[k].on > out[k].on))
        out[k] = (struct person_good){each[k].words, each[k].on, part->classes};
  }
}

void people_listed_all(struct request *rq, const int64_t *people, const struct sight *sights,
                       size_t n, struct person *out) {
  struct person p;
  bool *whole = arena_many(rq->arena, bool, n + 1); /* who hides is sealed whole */
  for (size_t i = 0; i < n; i++) record_clear(&person_type, &out[i]);
  if (!n) return;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("/* by key */ select id, public_id, name, safe_way, created_at from "
                              "person where id in INTS(?1)"),
                          db_in(rq->arena, people, n));
  while (db_next(&r)) {
    record_clear(&person_type, &p);
    record_from_row(&person_type, &r, &p);
    for (size_t i = 0; i < n; i++) {
      if (people[i] != p.id) continue;
      out[i] = p, whole[i] = !p.name.n;
      people_redact(&person_type, &out[i], sights[i].classes);
    }
  }
  for (size_t i = 0; i < n; i++)
    if (whole[i] && !people_read(rq->db, rq->arena, people[i], sights[i], &out[i]))
      record_clear(&person_type, &out[i]);
}

bool people_listed(struct request *rq, int64_t person_id, struct sight sight, struct person *p) {
  people_listed_all(rq, &person_id, &sight, 1, p);
  return p->id != 0;
}

enum db_result people_parts_erase(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes, instant_t now) {
  enum db_result result = DB_OK;
  for (size_t i = 0; i < n_parts && result == DB_OK; i++)
    if (parts[i]->erase) result = parts[i]->erase(db, a, person_id, classes, now);
  return result;
}

enum db_result people_parts_hide(struct db *db, struct arena *a, const struct veil *veil) {
  enum db_result result = DB_OK;
  for (size_t i = 0; i < n_parts && result == DB_OK && PLANTED != PLANTED_HIDES_BY_HALVES; i++)
    if (parts[i]->hide) result = parts[i]->hide(db, a, veil);
  return result;
}

void people_held(struct held *h) {
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i]->hold) parts[i]->hold(h);
}

enum db_result people_parts_wrote(struct db *db, struct arena *a, const struct person *p,
                                  instant_t now) {
  enum db_result result = DB_OK;
  for (size_t i = 0; i < n_parts && result == DB_OK; i++)
    if (parts[i]->wrote) result = parts[i]->wrote(db, a, p, now);
  return result;
}

struct markup people_parts_alike(struct request *rq, const struct person *p) {
  struct markup found = {0};
  for (size_t i = 0; i < n_parts && !found.html.n; i++)
    if (parts[i]->alike) found = parts[i]->alike(rq, p);
  return found;
}

typedef void part_show(struct request *rq, const struct person *p, struct sight sight);

static part_show *show_of(const struct person_part *part, bool beside) {
  return beside ? part->beside : part->card;
}

static struct markup shown(struct request *rq, const struct person *p, struct sight sight,
                           bool beside) {
  struct buf b = buf_open(1 << 20), *page = rq->view->out;
  rq->view->out = &b;
  for (size_t i = 0; i < n_parts; i++)
    if (show_of(parts[i], beside) && part_fits(parts[i], &rq->actor, sight.classes))
      show_of(parts[i], beside)(rq, p, sight);
  rq->view->out = page;
  struct markup cards = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return cards;
}

struct person_cards people_cards(struct request *rq, const struct person *p, struct sight sight) {
  return (struct person_cards){shown(rq, p, sight, false), shown(rq, p, sight, true)};
}

struct markup people_said_of(struct request *rq, const struct person *p, const char *about,
                             struct uuid item) {
  struct buf b = buf_open(1 << 18);
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i]->said_of) buf_put(&b, parts[i]->said_of(rq, p, about, item).html);
  struct markup all = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return all;
}
