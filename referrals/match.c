/* match: which help that takes referrals here fits, told before any question about the person; the
 * nearest other help when none does; and the gap counted. */
#include "referrals/read.h"
#include "web/page.h"

enum { MATCHES_MAX = 8, NEAREST_MAX = 4 };

struct ids { int64_t *p; size_t n; };

/* The services that take referrals on the day: few beside the directory's many. */
static struct ids routed(struct request *rq) {
  struct ids all = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct service_id from referral_route where from_day <= ?1 "
                              "and coalesce(to_day, '9999-12-31') >= ?1 order by service_id"),
                          db_day(rq->arena, rq->today));
  while (db_next(&r)) *slice_push(rq->arena, &all, &cap) = row_int(&r, 0);
  return all;
}

static bool ids_have(const struct ids *ids, int64_t id) {
  for (size_t i = 0; i < ids->n; i++)
    if (ids->p[i] == id) return true;
  return false;
}

static struct strs codes_of(struct arena *a, const struct areas *areas) {
  struct strs out = {arena_many(a, struct str, areas->n + 1), 0};
  for (size_t i = 0; i < areas->n; i++) out.p[out.n++] = areas->p[i].code;
  return out;
}

/* Kept with the referral: the ward, never anything smaller. */
static struct str ward_of(const struct areas *areas) {
  static const char *const kinds[] = {"ward", "neighbourhood", "la"};
  for (size_t k = 0; k < countof(kinds); k++)
    for (size_t i = 0; i < areas->n; i++)
      if (str_eq(areas->p[i].kind, str_of(kinds[k]))) return areas->p[i].code;
  return (struct str){0};
}

static struct match match_of(struct request *rq, const struct finding_answer *f) {
  const struct offer *o = f->offer;
  struct match m = {.id = uuid_str(rq->arena, o->public_id), .name = o->name,
                    .provider = o->provider,
                    .full = o->places_left == 0};
  m.why = o->summary;
  if (!m.why.n && f->because.reasons.n) m.why = f->because.reasons.p[f->because.reasons.n - 1].says;
  if (f->because.ask.n) m.ask = f->because.ask.p[0];
  if (m.full && o->waiting_days > 0)
    m.wait = SAY_N(rq->arena, (enum language)rq->lang,
                   TN("No place is free just now. People wait about 1 day.",
                      "No place is free just now. People wait about {n} days.", o->waiting_days));
  else if (m.full)
    m.wait = PAGE_TITLE(rq, "No place is free just now. There is a waiting list.");
  return m;
}

static void add_nearest(struct request *rq, const struct finding_answer *f, struct matches *out,
                        size_t *cap) {
  const struct offer *o = f->answer == RULES_NO ? f->instead : f->offer;
  if (!o || out->nearest.n == NEAREST_MAX) return;
  struct str path = offer_path(rq->arena, o, DIRECTORY_LIVE);
  for (size_t i = 0; i < out->nearest.n; i++)
    if (str_eq(out->nearest.p[i].id, path)) return;
  *slice_push(rq->arena, &out->nearest, cap) =
      (struct match){.id = path, .name = o->name, .provider = o->provider, .why = o->phone};
}

static struct str said_in(void *to, struct str english) {
  return words_label((enum language)((const struct request *)to)->lang, english);
}

/* Free places first; each service with the team that takes it here. */
static void sort_out(struct request *rq, const struct finding_ask *ask,
                     const struct finding_answers *found, struct matches *out) {
  size_t cap = 0, near_cap = 0;
  struct ids ids = routed(rq);
  struct strs codes = codes_of(rq->arena, &ask->place.areas);
  for (int full = 0; full < 2; full++)
    for (size_t i = 0; i < found->list.n && out->list.n < MATCHES_MAX; i++) {
      const struct finding_answer *f = &found->list.p[i];
      struct match m = match_of(rq, f);
      if (f->answer == RULES_NO || m.full != full || !ids_have(&ids, f->offer->id)) continue;
      if (!referral_route(rq->db, rq->arena, f->offer->id, codes, &ask->facts, rq->today, &m.to))
        continue;
      m.to.service_name = m.name;
      *slice_push(rq->arena, &out->list, &cap) = m;
    }
  for (size_t i = 0; i < found->list.n && !out->list.n; i++)
    add_nearest(rq, &found->list.p[i], out, &near_cap);
}

static bool none_free(const struct matches *m) {
  for (size_t i = 0; i < m->list.n; i++)
    if (!m->list.p[i].full) return false;
  return true;
}

bool match_for(struct request *rq, const struct finding_said *said, bool count,
               struct matches *out) {
  struct why why = {0};
  struct local local = instant_local_uk(rq->now);
  struct finding_faults faults = {0};
  struct finding_ask ask;
  struct finding_answers found;
  *out = (struct matches){.age = NUMBER_NONE};
  const struct finding_picture *p = finding_picture_now(rq->db, local.day, DIRECTORY_LIVE, &why);
  if (!p) {
    out->fault = PAGE_TITLE(rq, "The list of help cannot be read just now. Try again in a minute.");
    return false;
  }
  if (!finding_read(rq->db, rq->arena, p, said, local.day, local.minute, (enum language)rq->lang,
                    &ask, &faults)) {
    out->fault = faults.p[0].sentence, out->fault_field = str_of(faults.p[0].field);
    return false;
  }
  finding_run(rq->arena, p, &ask, (struct rules_tongue){said_in, rq}, &found);
  out->place = ask.place_words, out->area_code = ward_of(&ask.place.areas);
  if (ask.facts.age.known && ask.facts.age.from == ask.facts.age.to) out->age = ask.facts.age.from;
  sort_out(rq, &ask, &found, out);
  if (count && none_free(out)) finding_gap_count(rq->db, rq->arena, p, &ask);
  return true;
}

/* Only what the rules need; other fields of the form are no questions to the directory. */
static struct strs form_values(void *from, const char *name) {
  static const char *const asked[] = {"place", "age", "status"};
  for (size_t i = 0; i < countof(asked); i++)
    if (strcmp(name, asked[i]) == 0) return request_form_all(from, name);
  return (struct strs){0};
}

bool match_find(struct request *rq, bool count, struct matches *out) {
  return match_for(rq, &(struct finding_said){form_values, rq}, count, out);
}

const struct match *match_named(const struct matches *m, struct str id) {
  for (size_t i = 0; i < m->list.n; i++)
    if (str_eq(m->list.p[i].id, id)) return &m->list.p[i];
  return NULL;
}

struct known { struct arena *a; struct str place, age, status; };

static struct strs known_values(void *from, const char *name) {
  struct known *k = from;
  struct str v = strcmp(name, "place") == 0    ? k->place
                 : strcmp(name, "age") == 0    ? k->age
                 : strcmp(name, "status") == 0 ? k->status
                                               : (struct str){0};
  if (!v.n) return (struct strs){0};
  struct strs out = {arena_new(k->a, struct str), 1};
  out.p[0] = v;
  return out;
}

bool match_person(struct request *rq, const struct person *p, struct matches *out) {
  struct known k = {.a = rq->arena, .status = p->status};
  struct area ward;
  int age = p->born_on == DAY_NONE ? -1 : day_age(p->born_on, rq->today);
  if (age >= 0) k.age = str_format(rq->arena, "%d", age);
  if (p->ward_code.n && area_by_code(rq->db, rq->arena, p->ward_code, &ward)) k.place = ward.name;
  return match_for(rq, &(struct finding_said){known_values, &k}, false, out);
}
