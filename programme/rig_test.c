/* rig_test: the same place for each test. */
#include "programme/rig_test.h"
#include "money/money.h"
#include "referrals/referrals.h"
#include "sharing/sharing.h"

const struct domain *const programme_test_domains[9] = {
    &web_domain,   &accounts_domain,  &permission_domain, &people_domain,   &support_domain,
    &money_domain, &referrals_domain, &sharing_domain,    &programme_domain};

void says(struct place *p, const char *words) {
  if (!client_says(&p->c, words)) fail_msg("not said: %s\n%.*s", words, P(p->c.text));
}

void says_not(struct place *p, const char *words) {
  if (client_says(&p->c, words)) fail_msg("said: %s", words);
}

static void init(struct place *p) {
  struct progress none = {0};
  struct why why = {0};
  if (!support_domain.init(p->t->db, p->t->arena, p->c.now, &none, &why) ||
      !sharing_domain.init(p->t->db, p->t->arena, p->c.now, &none, &why) ||
      !programme_domain.init(p->t->db, p->t->arena, p->c.now, &none, &why))
    fail_msg("%s", why.text);
}

struct person add_person(struct place *p, const struct actor *by, const char *name, day_t born) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("in_person"), person.born_on = born;
  person.full_name = str_format(p->t->arena, "%s Fullname", name);
  person.status = S("unemployed"), person.public_id = uuid_v4();
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

void delivers(struct place *p, const char *code, int64_t organisation) {
  struct programme g;
  assert_true(programme_by_code(p->t->db, p->t->arena, str_of(code), &g));
  assert_int_equal(programme_deliver(p->t->db, g.id, organisation, true, p->t->arena, p->c.now),
                   DB_OK);
}

struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, programme_test_domains, countof(programme_test_domains),
                                     &accounts_session_hooks)};
  char id[37];
  p.c.now = local_uk_instant(day_of(2026, 5, 12), 600);
  instant_t now = p.c.now;
  p.today = instant_local_uk(now).day;
  people_sealing();
  seal_forget();
  people_parts_use(programme_test_domains, countof(programme_test_domains));
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.lead = test_user(t->db, t->arena, north, "north 2", ROLE_TEAM_LEAD, "", now);
  p.colin = test_user(t->db, t->arena, north, "north 3", ROLE_MANAGER, "", now);
  p.second = test_user(t->db, t->arena, north, "north 4", ROLE_MANAGER, "", now);
  p.peer = test_user(t->db, t->arena, north, "north 5", ROLE_PEER, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
  init(&p);
  delivers(&p, "harbour_start", p.amina.organisation_id);
  delivers(&p, "second_tide", p.amina.organisation_id);
  delivers(&p, "kiln_lane", p.amina.organisation_id);
  p.ada = add_person(&p, &p.amina, "Ada Thrift", day_of(1990, 3, 1));
  uuid_text(p.ada.public_id, id);
  snprintf(p.path, sizeof p.path, "/people/%s/programmes", id);
  client_as(&p.c, p.amina);
  return p;
}

void send_form(struct place *p, const char *path, const char *end, const char *form) {
  char whole[512];
  snprintf(whole, sizeof whole, "%s%s", path, end);
  post(&p->c, whole, form);
}

void saved(struct place *p) {
  if (p->c.status == 303) return;
  size_t at = str_find(p->c.text, S("role=\"alert\""));
  fail_msg("%d %.*s", p->c.status, P(str_slice(p->c.text, at, at + 400)));
}

void join_programme(struct place *p, const char *code) {
  char form[256];
  snprintf(form, sizeof form, "programme=%s&told=yes", code);
  send_form(p, p->path, "", form);
  saved(p);
  snprintf(p->on, sizeof p->on, "%.*s", P(client_header(&p->c, "Location")));
}

/* What stands in a hidden field of the last page. */
void hidden_field(struct place *p, const char *name, char out[80]) {
  struct str mark = str_format(p->t->arena, "name=\"%s\" value=\"", name);
  struct str rest = str_slice(p->c.text, str_find(p->c.text, mark) + mark.n, p->c.text.n);
  struct str value = str_cut(&rest, '"');
  snprintf(out, 80, "%.*s", P(value));
}

void sign_joining(struct place *p, const char *how) {
  char form[400], reference[80], shown[80];
  get(&p->c, str_c(p->t->arena, str_format(p->t->arena, "%s/sign", p->on)));
  hidden_field(p, "reference", reference), hidden_field(p, "shown", shown);
  snprintf(form, sizeof form, "form=joining&reference=%s&shown=%s&%s", reference, shown, how);
  send_form(p, p->on, "/sign", form);
}

void see_all(struct place *p) {
  send_form(p, p->on, "/proof", "proof=identity&what=seen&paper=passport"), saved(p);
  send_form(p, p->on, "/proof", "proof=right_to_work&what=seen&paper=share_code"), saved(p);
  send_form(p, p->on, "/proof", "proof=address&what=seen&paper=bill"), saved(p);
}

void shows(struct place *p, const char *path) {
  get(&p->c, path);
  if (p->c.status != 200) fail_msg("%s: %d", path, p->c.status);
}

void start_ada(struct place *p, const char *on) {
  char form[32];
  join_programme(p, "harbour_start");
  see_all(p);
  sign_joining(p, "way=typed&typed=Ada"), saved(p);
  snprintf(form, sizeof form, "on=%s", on);
  send_form(p, p->on, "/start", form), saved(p);
}
