/* list_pages: the people one may see, by name, with search as one types. Scope first (may_see),
 * then the words within it; every row is asked of the full predicate again before it is shown. */
#include "db/list.h"
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { SEARCH_WORDS_MAX = 2, SEARCH_CHARACTERS_MAX = 60 };

/* Words that begin with what was typed lie between it and it with the last character there is. The
 * two filters are alike because a search may give a first and a second word. */
#define WORD_FROM                                                                                  \
  "m.person_id in (select w.person_id from may_see_word w where w.team_id = m.team_id and "        \
  "w.word >= ? and w.word < ? || '\U0010FFFF')"
LIST(people_of_team, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE),
     FILTERS(WORD_FROM, WORD_FROM), SORTS("m.name_fold, m.person_id"));
LIST(people_of_worker, STORE_MAIN, "select m.person_id " MAY_SEE_FROM,
     SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), FILTERS(WORD_FROM, WORD_FROM),
     SORTS("m.name_fold, m.person_id"));

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

static void find_people(struct request *rq, struct strs words, struct list_key after,
                        struct found_people *out) {
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  const struct list *list = whole ? &people_of_team : &people_of_worker;
  struct list_ask ask = {.after = after, .limit = PEOPLE_A_PAGE + 1};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  for (size_t i = 0; i < words.n; i++) ask.filter[i].on = true, ask.filter[i].v = V(words.p[i]);
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

/* What is said beside the name before anything else: how it is safe to reach them. */
struct str people_safe_words(struct request *rq, const struct person *p) {
  if (str_eq(p->safe_way, S("none"))) return PAGE_TITLE(rq, "Do not contact");
  if (str_eq(p->safe_way, S("in_person"))) return PAGE_TITLE(rq, "In person only");
  if (str_eq(p->safe_way, S("through_worker"))) return PAGE_TITLE(rq, "Through another worker");
  return (struct str){0};
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

/* Only what a row shows is read; nothing sealed is opened for a list. */
static bool read_row(struct request *rq, int64_t id, struct sight s, struct people_row *out) {
  struct person p;
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select id, public_id, name, safe_way from person where id = ?1"), V(id)))
    return false;
  record_from_row(&person_type, &r, &p);
  db_done(&r);
  people_redact(&person_type, &p, s.classes);
  *out = row_for(rq, &p, s);
  return true;
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

static void read_people(struct request *rq, struct people_list_page *page) {
  struct found_people found = {0};
  struct list_key after = key_given(rq);
  page->search = request_form(rq, "search");
  struct strs words = search_words(rq, page->search);
  find_people(rq, words, after, &found);
  page->people.p = arena_many(rq->arena, struct people_row, found.n + 1);
  for (size_t i = 0; i < found.n; i++)
    page->people.n += read_row(rq, found.id[i], found.sight[i], &page->people.p[page->people.n]);
  page->next = key_word(rq, &found.next);
  if (!after.n) read_named(rq, words, page);
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
