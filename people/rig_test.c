#include "people/rig_test.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    places_migrations, people_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain};

struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  seal_forget();
  people_parts_use(domains, countof(domains));
  p.north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  p.weavers = test_team(t->db, t->arena, "Weavers", "Row", FUNCTION_SUPPORT, "team", now);
  p.greta = test_user(t->db, t->arena, p.north, "greta", ROLE_KEY_WORKER, "", now);
  p.lead = test_user(t->db, t->arena, p.north, "lead", ROLE_TEAM_LEAD, "", now);
  p.manager = test_user(t->db, t->arena, p.north, "manager", ROLE_MANAGER, "", now);
  p.peer = test_user(t->db, t->arena, p.weavers, "peer", ROLE_PEER, "", now);
  p.other = test_user(t->db, t->arena, p.weavers, "other", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.greta);
  return p;
}

day_t today_of(const struct place *p) { return instant_local_uk(p->c.now).day; }

struct person rig_add(struct place *p, const struct actor *by, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

const char *path_of(struct place *p, const struct person *person, const char *rest) {
  return str_c(p->t->arena, str_format(p->t->arena, "%s/people/%.*s%s",
                                       str_starts(str_of(rest), S("api:")) ? "/api" : "",
                                       P(uuid_str(p->t->arena, person->public_id)),
                                       str_starts(str_of(rest), S("api:")) ? rest + 4 : rest));
}

struct str hidden_of(struct place *p, const char *name) {
  struct str mark = str_format(p->t->arena, "name=\"%s\" value=\"", name);
  size_t at = str_find(p->c.text, mark);
  struct str value = str_slice(p->c.text, at + mark.n, p->c.text.n);
  return str_copy(p->t->arena, str_slice(value, 0, str_find_byte(value, '"')));
}

void rig_send(struct place *p, const char *path, const char *fields, struct str base) {
  struct buf form = buf_open(1 << 14);
  buf_format(&form, "%s", fields);
  if (base.n) client_field(&form, "base", base);
  post(&p->c, path, str_c(p->t->arena, buf_str(&form)));
  buf_free(&form);
}

struct str bytes_of(struct place *p, const char *path) {
  static const char mark[] = "name=\"csrf\" value=\"";
  struct buf out = buf_open(1 << 20);
  get(&p->c, path);
  assert_int_equal(p->c.status, 200);
  struct str text = p->c.text;
  while (text.n) {
    size_t at = str_find(text, str_of(mark));
    buf_put(&out, str_slice(text, 0, at));
    text = str_slice(text, at == text.n ? at : at + sizeof mark - 1, text.n);
    if (text.n) text = str_slice(text, str_find_byte(text, '"'), text.n);
  }
  struct str all = str_copy(p->t->arena, buf_str(&out));
  buf_free(&out);
  return all;
}

int rig_run(const char *group, const struct db_test_case *cases, size_t n, int argc, char **argv) {
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     places_migrations, people_migrations};
  return db_test_main(argc, argv, group, cases, n, lists, countof(lists));
}
