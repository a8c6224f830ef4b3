/* return: a declared return as a file: only fields the contract declares, only people who started
 * while that funder paid, who were told, and whom the asker may see; each of them in who-looked. */
#include "audit/audit.h"
#include "programme/inside.h"
#include "sharing/sharing.h"

struct returning {
  struct request *rq;
  const struct programme *g;
  const struct contract_funder *funder;
  const struct declared_return *declared;
};

static bool find(struct request *rq, struct programme *g, struct returning *t,
                 struct declared_returns *all) {
  if (!programme_by_code(rq->db, rq->arena, request_path(rq, "programme"), g) ||
      !programme_delivered(rq->db, g->id, rq->actor.organisation_id))
    return false;
  t->rq = rq, t->g = g;
  t->funder = contract_funder(&g->contract, request_path(rq, "funder"), DAY_NONE);
  *all = returns_known(rq->db, rq->arena);
  for (size_t i = 0; t->funder && i < all->n; i++)
    if (str_eq(all->p[i].code, t->funder->returns)) t->declared = &all->p[i];
  return t->declared != NULL;
}

/* "outcome.job_start": the day of the first that is shown as the contract asks; nothing before. */
static struct str outcome_cell(const struct returning *t, struct str field, struct str kind,
                               const struct joining *j) {
  struct request *rq = t->rq;
  if (!programme_was_told(j->told, t->funder->code, field)) return (struct str){0};
  day_t on = outcome_counted(rq->db, rq->arena, j->id, kind);
  return on == DAY_NONE ? (struct str){0} : day_iso(rq->arena, on);
}

/* One cell: empty when they were not told, or the asker does not see that class. */
static struct str cell_of(const struct returning *t, struct str field, const struct joining *j,
                          const struct person *p) {
  struct arena *a = t->rq->arena;
  struct str name = field, record = str_cut(&name, '.');
  if (str_eq(record, S("outcome"))) return outcome_cell(t, field, name, j);
  bool person = str_eq(record, S("person"));
  const struct field *f = field_find(person ? &person_type : &joining_type, name);
  if (!f || !return_field_allowed(field, &(struct why){0})) return (struct str){0};
  if (!programme_was_told(j->told, t->funder->code, field)) return (struct str){0};
  return value_text(a, f, field_get(f, person ? (const void *)p : (const void *)j));
}

static bool told_any(const struct returning *t, const struct joining *j) {
  for (size_t i = 0; i < t->declared->fields.n; i++)
    if (programme_was_told(j->told, t->funder->code, t->declared->fields.p[i].field)) return true;
  return false;
}

static void put_row(const struct returning *t, int64_t joining_id, int64_t person_id,
                    struct sight sight) {
  struct request *rq = t->rq;
  struct joining j;
  struct person p;
  record_clear(&joining_type, &j);
  if (!(sight.classes & CLASS_OUTCOMES) || !people_seen(rq, person_id, sight, &p) ||
      !record_load(rq->db, rq->arena, &joining_type, joining_id, &j) || !told_any(t, &j))
    return;
  audit_shows(rq, person_id, sight.classes & (CLASS_IDENTITY | CLASS_SITUATION | CLASS_OUTCOMES));
  for (size_t i = 0; i < t->declared->fields.n; i++)
    csv_put(rq->body, cell_of(t, t->declared->fields.p[i].field, &j, &p),
            i + 1 == t->declared->fields.n);
}

static void put_head(const struct returning *t) {
  for (size_t i = 0; i < t->declared->fields.n; i++)
    csv_put(t->rq->body, t->declared->fields.p[i].words, i + 1 == t->declared->fields.n);
}

/* The starts while this funder paid, from a day on; nobody who hides is in the list. Each row is a
 * subject of one entry in who-looked, so that a long return is a file a part. */
static void put_rows(const struct returning *t, day_t from, int part) {
  struct request *rq = t->rq;
  struct starts all =
      programme_starts(rq, t->g->id, from > t->funder->from ? from : t->funder->from, t->funder->to,
                       RETURN_ROWS_MAX, part);
  for (size_t i = 0; i < all.n; i++) {
    struct sight sight;
    int64_t one = all.p[i].person_id;
    if (permission_recheck(rq, &one, &sight, 1)) put_row(t, all.p[i].joining_id, one, sight);
  }
}

void programme_return_csv(struct request *rq) {
  struct programme g;
  struct returning t = {0};
  struct declared_returns all;
  day_t from = 0;
  int64_t part = 1;
  audit_shows(rq, 0, 0);
  if (!find(rq, &g, &t, &all)) {
    reply_not_found(rq);
    return;
  }
  if (!day_parse(request_query(rq, "from"), &from)) from = t.funder->from;
  if (!str_to_i64(request_query(rq, "part"), &part) || part < 1 || part > RETURN_PARTS_MAX)
    part = 1;
  struct str name = str_format(rq->arena, "%.*s-%.*s", P(g.contract.code), P(t.funder->code));
  reply_download(rq, "text/csv; charset=utf-8",
                 part > 1 ? str_format(rq->arena, "%.*s-%lld.csv", P(name), (long long)part)
                          : str_format(rq->arena, "%.*s.csv", P(name)));
  put_head(&t);
  put_rows(&t, from, (int)part - 1);
}
