/* referrals_test: the scenarios S12 S17 S40 S41 by name, and the ways in, through the pages on both
 * databases. With a name as argument only that one runs: planted wrong builds (planted.c) are made
 * to fail it. */
#include <stdio.h>
#include "referrals/referrals_test.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, places_migrations, finding_migrations, referrals_migrations,
    messages_migrations;

#define FIVE "name=Wren+Alder&safe_way=phone&reach=07700+900321&safe_note=Tuesdays&agreed=said"

/* The journey of somebody in a hurry: one page of questions, one of five fields. */
static void a_referral_is_two_pages(struct db_test *t) {
  struct town p = town_of(t);
  get(&p.c, "/refer");
  assert_int_equal(p.c.status, 200);
  assert_true(says(&p, "name=\"who\"") && says(&p, "name=\"knows\""));
  assert_false(says(&p, "name=\"name\"")); /* what fits comes before who it is for */
  char five[400];
  snprintf(five, sizeof five, FIVE "&service=%s&heard=friend", p.talk_id);
  refer_with(&p, "who=household&knows=yes&place=ZB1+1AA&age=30", five);
  assert_int_equal(p.c.status, 303);
  assert_true(follow(&p.c) && says(&p, "It has been received."));
  assert_int_equal(
      count_of(&p, SQL("select count(*) from referral where source = 'household_member' "
                       "and about = 'known'")),
      1);
  sign_in_as(&p, &p.priya);
  get(&p.c, "/referrals");
  assert_true(says(&p, "Wren Alder") && says(&p, "Someone to talk to"));
  open_leg(&p, newest_leg(&p));
  assert_true(says(&p, "07700 900321") && says(&p, "Tuesdays") && says(&p, "They said yes"));
  sign_in_as(&p, &p.amina); /* another organisation's team */
  open_leg(&p, newest_leg(&p));
  assert_int_equal(p.c.status, 404);
  struct referral_heards heard = referrals_heard(t->db, t->arena, TEST_DAY, TEST_DAY);
  assert_int_equal(heard.n, 1);
  client_close(&p.c);
}

static void faults_keep_what_was_typed(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  post(&p.c, "/refer", "place=ZB1+1AA");
  assert_int_equal(p.c.status, 422);
  assert_true(says(&p, "Say who the help is for."));
  post(&p.c, "/refer", "who=known&place=ZB1+1AA");
  assert_true(p.c.status == 422 && says(&p, "Say whether they know"));
  post(&p.c, "/refer", "who=self&place=Nowhere+at+all");
  assert_true(p.c.status == 422 && says(&p, "We do not know that place"));
  snprintf(five, sizeof five, "name=Wren&safe_way=phone&reach=12&service=%s&words=%%3Cb%%3E",
           p.talk_id);
  refer_with(&p, "who=known&knows=yes&age=30", five);
  assert_int_equal(p.c.status, 422);
  assert_true(says(&p, "it needs 10 or 11 digits") && says(&p, "Ask them first"));
  assert_true(says(&p, "value=\"Wren\"") && says(&p, "&lt;b&gt;"));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 0);
  client_close(&p.c);
}

/* "They do not know" leads to how to offer, and to no record of anybody. */
static void without_their_knowing_nothing_is_kept(struct db_test *t) {
  struct town p = town_of(t);
  post(&p.c, "/refer", "who=known&knows=no&place=ZB1+1AA&age=30");
  assert_true(p.c.status == 200 && says(&p, "How to offer help to someone"));
  assert_false(says(&p, "name=\"name\""));
  char form[400];
  snprintf(form, sizeof form, "who=known&knows=no&service=%s&" FIVE, p.talk_id);
  get(&p.c, "/refer");
  post(&p.c, "/refer", "who=known&knows=yes&place=ZB1+1AA&age=30"); /* a form, for its mark */
  post(&p.c, "/refer/send", form);
  assert_int_equal(p.c.status, 422);
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 0);
  client_close(&p.c);
}

/* No team can take it: the nearest other help is named, a gap is counted, nothing is asked. */
static void no_match_is_a_gap(struct db_test *t) {
  struct town p = town_of(t);
  db_run(t->db, SQL("update referral_route set to_day = '2026-01-01' where service_id <> ?1"),
         V(p.young.id));
  post(&p.c, "/refer", "who=self&place=ZB1+1AA&age=50");
  assert_true(p.c.status == 200 && says(&p, "No team here can take this on just now"));
  assert_true(says(&p, "Someone to talk to") && says(&p, "01632 960123"));
  assert_false(says(&p, "name=\"name\""));
  assert_int_equal(count_of(&p, SQL_WORK("select coalesce(sum(searches), 0) from search_gap")), 1);
  post(&p.c, "/refer", "who=self&place=ZB1+1AA&age=20");
  assert_true(says(&p, "boat crew"));
  assert_int_equal(count_of(&p, SQL_WORK("select coalesce(sum(searches), 0) from search_gap")), 1);
  client_close(&p.c);
}

/* Like S05: the same help, two providers, decided by where somebody lives. */
static void a_postcode_decides_the_provider(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  static const char *const from[] = {"who=self&place=ZB1+1AA&age=30",
                                     "who=self&place=ZB2+2BB&age=30"};
  snprintf(five, sizeof five, FIVE "&service=%s", p.bikes_id);
  for (int i = 0; i < 2; i++) {
    refer_with(&p, from[i], five);
    assert_int_equal(p.c.status, 303);
    assert_int_equal(db_number(t->db, 0, SQL("select team_id from referral_leg where id = (select "
                                             "max(id) from referral_leg)")),
                     i ? p.coast : p.north);
  }
  client_close(&p.c);
}

static void S12_gp_referral_to_first_contact_in_days(struct db_test *t) {
  struct town p = town_of(t);
  struct partner gp = a_partner(&p, "Quay Surgery", "gp", FUNCTION_REFERRER, false);
  struct str token = a_token(&p, &gp, "link", TEST_DAY + 30);
  char start[300], five[400];
  get(&p.c, str_c(t->arena, str_format(t->arena, "/refer/with/%.*s", P(token))));
  assert_true(p.c.status == 200 && says(&p, "Quay Surgery"));
  get(&p.c, str_c(t->arena, str_format(t->arena, "/refer/form/%.*s", P(token))));
  assert_true(p.c.status == 200 && says(&p, "class=\"qr\"") &&
              says(&p, "The safe way to be in touch"));
  snprintf(start, sizeof start, "link=%.*s&knows=yes&place=ZB1+1AA&age=41&status=employed",
           P(token));
  snprintf(five, sizeof five, FIVE "&service=%s&their_ref=QS-77", p.talk_id);
  refer_with(&p, start, five);
  assert_int_equal(p.c.status, 303); /* somebody in a job is as welcome */
  struct str leg = newest_leg(&p);
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=accepted");
  assert_int_equal(p.c.status, 200);
  get(&p.c, str_c(t->arena, str_format(t->arena, "/referrals/%.*s/letter", P(leg))));
  assert_true(says(&p, "has not been verified"));
  /* Friday 18 to Wednesday 30 December: Christmas Day and its substitute are no working days. */
  at_day(&p, day_of(2026, 12, 30));
  on_leg(&p, leg, "do=contacted");
  struct referral_counts counts = referrals_count(t->db, t->arena, TEST_DAY, TEST_DAY + 30);
  assert_int_equal(counts.n, 1);
  assert_true(str_eq(counts.p[0].source, S("gp")) && counts.p[0].talked == 1 &&
              counts.p[0].accepted == 1);
  assert_int_equal(counts.p[0].days, 6);
  db_run(t->db, SQL("update referral_partner set verified_on = '2026-12-01' where id = ?1"),
         V(gp.id));
  get(&p.c, str_c(t->arena, str_format(t->arena, "/referrals/%.*s/letter", P(leg))));
  assert_true(says(&p, "Ask the person first"));
  on_leg(&p, leg, "do=feedback&feedback=in_touch");
  get(&p.c, str_c(t->arena, str_format(t->arena, "/referrals/%.*s/letter", P(leg))));
  assert_true(says(&p, "QS-77") && says(&p, "we are in touch with them") &&
              says(&p, "Quay Surgery"));
  assert_false(says(&p, "Wren") || says(&p, "Tuesdays") || says(&p, "employ"));
  client_close(&p.c);
}

/* From a person's own page, with them. Leaves the worker signed in; the newest leg. */
static struct str sent_with(struct town *p, const struct actor *by, const struct person *who,
                            const char *form) {
  char path[120], id[40];
  uuid_text(who->public_id, id);
  snprintf(path, sizeof path, "/people/%s/referrals", id);
  sign_in_as(p, by);
  get(&p->c, path);
  assert_int_equal(p->c.status, 200);
  post(&p->c, path, form);
  return newest_leg(p);
}

/* Is it in the copy of everything kept of somebody? */
static bool held_of(struct town *p, const struct person *who, const char *words) {
  struct held h = {.db = p->t->db, .a = p->t->arena, .person_id = who->id};
  bool found = false;
  referrals_hold(&h);
  assert_false(h.failed);
  for (size_t i = 0; i < h.items.n; i++)
    found |= str_contains(h.items.p[i].words, str_of(words));
  return found;
}

static void S17_warm_handover(struct db_test *t) {
  struct town p = town_of(t);
  struct person ada = a_person(&p, &p.amina, "Ada Thrift", false);
  char form[300];
  snprintf(form, sizeof form, "service=%s&words=I+would+like+company", p.talk_id);
  sent_with(&p, &p.amina, &ada, form);
  assert_true(p.c.status == 422 && says(&p, "Ask them first"));
  snprintf(form, sizeof form, "service=%s&words=I+would+like+company&agreed=said", p.talk_id);
  struct str leg = sent_with(&p, &p.amina, &ada, form);
  assert_int_equal(p.c.status, 303);
  assert_true(held_of(&p, &ada, "I would like company"));
  sign_in_as(&p, &p.priya);
  open_leg(&p, leg);
  assert_true(says(&p, "Ada Thrift") && says(&p, "I would like company") &&
              says(&p, "amina, Harbour Lights"));
  on_leg(&p, leg, "do=accepted");
  on_leg(&p, leg, "do=handover&meet_day=4%2F1%2F2027&meet_time=10:30&agreed=said&sheet=");
  assert_int_equal(p.c.status, 422);
  on_leg(&p, leg,
         "do=handover&meet_day=4%2F1%2F2027&meet_time=10:30&agreed=said&sheet=Ada+likes+boats");
  assert_true(p.c.status == 200 && says(&p, "Meet on 4 January 2027 at 10:30"));
  /* The sender sees the sheet the person read, and nothing of the other team's record. */
  sign_in_as(&p, &p.amina);
  open_leg(&p, leg);
  assert_true(p.c.status == 200 && says(&p, "Ada likes boats") && says(&p, "Meeting agreed"));
  assert_false(says(&p, "I would like company") || says(&p, "07700 900123"));
  get(&p.c, "/referrals");
  assert_false(says(&p, "back with you"));
  /* Nobody met in ten working days: it comes back by itself, and a fact still to come is refused.
   */
  at_day(&p, day_of(2027, 1, 18));
  get(&p.c, "/referrals");
  assert_false(says(&p, "back with you"));
  at_day(&p, day_of(2027, 1, 19));
  get(&p.c, "/referrals");
  assert_true(says(&p, "back with you") && says(&p, "Someone to talk to"));
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=met");
  assert_true(says(&p, "Met: handed over"));
  sign_in_as(&p, &p.amina);
  get(&p.c, "/referrals");
  assert_false(says(&p, "back with you"));
  /* The outcome returns when the person chose it, not before. */
  open_leg(&p, leg);
  assert_false(says(&p, "Met: handed over") || says(&p, "They met"));
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=feedback&feedback=outcome");
  sign_in_as(&p, &p.amina);
  open_leg(&p, leg);
  assert_true(says(&p, "Met: handed over"));
  assert_true(held_of(&p, &ada, "Ada likes boats"));
  client_close(&p.c);
}

/* What is kept but not to be used (UK GDPR Article 18) does not go to another team. */
static void what_is_not_to_be_used_is_not_sent(struct db_test *t) {
  struct town p = town_of(t);
  struct person ada = a_person(&p, &p.amina, "Ada Thrift", false);
  char form[200];
  db_begin(t->db, STORE_MAIN);
  db_run(t->db,
         SQL("insert into use_limit (person_id, classes, since, made_by) values (?1, ?2, "
             "'2026-01-01', 1)"),
         V(ada.id), V((int64_t)CLASS_CONTACT));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  snprintf(form, sizeof form, "service=%s&agreed=said", p.talk_id);
  sent_with(&p, &p.amina, &ada, form);
  assert_true(p.c.status == 422 && says(&p, "kept but not to be used"));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 0);
  db_begin(t->db, STORE_MAIN);
  db_run(t->db, SQL("delete from use_limit where person_id = ?1"), V(ada.id));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  sent_with(&p, &p.amina, &ada, form);
  assert_int_equal(p.c.status, 303);
  client_close(&p.c);
}

/* What becomes of it is told by the one send path: the meeting, that there is news; and where no
 * message is safe the sender reads why, and nothing is queued. */
static void what_came_of_it_goes_the_safe_way(struct db_test *t) {
  static const char *const ways[] = {"text", "none", "phone", "in_person", "through_worker"};
  struct town p = town_of(t);
  char form[300];
  for (size_t i = 0; i < countof(ways); i++) {
    struct person who = a_person(&p, &p.amina, "Ada Thrift", false);
    who.safe_way = str_of(ways[i]), who.phone = S("07700 900123");
    db_begin(t->db, STORE_MAIN);
    people_save(t->db, t->arena, &who, p.amina.user_id, p.c.now);
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
    snprintf(form, sizeof form, "service=%s&agreed=said", p.talk_id);
    struct str leg = sent_with(&p, &p.amina, &who, form);
    on_leg(&p, leg, "do=tell"); /* nothing has come of it yet */
    assert_int_equal(p.c.status, 422);
    sign_in_as(&p, &p.priya);
    on_leg(&p, leg, "do=declined&reason=full&follows=sender_decides");
    sign_in_as(&p, &p.amina);
    open_leg(&p, leg);
    bool goes = i == 0;
    assert_int_equal(says(&p, "Send exactly these words"), goes);
    on_leg(&p, leg, "do=tell");
    assert_int_equal(p.c.status, goes ? 200 : 422);
    on_leg(&p, leg, "do=tell");
    if (count_of(&p, SQL("select count(*) from message")) != 1) fail_msg("%s", ways[i]);
  }
  client_close(&p.c);
}

/* S17's other half: not taken on comes back with its reason and what follows, to the team that
 * sent. */
static void S17_declined_with_a_reason(struct db_test *t) {
  struct town p = town_of(t);
  struct person ada = a_person(&p, &p.amina, "Ada Thrift", false);
  char form[200];
  snprintf(form, sizeof form, "service=%s&agreed=signed", p.talk_id);
  struct str leg = sent_with(&p, &p.amina, &ada, form);
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=declined&reason=full");
  assert_true(p.c.status == 422 && says(&p, "Say what follows"));
  on_leg(&p, leg, "do=declined&follows=sender_decides");
  assert_true(p.c.status == 422 && says(&p, "Choose a reason."));
  on_leg(&p, leg, "do=declined&reason=full&follows=sender_decides&note=CANARY-NOTE");
  assert_true(p.c.status == 200 && says(&p, "CANARY-NOTE"));
  on_leg(&p, leg, "do=accepted");
  assert_int_equal(p.c.status, 422);
  sign_in_as(&p, &p.amina);
  open_leg(&p, leg);
  assert_true(says(&p, "No place free. The sender decides what next") && !says(&p, "CANARY-NOTE"));
  client_close(&p.c);
}

static void S40_one_referral_fans_out(struct db_test *t) {
  struct town p = town_of(t);
  struct person ada = a_person(&p, &p.amina, "Ada Thrift", false);
  char form[300], path[120], id[40];
  snprintf(form, sizeof form, "service=%s&service=%s&service=%s&agreed=said", p.talk_id, p.bikes_id,
           p.talk_id);
  sent_with(&p, &p.amina, &ada, form);
  assert_int_equal(p.c.status, 303);
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 1);
  assert_int_equal(count_of(&p, SQL("select count(*) from referral_leg")), 2);
  assert_int_equal(count_of(&p, SQL("select lead_user from referral")), p.amina.user_id);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena,
                     SQL("select public_id from referral_leg where team_id = ?1"), V(p.coast)));
  struct str there = row_text(&r, 0);
  db_done(&r);
  assert_true(db_one(&r, t->db, t->arena,
                     SQL("select public_id from referral_leg where team_id = ?1"), V(p.north)));
  struct str here = row_text(&r, 0);
  db_done(&r);
  sign_in_as(&p, &p.priya);
  on_leg(&p, there, "do=declined&reason=full&follows=sender_decides");
  sign_in_as(&p, &p.rhian);
  open_leg(&p, here);
  assert_true(says(&p, "Take them on") && says(&p, "Ada Thrift"));
  on_leg(&p, here, "do=accepted");
  assert_int_equal(p.c.status, 200);
  /* The same organisation: the record stays one; the lead sees both legs on it. */
  assert_int_equal(count_of(&p, SQL("select count(*) from person")), 1);
  uuid_text(ada.public_id, id);
  snprintf(path, sizeof path, "/people/%s/referrals", id);
  sign_in_as(&p, &p.amina);
  get(&p.c, path);
  assert_true(says(&p, "Not taken on") && says(&p, "Accepted"));
  client_close(&p.c);
}

/* Nothing about jobs is asked, needed or shown: the stage before anybody speaks of work. */
static void S41_a_stage_without_employment(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  snprintf(five, sizeof five, FIVE "&service=%s&words=To+be+around+people", p.talk_id);
  refer_with(&p, "who=known&knows=yes&place=ZB1+1AA", five);
  assert_int_equal(p.c.status, 303);
  struct str leg = newest_leg(&p);
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=accepted");
  on_leg(&p, leg, "do=contacted");
  static const char *const words[] = {"employ", "vacanc", "Job", " job", "wage", "benefit"};
  struct str main = str_slice(p.c.text, str_find(p.c.text, S("<main")), p.c.text.n);
  for (size_t i = 0; i < countof(words); i++)
    if (str_contains(main, str_of(words[i]))) fail_msg("the page says \"%s\"", words[i]);
  assert_true(says(&p, "To be around people"));
  assert_int_equal(count_of(&p, SQL("select count(*) from person where status is not null or "
                                    "wants_job is not null")), 0);
  client_close(&p.c);
}

static void clocks_pauses_and_overdue(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  snprintf(five, sizeof five, FIVE "&service=%s", p.talk_id);
  refer_with(&p, "who=self&place=ZB1+1AA&age=30", five);
  struct str leg = newest_leg(&p);
  sign_in_as(&p, &p.priya);
  at_day(&p, day_of(2026, 12, 29)); /* the fifth working day after the 18th, Christmas left out */
  get(&p.c, "/referrals?show=overdue");
  assert_true(says(&p, "Nothing is overdue."));
  at_day(&p, day_of(2026, 12, 30));
  get(&p.c, "/referrals?show=overdue");
  assert_true(says(&p, "Wren Alder") && says(&p, "Was due on 29 December 2026"));
  on_leg(&p, leg, "do=paused&until=20%2F1%2F2027");
  assert_int_equal(p.c.status, 422);
  on_leg(&p, leg, "do=paused&reason=unwell&until=20%2F1%2F2027");
  assert_true(p.c.status == 200 && says(&p, "They are unwell"));
  get(&p.c, "/referrals?show=overdue");
  assert_true(says(&p, "Nothing is overdue."));
  at_day(&p, day_of(2027, 1, 21));
  enum db_result result;
  assert_int_equal(referrals_rebuild(t->db, t->arena, day_of(2027, 1, 21), false, &result), 1);
  get(&p.c, "/referrals");
  assert_true(says(&p, "New") && says(&p, "Wren Alder"));
  on_leg(&p, leg, "do=withdrawn&by=person&reason=not_now");
  assert_true(says(&p, "Withdrawn") && says(&p, "By the person: Not now"));
  get(&p.c, "/referrals");
  assert_true(says(&p, "Nobody is waiting."));
  client_close(&p.c);
}

/* The projection is what the facts say; the doctor finds one that is not, and puts it right. */
static void the_projection_can_be_made_again(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  struct buf said = buf_open(4096);
  snprintf(five, sizeof five, FIVE "&service=%s", p.talk_id);
  refer_with(&p, "who=self&place=ZB1+1AA&age=30", five);
  assert_int_equal(referrals_domain.doctor(t->db, t->arena, p.c.now, &said), 0);
  assert_int_equal(said.n, 0);
  db_run(t->db, SQL("update referral_now set state = 'accepted' where leg_id > 0"));
  assert_int_equal(referrals_domain.doctor(t->db, t->arena, p.c.now, &said), 1);
  assert_int_equal(referrals_domain.doctor(t->db, t->arena, p.c.now, &said), 0);
  db_run(t->db, SQL("delete from referral_now where leg_id > 0"));
  assert_int_equal(referrals_domain.doctor(t->db, t->arena, p.c.now, &said), 1);
  sign_in_as(&p, &p.priya);
  get(&p.c, "/referrals");
  assert_true(says(&p, "Wren Alder"));
  buf_free(&said);
  client_close(&p.c);
}

static void a_file_is_looked_at_first(struct db_test *t) {
  struct town p = town_of(t);
  struct buf form = buf_open(1 << 14);
  struct str file = S("name,phone,safe_way,agreed,place,age,service,their_ref\n"
                      "Wren Alder,07700 900321,phone,said,ZB1 1AA,30,Someone to talk to,A1\n"
                      "Bo Tern,,text,said,ZB1 1AA,30,,A2\n"
                      "Cy Moss,07700 900322,phone,,ZB1 1AA,30,,A3\n"
                      "Di Reed,07700 900323,phone,said,ZB9 9ZZ,30,,A4\n"
                      ",07700 900324,phone,said,ZB1 1AA,30,,A5\n");
  sign_in_as(&p, &p.hugh);
  get(&p.c, "/referrals/upload");
  post_file(&p.c, "/referrals/upload", "", "file", "people.csv", file);
  assert_true(p.c.status == 200 && says(&p, "nothing saved yet"));
  assert_true(says(&p, "1 can be sent") && says(&p, "4 need putting right"));
  assert_true(says(&p, "Give a telephone number") && says(&p, "Ask them first") &&
              says(&p, "We do not know that postcode") && says(&p, "Give a name to use"));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 0);
  client_field(&form, "text", file);
  client_field(&form, "apply", S("yes"));
  for (int i = 0; i < 2; i++) { /* sent twice, kept once */
    post(&p.c, "/referrals/upload", str_c(t->arena, buf_str(&form)));
    assert_int_equal(p.c.status, 200);
    assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 1);
  }
  get(&p.c, "/referrals/sent");
  assert_true(says(&p, "A1") && says(&p, "Received") && !says(&p, "Wren"));
  post_file(&p.c, "/referrals/upload", "", "file", "x.csv", S("a,b\n1,2\n"));
  assert_true(p.c.status == 422 && says(&p, "must name the columns"));
  buf_free(&form);
  client_close(&p.c);
}

static void a_lead_minds_partners_and_routes(struct db_test *t) {
  struct town p = town_of(t);
  sign_in_as(&p, &p.pat);
  get(&p.c, "/referrals/partners");
  assert_true(p.c.status == 200 && says(&p, "Free bicycles") && says(&p, "Southquay"));
  post(&p.c, "/referrals/partners", "name=&route=gp");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/referrals/partners", "name=Quay+Surgery&route=gp");
  assert_true(p.c.status == 303 && follow(&p.c));
  char path[120];
  snprintf(path, sizeof path, "%.*s", P(p.c.path));
  assert_true(says(&p, "has not been verified"));
  post(&p.c, path, "do=verify");
  post(&p.c, path, "do=link");
  post(&p.c, path, "do=api");
  assert_true(p.c.status == 200 && says(&p, "shown once"));
  get(&p.c, path);
  assert_true(says(&p, "was verified on") && says(&p, "href=\"/refer/form/") &&
              says(&p, "class=\"qr\"") && !says(&p, "shown once"));
  post(&p.c, "/referrals/routes", "service=No+such+thing");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/referrals/routes",
       "service=Someone+to+talk+to&area=Northquay&rule=age+between&answer_days=3");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/referrals/routes",
       "service=Someone+to+talk+to&area=Northquay&rule=age+16+to+24&answer_days=3");
  assert_int_equal(p.c.status, 303);
  sign_in_as(&p, &p.rhian); /* another team's partner */
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  sign_in_as(&p, &p.amina); /* not a lead */
  get(&p.c, "/referrals/partners");
  assert_int_equal(p.c.status, 403);
  client_close(&p.c);
}

/* Somebody the team knows already: the worker says so, and no second record begins. */
static void the_same_person_is_one_record(struct db_test *t) {
  struct town p = town_of(t);
  struct person wren = a_person(&p, &p.priya, "Wren Alder", false);
  char five[400], form[120], id[40];
  snprintf(five, sizeof five, FIVE "&service=%s", p.talk_id);
  refer_with(&p, "who=self&place=ZB1+1AA&age=30", five);
  sign_in_as(&p, &p.priya);
  open_leg(&p, newest_leg(&p));
  assert_true(says(&p, "Do you support them already?"));
  uuid_text(wren.public_id, id);
  snprintf(form, sizeof form, "do=accepted&same=%s", id);
  on_leg(&p, newest_leg(&p), form);
  assert_int_equal(p.c.status, 200);
  assert_int_equal(count_of(&p, SQL("select count(*) from person")), 1);
  client_close(&p.c);
}

static void the_demo_has_its_referrals(struct db_test *t) {
  struct progress none = {0};
  struct why why = {0};
  struct buf said = buf_open(4096);
  instant_t now = local_uk_instant(TEST_DAY, 12 * 60);
  static const struct domain *const filled[] = {&accounts_domain, &places_domain, &directory_domain,
                                                &people_domain, &referrals_domain};
  people_sealing();
  if (!codes_load(t->db, &why)) fail_msg("%s", why.text);
  struct client c = client_open(t->db, filled, countof(filled), NULL);
  for (size_t i = 0; i < countof(filled); i++)
    if (filled[i]->demo && !filled[i]->demo(t->db, t->arena, 1, now, &none, &why))
      fail_msg("%s", why.text);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from referral where invented = 1")),
                   240);
  assert_true(db_number(t->db, 0, SQL("select count(distinct state) from referral_now")) >= 5);
  assert_true(
      db_number(t->db, 0, SQL("select count(*) from referral where received_day < '2024-12-18'")) >
      30);
  assert_int_equal(referrals_domain.doctor(t->db, t->arena, now, &said), 0);
  buf_free(&said);
  client_close(&c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(states_are_a_table),
                                            DB_TEST(what_may_be_said_follows_the_state),
                                            DB_TEST(working_days_know_bank_holidays),
                                            DB_TEST(a_referral_is_two_pages),
                                            DB_TEST(faults_keep_what_was_typed),
                                            DB_TEST(without_their_knowing_nothing_is_kept),
                                            DB_TEST(no_match_is_a_gap),
                                            DB_TEST(a_postcode_decides_the_provider),
                                            DB_TEST(S12_gp_referral_to_first_contact_in_days),
                                            DB_TEST(S17_warm_handover),
                                            DB_TEST(S17_declined_with_a_reason),
                                            DB_TEST(what_came_of_it_goes_the_safe_way),
                                            DB_TEST(what_is_not_to_be_used_is_not_sent),
                                            DB_TEST(S40_one_referral_fans_out),
                                            DB_TEST(S41_a_stage_without_employment),
                                            DB_TEST(clocks_pauses_and_overdue),
                                            DB_TEST(the_projection_can_be_made_again),
                                            DB_TEST(a_file_is_looked_at_first),
                                            DB_TEST(a_lead_minds_partners_and_routes),
                                            DB_TEST(the_same_person_is_one_record),
                                            DB_TEST(nobody_can_be_tracked),
                                            DB_TEST(enforcement_hears_received),
                                            DB_TEST(links_are_signed_and_end),
                                            DB_TEST(who_hides_is_for_leads),
                                            DB_TEST(private_people_get_thanks),
                                            DB_TEST(the_referral_forgets),
                                            DB_TEST(the_api_asks_once),
                                            DB_TEST(cards_are_counted_without_names),
                                            DB_TEST(the_demo_has_its_referrals)};
  const struct migrations lists[] = {db_migrations,      audit_migrations,    web_migrations,
                                     record_migrations,  accounts_migrations, permission_migrations,
                                     people_migrations,  places_migrations,   directory_migrations,
                                     finding_migrations, messages_migrations, referrals_migrations};
  return db_test_main(argc, argv, "referrals", all, countof(all), lists, countof(lists));
}
