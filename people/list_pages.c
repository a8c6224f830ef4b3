/* list_pages: the people one may see, by name, with search as one types. Scope first (may_see), then the words within it;
 * every row is asked of the full predicate again before it is shown. */
#include "db/list.h"
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { FILTER_WORD_FROM_1, FILTER_WORD_FROM_2, FILTER_OWN, SEARCH_WORDS_MAX = 2, SEARCH_CHARACTERS_MAX = 60 };

/* A word filter is one value "from|": words that begin with it; '{' is the byte after 'z' and digits, so a range needs no
 * LIKE. The two filters are alike because a search may give a first and a second word. */
LIST(people_seen, STORE_MAIN,
     "select m.person_id from may_see m",
     SCOPE("where m.team_id = ? and m.from_day <= ? and m.to_day >= ? "
           "and not exists (select 1 from connection_block b where b.person_id = m.person_id and b.user_id = ?) "
           "and m.reason = (select min(o.reason) from may_see o where o.team_id = m.team_id and "
           "o.person_id = m.person_id and o.from_day <= ? and o.to_day >= ?)"),
     FILTERS("m.person_id in (select w.person_id from may_see_word w where w.team_id = m.team_id and "
             "substr(w.word, 1, length(?)) = ?)",
             "m.person_id in (select w.person_id from may_see_word w where w.team_id = m.team_id and "
             "substr(w.word, 1, length(?)) = ?)",
             "(exists (select 1 from caseload c where c.person_id = m.person_id and c.user_id = ? and c.to_day is null) "
             "or exists (select 1 from cover v join caseload c on c.user_id = v.absent_user_id where "
             "c.person_id = m.person_id and v.standing_in_user_id = ? and c.to_day is null))"),
     SORTS("m.name_fold, m.person_id"));

struct found_people {
  int64_t id[PEOPLE_A_PAGE];
  uint32_t classes[PEOPLE_A_PAGE];
  size_t n;
  struct list_key next;
};

static bool sees_own_only(struct request *rq) {
  struct rows r;
  if (actor_has(&rq->actor, ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING)) return false;
  if (!db_one(&r, rq->db, rq->arena, SQL("select sees from team where id = ?1"), V(rq->actor.team_id))) return true;
  bool own = str_eq(row_text(&r, 0), S("own"));
  db_done(&r);
  return own;
}

static void find_people(struct request *rq, struct str search, struct list_key after, struct found_people *out) {
  struct strs words = utf8_words(rq->arena, utf8_head(search, SEARCH_CHARACTERS_MAX));
  struct db_value day = db_day(rq->arena, rq->today);
  struct list_ask ask = {.scope = {V(rq->actor.team_id), day, day, V(rq->actor.user_id), day, day}, .after = after,
                         .limit = PEOPLE_A_PAGE + 1};
  for (size_t i = 0; i < words.n && i < SEARCH_WORDS_MAX; i++) ask.filter[i].on = true, ask.filter[i].v = V(words.p[i]);
  if (sees_own_only(rq)) ask.filter[FILTER_OWN].on = true, ask.filter[FILTER_OWN].v = V(rq->actor.user_id);
  struct rows r = list_rows(rq->db, rq->arena, &people_seen, &ask);
  while (db_next(&r)) {
    if (out->n == PEOPLE_A_PAGE) {
      db_done(&r);
      break;
    }
    out->id[out->n++] = row_int(&r, 0);
    out->next = list_key(&people_seen, &r, 0);
  }
  if (out->n < PEOPLE_A_PAGE) out->next.n = 0;
  out->n = permission_recheck(rq, out->id, out->classes, out->n);
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

static struct people_row row_of(struct request *rq, int64_t id, uint32_t classes) {
  struct person p;
  record_clear(&person_type, &p);
  if (!record_load(rq->db, rq->arena, &person_type, id, &p)) return (struct people_row){0};
  people_redact(&person_type, &p, classes);
  struct sight s = permission_sight(rq->db, rq->arena, &rq->actor, id, rq->today, rq->now);
  audit_shows(rq, id, classes & (CLASS_IDENTITY | CLASS_CONTACT));
  return (struct people_row){.id = uuid_str(rq->arena, p.public_id), .name = p.name, .safe = people_safe_words(rq, &p),
                             .why = why_words(rq, s)};
}

static struct list_key key_given(struct request *rq) {
  struct list_key key = {0};
  struct str sealed, word;
  if (base64url_parse(rq->arena, request_form(rq, "after"), &sealed) && unseal_own(rq->arena, "people list", sealed, &word))
    list_key_from(rq->arena, word, &key);
  return key;
}

static struct str key_word(struct request *rq, const struct list_key *key) {
  struct str sealed;
  if (!key->n || !seal_own(rq->arena, "people list", list_key_word(rq->arena, key), &sealed)) return (struct str){0};
  return base64url_of(rq->arena, sealed.p, sealed.n);
}

static void read_people(struct request *rq, struct people_list_page *page) {
  struct found_people found = {0};
  page->search = request_form(rq, "search");
  find_people(rq, page->search, key_given(rq), &found);
  page->people.p = arena_many(rq->arena, struct people_row, found.n + 1);
  for (size_t i = 0; i < found.n; i++) page->people.p[page->people.n++] = row_of(rq, found.id[i], found.classes[i]);
  page->next = key_word(rq, &found.next);
}

void people_list_page(struct request *rq) {
  struct people_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "People"))};
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  read_people(rq, &page);
  view_people_list(rq->view, &page);
}

void people_list_api(struct request *rq) {
  struct people_list_page page = {0};
  struct json_out j = json_to(rq->body);
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  read_people(rq, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("people"));
  json_list(&j);
  for (size_t i = 0; i < page.people.n; i++) {
    json_open(&j);
    json_put_str(&j, "id", page.people.p[i].id);
    json_put_str_if(&j, "name", page.people.p[i].name);
    json_put_str_if(&j, "safe", page.people.p[i].safe);
    json_close(&j);
  }
  json_list_end(&j);
  json_put_str_if(&j, "next", page.next);
  json_close(&j);
}
