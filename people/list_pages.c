/* list_pages: the people one may see, by name, with search as one types. Scope first (may_see),
 * then the words within it; every row is asked of the full predicate again before it is shown. */
#include "db/list.h"
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum {
  SEARCH_WORDS_MAX = 2,
  SEARCH_CHARACTERS_MAX = 60,
  WORKERS_MAX = 100,
  CARRIED = 2,
  ONE_OF_THESE = 3,
  BEGINS = 3, /* in the lists that walk a prefix */
  FEW = 800 /* below it their ids are asked about, above it the names are walked in order */
};

/* Words that begin with what was typed lie between it and it with the last character there is. The
 * two filters are alike because a search may give a first and a second word. (+ keeps SQLite from
 * reading every such word of the team once for each person.) */
#define WORD_FROM                                                                                  \
  "exists (select 1 from may_see_word w where w.person_id = m.person_id and +w.team_id = "         \
  "m.team_id and w.word >= ? and w.word < ? || '\U0010FFFF')"
#define CARRIED_BY                                                                                 \
  "m.person_id in (select c.person_id from caseload c where c.user_id = ? and c.to_day is null)"
/* When few words begin like that, their people are known first. */
#define ONE_OF "m.person_id in INTS(?)"
LIST(people_of_team, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE),
     FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, ONE_OF), SORTS("m.name_fold, m.person_id"));
LIST(people_of_worker, STORE_MAIN, "select m.person_id " MAY_SEE_FROM,
     SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, ONE_OF),
     SORTS("m.name_fold, m.person_id"));

/* The same by ids, which takes the time of those few instead of the team's. One of the last two
 * filters is always given. */
#define FEW_SELECT "/* scan: never without the ids of a few */ select m.person_id "
LIST(few_of_team, STORE_MAIN, FEW_SELECT MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE_FEW),
     FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, ONE_OF), SORTS("m.name_fold, m.person_id"));
LIST(few_of_worker, STORE_MAIN, FEW_SELECT MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE_FEW MAY_SEE_OWN),
     FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, ONE_OF), SORTS("m.name_fold, m.person_id"));

/* When many begin like that, they are walked in order of name, none of the others among them: a
 * page of them costs what it shows. The last filter is always given. */
LIST(prefix_of_team, STORE_MAIN, "select m.person_id " MAY_SEE_PREFIX_FROM,
     SCOPE(MAY_SEE_SCOPE_PREFIX), FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, MAY_SEE_PREFIX_IS),
     SORTS("x.name_fold, x.person_id"));
LIST(prefix_of_worker, STORE_MAIN, "select m.person_id " MAY_SEE_PREFIX_FROM,
     SCOPE(MAY_SEE_SCOPE_PREFIX MAY_SEE_OWN),
     FILTERS(WORD_FROM, WORD_FROM, CARRIED_BY, MAY_SEE_PREFIX_IS),
     SORTS("x.name_fold, x.person_id"));

struct found_people {
  int64_t id[PEOPLE_A_PAGE];
  struct sight sight[PEOPLE_A_PAGE];
  size_t n;
  struct list_key next;
};

static struct strs search_words(struct request *rq, struct str search) {
  struct strs words = utf8_words(rq->arena, utf8_head(search, SEARCH_CHARACTERS_MAX));
  if (words.n > SEARCH_WORDS_MAX) words.n = SEARCH_WORDS_MAX;
  return words;
}

/* Too many to be worth it? Counted without reading them, and no further than that. */
static bool too_many(struct request *rq, struct str word) {
  return db_number(rq->db, FEW + 1,
                   SQL("select count(*) from (select 1 from may_see_word where team_id = ?1 and "
                       "word >= ?2 and word < ?2 || '\U0010FFFF' limit ?3) w"),
                   V(rq->actor.team_id), V(word), V((int64_t)FEW + 1)) > FEW;
}

/* The people of the team with a word that begins so (and, when there is one, another that begins
 * like `also`), when they are few: all of them, so that nothing is cut before the scope. False: too
 * many, which also means that a page of them is soon found in order of name. */
static bool few_with(struct request *rq, struct str word, struct str also, struct db_value *out) {
  if (too_many(rq, word)) return false;
  int64_t *ids = arena_many(rq->arena, int64_t, FEW + 1);
  size_t n = 0;
  /* + keeps SQLite from reading every word like the second once for each person. */
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select w.person_id from may_see_word w where w.team_id = ?1 and w.word >= ?2 and w.word "
          "< ?2 || '\U0010FFFF' and exists (select 1 from may_see_word v where v.person_id = "
          "w.person_id and +v.team_id = w.team_id and v.word >= ?4 and v.word < ?4 || "
          "'\U0010FFFF') limit ?3"),
      V(rq->actor.team_id), V(word), V((int64_t)FEW + 1), V(also));
  while (db_next(&r)) ids[n++] = row_int(&r, 0);
  if (n > FEW || r.result != DB_OK) return false;
  *out = db_in(rq->arena, ids, n);
  return true;
}

/* How the people of a page are found. */
enum find_by { IN_ORDER, A_FEW, BY_PREFIX, WAYS };
static const struct list *const ways[WAYS][2] = {{&people_of_worker, &people_of_team},
                                                 {&few_of_worker, &few_of_team},
                                                 {&prefix_of_worker, &prefix_of_team}};

/* Many begin like each word: those that begin like this one are walked, and asked for the others;
 * for the rest of this one too when it is longer than what is kept. */
static enum find_by walk_prefix(struct strs words, size_t at, struct list_ask *ask) {
  struct str head = utf8_head(words.p[at], MAY_SEE_PREFIX);
  ask->filter[BEGINS].on = true, ask->filter[BEGINS].v = V(head);
  if (head.n == words.p[at].n) ask->filter[at].on = false;
  return BY_PREFIX;
}

/* The longest word typed is likely to be the rarest. One of few letters by itself begins many. */
static enum find_by filter_words(struct request *rq, struct strs words, struct list_ask *ask) {
  size_t longest = words.n > 1 && words.p[1].n > words.p[0].n;
  for (size_t i = 0; i < words.n; i++) ask->filter[i].on = true, ask->filter[i].v = V(words.p[i]);
  if (!words.n) return IN_ORDER;
  if (words.n == 1 && utf8_count(words.p[0]) <= MAY_SEE_PREFIX) return walk_prefix(words, 0, ask);
  for (size_t turn = 0; turn < words.n; turn++) {
    size_t at = turn ? 1 - longest : longest;
    struct str also = words.n > 1 ? words.p[1 - at] : words.p[at];
    if (!few_with(rq, words.p[at], also, &ask->filter[ONE_OF_THESE].v)) continue;
    ask->filter[ONE_OF_THESE].on = true; /* both words are in it */
    for (size_t i = 0; i < words.n; i++) ask->filter[i].on = false;
    return A_FEW;
  }
  return walk_prefix(words, longest, ask);
}

/* worker 0: whoever carries them. */
static void find_people(struct request *rq, struct strs words, int64_t worker,
                        struct list_key after, struct found_people *out) {
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  struct list_ask ask = {.after = after, .limit = PEOPLE_A_PAGE + 1};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  const struct list *list = ways[filter_words(rq, words, &ask)][whole];
  if (worker) ask.filter[CARRIED].on = true, ask.filter[CARRIED].v = V(worker);
  struct rows r = list_rows(rq->db, rq->arena, list, &ask);
  bool more = false;
  while (!more && db_next(&r)) {
    if (out->n == PEOPLE_A_PAGE) {
      more = true;
      db_done(&r);
    } else {
      out->id[out->n++] = row_int(&r, 0);
      out->next = list_key(list, &r, 0);
    }
  }
  if (!more) out->next.n = 0;
  out->n = permission_recheck(rq, out->id, out->sight, out->n);
}

static struct str why_words(struct request *rq, struct sight s) {
  return words_label((enum language)rq->lang, permission_words(rq->arena, s));
}

static struct people_row row_for(struct request *rq, const struct person *p, struct sight s) {
  audit_shows(rq, p->id, s.classes & (CLASS_IDENTITY | CLASS_CONTACT));
  return (struct people_row){.id = uuid_str(rq->arena, p->public_id),
                             .name = p->name,
                             .safe = people_safe_words(rq, p),
                             .why = why_words(rq, s)};
}

struct people_row people_row_of(struct request *rq, int64_t id, struct sight s) {
  struct person p;
  struct people_row row = {0};
  if (people_read(rq->db, rq->arena, id, s, &p)) row = row_for(rq, &p, s);
  return row;
}

/* Does every word typed begin a word of the name? */
static bool fits(struct request *rq, struct str name, struct strs typed) {
  struct strs words = utf8_words(rq->arena, name);
  for (size_t i = 0; i < typed.n; i++) {
    bool found = false;
    for (size_t w = 0; w < words.n; w++) found |= str_starts(words.p[w], typed.p[i]);
    if (!found) return false;
  }
  return true;
}

/* People who hide, for the few workers named for them: a query of its own, asked of everyone alike.
 */
static void read_named(struct request *rq, struct strs words, struct people_list_page *page) {
  int64_t ids[PEOPLE_A_PAGE];
  size_t cap = 0, n = permission_named_for(rq->db, rq->arena, &rq->actor, rq->today, rq->now, ids,
                                           countof(ids));
  struct sight sights[PEOPLE_A_PAGE];
  n = permission_recheck(rq, ids, sights, n);
  for (size_t i = 0; i < n; i++) {
    struct person p;
    if (people_read(rq->db, rq->arena, ids[i], sights[i], &p) && fits(rq, p.name, words))
      *slice_push(rq->arena, &page->named, &cap) = row_for(rq, &p, sights[i]);
  }
}

static struct list_key key_given(struct request *rq) {
  struct list_key key = {0};
  struct str sealed, word;
  if (base64url_parse(rq->arena, request_form(rq, "after"), &sealed) &&
      unseal_own(rq->arena, "people list", sealed, &word))
    list_key_from(rq->arena, word, &key);
  return key;
}

static struct str key_word(struct request *rq, const struct list_key *key) {
  struct str sealed;
  if (!key->n || !seal_own(rq->arena, "people list", list_key_word(rq->arena, key), &sealed))
    return (struct str){0};
  return base64url_of(rq->arena, sealed.p, sealed.n);
}

/* Whom a team's people may be filtered by: its workers, for those who see the whole team. */
static int64_t read_workers(struct request *rq, struct people_list_page *page) {
  int64_t chosen = 0;
  size_t cap = 0;
  page->worker = request_form(rq, "worker");
  if (!permission_whole_team(rq->db, rq->arena, &rq->actor)) return 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, public_id, name from user_account where team_id = ?1 and "
                              "disabled_at is null order by name, id limit ?2"),
                          V(rq->actor.team_id), V(WORKERS_MAX));
  while (db_next(&r)) {
    struct people_choice *w = slice_push(rq->arena, &page->workers, &cap);
    *w = (struct people_choice){row_text(&r, 1), row_text(&r, 2), false};
    w->chosen = page->worker.n && str_eq(w->id, page->worker);
    if (w->chosen) chosen = row_int(&r, 0);
  }
  return chosen;
}

/* Who carries each, in one statement. */
static void read_carriers(struct request *rq, const struct found_people *found,
                          struct people_row *rows) {
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select c.person_id, u.name from caseload c join user_account u on "
                              "u.id = c.user_id where c.person_id in INTS(?1) and c.to_day is null "
                              "order by c.id"),
                          db_in(rq->arena, found->id, found->n));
  while (db_next(&r))
    for (size_t i = 0; i < found->n; i++)
      if (found->id[i] == row_int(&r, 0)) rows[i].worker = row_text(&r, 1);
}

static void read_next(struct request *rq, const struct found_people *found,
                      struct people_row *rows) {
  struct person_next next[PEOPLE_A_PAGE];
  people_next_things(rq, found->id, next, found->n);
  for (size_t i = 0; i < found->n; i++) {
    rows[i].next = next[i].words;
    if (next[i].on != DAY_NONE) rows[i].next_on = day_words(rq->arena, next[i].on);
  }
}

static struct people_rows read_rows(struct request *rq, const struct found_people *found) {
  struct people_rows rows = {arena_many(rq->arena, struct people_row, found->n + 1), found->n};
  struct person *people = arena_many(rq->arena, struct person, found->n + 1);
  people_listed_all(rq, found->id, found->sight, found->n, people);
  for (size_t i = 0; i < found->n; i++)
    if (people[i].id) rows.p[i] = row_for(rq, &people[i], found->sight[i]);
  read_carriers(rq, found, rows.p);
  read_next(rq, found, rows.p);
  return rows;
}

static void read_people(struct request *rq, struct people_list_page *page) {
  struct found_people found = {0};
  struct list_key after = key_given(rq);
  int64_t worker = read_workers(rq, page);
  page->search = request_form(rq, "search");
  page->may_add = actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER);
  struct strs words = search_words(rq, page->search);
  permission_search_noticed(rq, words);
  find_people(rq, words, worker, after, &found);
  page->people = read_rows(rq, &found);
  page->next = key_word(rq, &found.next);
  if (!after.n && !worker) read_named(rq, words, page);
}

struct people_rows people_found(struct request *rq, struct str search, size_t most) {
  struct found_people found = {0};
  struct people_list_page page = {0};
  struct strs words = search_words(rq, search);
  struct people_rows out = {0};
  size_t cap = 0;
  if (!words.n) return out;
  find_people(rq, words, 0, (struct list_key){0}, &found);
  struct people_rows open = read_rows(rq, &found);
  read_named(rq, words, &page);
  for (size_t i = 0; i < open.n && out.n < most; i++)
    *slice_push(rq->arena, &out, &cap) = open.p[i];
  for (size_t i = 0; i < page.named.n && out.n < most; i++)
    *slice_push(rq->arena, &out, &cap) = page.named.p[i];
  return out;
}

void people_list_page(struct request *rq) {
  struct people_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "People"))};
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  read_people(rq, &page);
  view_people_list(rq->view, &page);
}

static void rows_json(struct json_out *j, const char *key, const struct people_row *rows,
                      size_t n) {
  json_key(j, str_of(key));
  json_list(j);
  for (size_t i = 0; i < n; i++) {
    json_open(j);
    json_put_str(j, "id", rows[i].id);
    json_put_str_if(j, "name", rows[i].name);
    json_put_str_if(j, "safe", rows[i].safe);
    json_put_str_if(j, "worker", rows[i].worker);
    json_put_str_if(j, "next", rows[i].next);
    json_close(j);
  }
  json_list_end(j);
}

void people_list_api(struct request *rq) {
  struct people_list_page page = {0};
  struct json_out j = json_to(rq->body);
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  read_people(rq, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  rows_json(&j, "people", page.people.p, page.people.n);
  if (page.named.n) rows_json(&j, "named", page.named.p, page.named.n);
  json_put_str_if(&j, "next", page.next);
  json_close(&j);
}
