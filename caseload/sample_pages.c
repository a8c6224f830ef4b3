/* sample_pages: a few records looked at with care, drawn so that anybody can draw them again, to
 * learn from. It asks about records and names no worker. */
#include "base/embed.h"
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "db/seal.h"
#include "team.html.h"

extern const struct embedded_files caseload_packs;
enum {
  SAMPLE_LEAST = 3,
  SAMPLE_MOST = 20,
  SAMPLES_SHOWN = 30,
  NOTE_MAX = 1000,
  PEOPLE_MAX = 50000,
  CHECKS_MAX = 20
};
static const char *const answers[] = {"yes", "partly", "no", "not_here"};
static const struct seal_place learned_place = {0, CLASS_PLAN, "quality_sample.learned"};

size_t sample_draw(uint64_t seed, size_t n, size_t size, size_t *at) {
  struct rng rng = rng_seed(seed);
  size_t taken = 0;
  for (size_t i = 0; i < n && taken < size; i++)
    if (rng_below(&rng, n - i) < size - taken) at[taken++] = i;
  return taken;
}

/* ---- the check list, as data ---- */

struct check {
  struct str code, label, hint;
};
struct checks {
  struct check *p;
  size_t n;
};

static struct checks read_checks(struct request *rq) {
  struct checks out = {0};
  size_t cap = 0;
  struct csv_row row;
  struct why why;
  struct csv *c = csv_open_str(rq->arena, caseload_packs.p[0].content);
  if (csv_headers(c, &why))
    while (csv_next(c, &row, NULL) == CSV_ROW && out.n < CHECKS_MAX)
      *slice_push(rq->arena, &out, &cap) =
          (struct check){str_copy(rq->arena, csv_cell(&row, csv_column(c, S("code")))),
                         str_copy(rq->arena, csv_cell(&row, csv_column(c, S("label")))),
                         str_copy(rq->arena, csv_cell(&row, csv_column(c, S("hint"))))};
  csv_close(c);
  return out;
}

static struct str answer_words(struct request *rq, size_t i) {
  const struct str words[] = {PAGE_TITLE(rq, "Yes"), PAGE_TITLE(rq, "Partly"),
                              PAGE_TITLE(rq, "Not yet"), PAGE_TITLE(rq, "Does not apply")};
  return words[i];
}

/* ---- samples ---- */

static void show_samples(struct request *rq, struct str fault) {
  struct samples_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Looking at records")),
                              .fault = fault};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select s.public_id, s.drawn_on, (select count(*) from quality_item i where i.sample_id "
          "= s.id), (select count(*) from quality_item i where i.sample_id = s.id and i.looked_on "
          "is not null), s.learned_on from quality_sample s where s.team_id = ?1 order by s.id "
          "desc limit ?2"),
      V(rq->actor.team_id), V((int64_t)SAMPLES_SHOWN));
  while (db_next(&r))
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct sample_row){.href = str_format(rq->arena, "/team/quality/%.*s", P(row_text(&r, 0))),
                            .on = day_words(rq->arena, row_day(&r, 1)),
                            .size = row_int(&r, 2),
                            .looked = row_int(&r, 3),
                            .learned = !row_null(&r, 4)};
  if (fault.n) reply_status(rq, 422);
  view_team_samples(rq->view, &page);
}

void samples_page(struct request *rq) { show_samples(rq, (struct str){0}); }

static int by_id(const void *a, const void *b) {
  const struct listed *x = a, *y = b;
  return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static int64_t keep_sample(struct request *rq, uint64_t seed, const struct listeds *all,
                           struct uuid id) {
  struct checks checks = read_checks(rq);
  struct str codes = {0};
  for (size_t i = 0; i < checks.n; i++)
    codes =
        i ? str_format(rq->arena, "%.*s %.*s", P(codes), P(checks.p[i].code)) : checks.p[i].code;
  return db_insert(rq->db,
                   SQL("insert into quality_sample (public_id, team_id, seed, drawn_on, drawn_by, "
                       "people, checks) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning id"),
                   db_uuid(rq->arena, id), V(rq->actor.team_id),
                   V(str_format(rq->arena, "%016llx", (unsigned long long)seed)),
                   db_day(rq->arena, rq->today), V(rq->actor.user_id), V((int64_t)all->n),
                   V(codes));
}

void samples_post(struct request *rq) {
  int64_t size = 0;
  uint64_t seed = 0;
  struct uuid id = uuid_v4();
  size_t at[SAMPLE_MOST];
  audit_shows(rq, 0, 0);
  struct listeds all = worklist_read(rq, &worklist_everyone, PEOPLE_MAX);
  if (!str_to_i64(str_trim(request_form(rq, "size")), &size) || size < SAMPLE_LEAST ||
      size > SAMPLE_MOST)
    return show_samples(rq, PAGE_TITLE(rq, "Give a number from 3 to 20."));
  if (all.n < SAMPLE_LEAST)
    return show_samples(rq, PAGE_TITLE(rq, "There are too few people to draw from."));
  qsort(all.p, all.n, sizeof *all.p, by_id);
  secret_bytes((uint8_t *)&seed, sizeof seed);
  size_t n = sample_draw(seed, all.n, (size_t)size, at);
  db_begin(rq->db, STORE_MAIN);
  int64_t sample = keep_sample(rq, seed, &all, id);
  enum db_result result = sample ? DB_OK : DB_FAILED;
  for (size_t i = 0; i < n && result == DB_OK; i++)
    result = db_run(rq->db,
                    SQL("insert into quality_item (sample_id, person_id, place) values (?1, ?2, "
                        "?3)"),
                    V(sample), V(all.p[at[i]].person_id), V((int64_t)i + 1));
  audit_did(rq, "drew a sample of records", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (team_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, str_format(rq->arena, "/team/quality/%.*s", P(uuid_str(rq->arena, id))));
}

/* ---- one sample ---- */

struct sample {
  int64_t id, people;
  struct str public_id, seed, checks, learned;
  day_t on;
};

static bool open_sample(struct request *rq, struct sample *s) {
  struct uuid id;
  struct rows r;
  audit_shows(rq, 0, 0);
  if (!uuid_parse(request_path(rq, "sample"), &id)) memset(&id, 0, sizeof id);
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select id, public_id, seed, drawn_on, people, checks, learned from "
                  "quality_sample where public_id = ?1 and team_id = ?2"),
              V(db_uuid(rq->arena, id)), V(rq->actor.team_id))) {
    reply_not_found(rq);
    return false;
  }
  *s = (struct sample){.id = row_int(&r, 0),
                       .public_id = row_text(&r, 1),
                       .seed = row_text(&r, 2),
                       .on = row_day(&r, 3),
                       .people = row_int(&r, 4),
                       .checks = row_text(&r, 5)};
  struct str sealed = row_text(&r, 6);
  db_done(&r);
  if (sealed.n) unseal(rq->db, rq->arena, learned_place, sealed, &s->learned);
  return true;
}

static struct str answered(struct request *rq, int64_t sample, int64_t place, struct str code) {
  struct rows r;
  struct str is = {0};
  if (db_one(&r, rq->db, rq->arena,
             SQL("select answer from quality_answer where sample_id = ?1 and place = ?2 and code = "
                 "?3"),
             V(sample), V(place), V(code))) {
    is = row_text(&r, 0);
    db_done(&r);
  }
  return is;
}

static void add_checks(struct request *rq, const struct sample *s, int64_t place,
                       const struct checks *checks, struct item_row *item) {
  size_t cap = 0;
  for (size_t i = 0; i < checks->n; i++) {
    struct check_line line = {
        .code = checks->p[i].code,
        .label = words_label((enum language)rq->lang, checks->p[i].label),
        .hint = words_label((enum language)rq->lang, checks->p[i].hint),
        .id = str_format(rq->arena, "c%lld-%.*s", (long long)place, P(checks->p[i].code))};
    struct str is = answered(rq, s->id, place, line.code);
    size_t options = 0;
    for (size_t k = 0; k < countof(answers); k++)
      *slice_push(rq->arena, &line.options, &options) = (struct team_option){
          str_of(answers[k]), answer_words(rq, k), str_eq(is, str_of(answers[k]))};
    *slice_push(rq->arena, &item->checks, &cap) = line;
  }
}

static void read_items(struct request *rq, const struct sample *s, const struct checks *checks,
                       struct sample_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select person_id, place, looked_on, note from quality_item where "
                              "sample_id = ?1 order by place"),
                          V(s->id));
  while (db_next(&r)) {
    struct person p;
    int64_t person = row_int(&r, 0);
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, person, rq->today, rq->now);
    struct item_row item = {.place = row_int(&r, 1), .looked = !row_null(&r, 2)};
    struct str sealed = row_text(&r, 3);
    if (!(sight.classes & CLASS_IDENTITY) || !people_listed(rq, person, sight, &p)) {
      page->gone++; /* supported elsewhere by now, or hidden: not looked at here any more */
      continue;
    }
    audit_shows(rq, person, CLASS_IDENTITY | (sight.classes & CLASS_PLAN));
    item.id = uuid_str(rq->arena, p.public_id), item.name = p.name;
    item.safe = people_safe_words(rq, &p);
    if (sealed.n && sight.classes & CLASS_PLAN)
      unseal(rq->db, rq->arena, (struct seal_place){person, CLASS_PLAN, "quality_item.note"},
             sealed, &item.note);
    add_checks(rq, s, item.place, checks, &item);
    *slice_push(rq->arena, &page->items, &cap) = item;
  }
}

static void read_result(struct request *rq, const struct sample *s, const struct checks *checks,
                        struct sample_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < checks->n; i++) {
    struct result_row row = {.label = words_label((enum language)rq->lang, checks->p[i].label)};
    struct rows r = db_rows(rq->db, rq->arena,
                            SQL("select answer, count(*) from quality_answer where sample_id = ?1 "
                                "and code = ?2 group by answer"),
                            V(s->id), V(checks->p[i].code));
    while (db_next(&r)) {
      struct str is = row_text(&r, 0);
      int64_t n = row_int(&r, 1);
      if (str_eq(is, S("yes")))
        row.yes = n;
      else if (str_eq(is, S("partly")))
        row.partly = n;
      else if (str_eq(is, S("no")))
        row.no = n;
    }
    *slice_push(rq->arena, &page->results, &cap) = row;
  }
}

static void show_sample(struct request *rq, const struct sample *s, struct str fault) {
  struct checks checks = read_checks(rq);
  struct sample_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A sample of records")),
                             .action = str_format(rq->arena, "/team/quality/%.*s", P(s->public_id)),
                             .on = day_words(rq->arena, s->on),
                             .seed = s->seed,
                             .people = s->people,
                             .learned = s->learned,
                             .fault = fault};
  read_items(rq, s, &checks, &page);
  read_result(rq, s, &checks, &page);
  if (fault.n) reply_status(rq, 422);
  view_team_sample(rq->view, &page);
}

void sample_page(struct request *rq) {
  struct sample s;
  if (open_sample(rq, &s)) show_sample(rq, &s, (struct str){0});
}

static enum db_result keep_learned(struct request *rq, const struct sample *s, struct str words) {
  struct str sealed;
  if (!seal(rq->db, rq->arena, learned_place, words, rq->now, &sealed)) return DB_FAILED;
  return db_run(rq->db,
                SQL("update quality_sample set learned = ?2, learned_on = ?3 where id = ?1"),
                V(s->id), V(db_blob(sealed)), db_day(rq->arena, rq->today));
}

static enum db_result keep_answers(struct request *rq, const struct sample *s, int64_t place) {
  struct checks checks = read_checks(rq);
  enum db_result result = DB_OK;
  for (size_t i = 0; i < checks.n && result == DB_OK; i++) {
    struct str is = request_form(rq, str_c(rq->arena, checks.p[i].code));
    for (size_t k = 0; k < countof(answers) && result == DB_OK; k++)
      if (str_eq(is, str_of(answers[k])))
        result = db_run(rq->db,
                        SQL("insert into quality_answer (sample_id, place, code, answer) values "
                            "(?1, ?2, ?3, ?4) on conflict (sample_id, place, code) do update set "
                            "answer = excluded.answer"),
                        V(s->id), V(place), V(checks.p[i].code), V(is));
  }
  return result;
}

/* The record of the form, if it is in the sample and may be seen; 0: it is not. */
static int64_t place_of(struct request *rq, const struct sample *s, int64_t *person) {
  struct uuid id;
  struct person p;
  struct sight sight;
  if (!uuid_parse(request_form(rq, "person"), &id) || !people_load(rq, id, &p, &sight)) return 0;
  *person = p.id;
  return db_number(rq->db, 0,
                   SQL("select place from quality_item where sample_id = ?1 and person_id = ?2"),
                   V(s->id), V(p.id));
}

static enum db_result keep_item(struct request *rq, const struct sample *s, int64_t place,
                                int64_t person, struct str note) {
  struct str sealed = {0};
  struct seal_place at = {person, CLASS_PLAN, "quality_item.note"};
  if (note.n && !seal(rq->db, rq->arena, at, note, rq->now, &sealed)) return DB_FAILED;
  enum db_result result = db_run(rq->db,
                                 SQL("update quality_item set looked_on = ?3, looked_by = ?4, note "
                                     "= ?5 where sample_id = ?1 and person_id = ?2"),
                                 V(s->id), V(person), db_day(rq->arena, rq->today),
                                 V(rq->actor.user_id), note.n ? db_blob(sealed) : db_null());
  return result == DB_OK ? keep_answers(rq, s, place) : result;
}

void sample_post(struct request *rq) {
  struct sample s;
  int64_t person = 0;
  if (!open_sample(rq, &s)) return;
  struct str learned = str_trim(request_form(rq, "learned")),
             note = str_trim(request_form(rq, "note"));
  int64_t place = learned.n ? 0 : place_of(rq, &s, &person);
  if (utf8_count(learned) > NOTE_MAX || utf8_count(note) > NOTE_MAX || (!learned.n && !place))
    return show_sample(rq, &s,
                       PAGE_TITLE(rq, "Choose a record of the sample. Notes have at most 1,000 "
                                      "characters."));
  if (person) audit_shows(rq, person, CLASS_IDENTITY);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      learned.n ? keep_learned(rq, &s, learned) : keep_item(rq, &s, place, person, note);
  audit_did(rq, "looked at a record", person, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (team_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, str_format(rq->arena, "/team/quality/%.*s", P(s.public_id)));
}
