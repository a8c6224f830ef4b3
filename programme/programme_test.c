/* Programmes through the pages, on both databases: contracts, starts, forms signed, equality,
 * declared returns. PRACTICE 1, 5, 6, 9; scenarios S01 S15 S18 S21 S43 S54. */
#include "audit/audit.h"
#include "db/seal.h"
#include "money/money.h"
#include "programme/rig_test.h"
#include "referrals/referrals.h"
#include "sharing/sharing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    places_migrations, people_migrations, support_migrations, money_migrations,
    referrals_migrations, sharing_migrations, programme_migrations, directory_migrations;

/* ---- contracts ---- */

#define HEAD "programme p \"P\"\nsource \"s\"\n"
/* What a return may hold is refused where packs are read. */
static void a_return_never_tells_who_came_or_why_they_stopped(struct db_test *t) {
  struct place p = place_of(t);
  static const char *const never[] = {
      "joining.attended",   "joining.declined",        "joining.notes",   "joining.assessment",
      "joining.end_reason", "person.health_condition", "person.safe_note"};
  for (size_t i = 0; i < countof(never); i++) {
    struct why why = {0};
    struct str csv =
        str_format(t->arena, "code,name,goes_to,why,field,words\nx,X,F,w,%s,Words\n", never[i]);
    db_begin(t->db, STORE_MAIN);
    if (returns_keep(t->db, t->arena, csv, &why)) fail_msg("kept: %s", never[i]);
    db_rollback(t->db, STORE_MAIN);
  }
  struct why why = {0};
  db_begin(t->db, STORE_MAIN);
  assert_true(returns_keep(t->db, t->arena,
                           S("code,name,goes_to,why,field,words\nx,X,F,w,fund.name,Fund\n"), &why));
  assert_false(programme_keep(t->db, t->arena, S(HEAD "funder a \"A\" share 100 return x\n"),
                              p.c.now, &why));
  assert_true(str_contains(why_str(&why), S("no programme start has")));
  assert_true(returns_keep(t->db, t->arena,
                           S("code,name,goes_to,why,field,words\ny,Y,F,w,outcome.training,When\n"),
                           &why));
  assert_false(programme_keep(t->db, t->arena, S(HEAD "funder a \"A\" share 100 return y\n"),
                              p.c.now, &why)); /* it counts no such outcome */
  assert_true(programme_keep(t->db, t->arena,
                             S(HEAD "funder a \"A\" share 100 return y\noutcome training "
                                    "\"In training\" shown by provider\n"),
                             p.c.now, &why));
  assert_false(programme_keep(t->db, t->arena, S(HEAD "funder a \"A\" share 100 return nowhere\n"),
                              p.c.now, &why));
  db_rollback(t->db, STORE_MAIN);
  client_close(&p.c);
}

/* ---- a start ---- */

static void a_start_is_told_proved_signed_and_dated(struct db_test *t) {
  struct place p = place_of(t);
  shows(&p, p.path);
  says(&p, "Nothing about you is sent to anybody outside.");
  says(&p, "Your full name");
  send_form(&p, p.path, "", "programme=harbour_start"); /* not told */
  assert_int_equal(p.c.status, 422);
  assert_int_equal(db_number(t->db, -1, SQL("/* scan: test */ select count(*) from joining")), 0);
  join_programme(&p, "harbour_start");
  send_form(&p, p.path, "", "programme=harbour_start&told=yes");
  assert_int_equal(p.c.status, 422);
  says(&p, "They are on this programme already.");
  send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=known");
  assert_int_equal(p.c.status, 422); /* alternatives in order */
  send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=known&none_above=yes"), saved(&p);
  send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=library_card");
  assert_int_equal(p.c.status, 422);
  shows(&p, p.on);
  says(&p, "Shown another way");
  says(&p, "not kept");
  send_form(&p, p.on, "/start", "on=12/5/2026");
  assert_int_equal(p.c.status, 422);
  says(&p, "still missing");
  see_all(&p);
  sign_joining(&p, "way=typed&typed=Ada");
  saved(&p);
  shows(&p, p.on);
  says(&p, "Ready to start");
  get(&p.c, "/programmes");
  says(&p, "Ada Thrift");
  send_form(&p, p.on, "/start", "on=1/5/2026"); /* a day before the papers were seen */
  assert_int_equal(p.c.status, 422);
  send_form(&p, p.on, "/start", "on=12/5/2026"), saved(&p);
  send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=passport");
  assert_int_equal(p.c.status, 422); /* it stands as it was */
  send_form(&p, p.on, "/end", "end=fired&on=12/5/2026");
  assert_int_equal(p.c.status, 422);
  get(&p.c, "/programmes");
  says(&p, "Started this month");
  says(&p, "Seaborough Lottery (invented)");
  send_form(&p, p.on, "/end", "end=job&on=12/5/2026"), saved(&p);
  shows(&p, p.on);
  says(&p, "Into paid work");
  assert_int_equal(programme_doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

static void an_exception_is_signed_by_another_manager(struct db_test *t) {
  struct place p = place_of(t);
  join_programme(&p, "harbour_start");
  send_form(&p, p.on, "/proof", "proof=address&what=asked&note=");
  assert_int_equal(p.c.status, 422);
  send_form(&p, p.on, "/proof", "proof=address&what=asked&note=Sleeps+at+friends"), saved(&p);
  send_form(&p, p.on, "/exception", "proof=address&what=allowed");
  assert_int_equal(p.c.status, 403);
  client_as(&p.c, p.lead);
  send_form(&p, p.on, "/exception", "proof=address&what=allowed");
  assert_int_equal(p.c.status, 403);
  struct proof_fact allow = {.proof = S("address"), .what = S("allowed"), .until = DAY_NONE};
  struct joining j;
  struct why why = {0};
  j = programme_joinings(t->db, t->arena, p.ada.id).p[0];
  assert_int_equal(programme_prove(t->db, t->arena, &p.lead, &j, &allow, false, p.c.now, &why),
                   DB_CONFLICT);
  client_as(&p.c, p.colin);
  send_form(&p, p.on, "/proof", "proof=identity&what=asked&note=A+fire"), saved(&p);
  send_form(&p, p.on, "/exception", "proof=identity&what=allowed");
  assert_int_equal(p.c.status, 422);
  says(&p, "another manager must sign it");
  send_form(&p, p.on, "/exception", "proof=right_to_work&what=allowed");
  assert_int_equal(p.c.status, 422); /* nothing was asked */
  send_form(&p, p.on, "/exception", "proof=address&what=allowed"), saved(&p);
  send_form(&p, p.on, "/proof", "proof=right_to_work&what=seen&paper=passport"), saved(&p);
  sign_joining(&p, "way=typed&typed=Ada"), saved(&p);
  client_as(&p.c, p.second); /* now only a manager's word is missing, and it is theirs */
  get(&p.c, "/programmes");
  says(&p, "Exceptions to sign");
  says(&p, "Ada Thrift");
  send_form(&p, p.on, "/exception", "proof=identity&what=refused&note=Send+for+the+certificate"),
      saved(&p);
  shows(&p, p.on);
  says(&p, "Send for the certificate");
  says(&p, "Getting ready");
  client_close(&p.c);
}

/* Drawn, and the tab closed: it is back beneath the same words on the same day, and beneath no
 * others. */
static void a_lost_signature_comes_back_under_its_own_words(struct db_test *t) {
  struct place p = place_of(t);
  char form[600], page[200], reference[80], shown[80];
  join_programme(&p, "harbour_start");
  snprintf(page, sizeof page, "%s/sign", p.on);
  get(&p.c, page);
  hidden_field(&p, "reference", reference), hidden_field(&p, "shown", shown);
  snprintf(form, sizeof form,
           "draft-form=sign&draft-record=%s/sign+joining&form=joining&reference=%s&shown=%s&"
           "way=drawn&drawn=M10+20L30+40L50+20",
           p.on, reference, shown);
  post(&p.c, "/draft", form);
  get(&p.c, page);
  says(&p, "value=\"M10 20L30 40L50 20\"");
  says(&p, reference);
  says(&p, "What you typed before is back.");
  instant_t now = p.c.now;
  p.c.now += 24 * 3600 * (int64_t)1000000;
  client_as(&p.c, p.amina);
  get(&p.c, page);
  says_not(&p, "M10 20L30 40");
  p.c.now = now;
  client_as(&p.c, p.amina);
  get(&p.c, page);
  says(&p, "M10 20L30 40");
  p.ada.full_name = S("Ada Thrift Otherwise");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(
      record_update(t->db, t->arena, &person_type, &p.ada, p.amina.user_id, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, page);
  says(&p, "Ada Thrift Otherwise");
  says_not(&p, "M10 20L30 40");
  client_close(&p.c);
}

static void what_was_signed_is_what_was_shown(struct db_test *t) {
  struct place p = place_of(t);
  char at[256];
  struct signing s;
  struct uuid id;
  join_programme(&p, "harbour_start");
  sign_joining(&p, "way=spoken&heard=");
  assert_int_equal(p.c.status, 422);
  sign_joining(&p, "way=drawn&drawn=M1+1");
  assert_int_equal(p.c.status, 422); /* a dot */
  sign_joining(&p, "way=drawn&drawn=M10+20L30+40L50+20"), saved(&p);
  snprintf(at, sizeof at, "%.*s", P(client_header(&p.c, "Location")));
  shows(&p, at);
  says(&p, "Ada Thrift Fullname");
  says(&p, "<path d=\"M10 20L30 40L50 20\"");
  says(&p, "Nothing was changed since.");
  assert_true(uuid_parse(str_slice(str_of(at), strlen(at) - 36, strlen(at)), &id));
  assert_true(programme_signing(t->db, t->arena, id, &s));
  struct sha256 h = sha256_of(s.words);
  says(&p, str_c(t->arena, hex_of(t->arena, &h, sizeof h)));
  struct checked all = programme_check(t->db);
  assert_int_equal(all.right, 1);
  /* Somebody who holds the keys puts other words in: noticed, on the page and by doctor. */
  struct str other = str_format(t->arena, "%.*s And I owe you money.\n", P(s.words)), sealed;
  struct seal_place where = {p.ada.id, CLASS_OUTCOMES, "signing.words"};
  assert_true(seal(t->db, t->arena, where, other, p.c.now, &sealed));
  db_run(t->db, SQL("update signing set words = ?1"), V(db_blob(sealed)));
  shows(&p, at);
  says(&p, "This is not what was signed");
  assert_int_equal(programme_check(t->db).altered, 1);
  struct buf said = buf_open(4096);
  assert_int_equal(programme_doctor(t->db, t->arena, p.c.now, &said), 1);
  buf_free(&said);
  client_close(&p.c);
}

/* What is known changed between the page and the press: nothing is signed. */
static void a_form_that_changed_meanwhile_is_read_again(struct db_test *t) {
  struct place p = place_of(t);
  char form[400], reference[80], shown[80];
  join_programme(&p, "harbour_start");
  get(&p.c, str_c(t->arena, str_format(t->arena, "%s/sign", p.on)));
  hidden_field(&p, "reference", reference), hidden_field(&p, "shown", shown);
  struct person whole;
  assert_true(people_contact(t->db, t->arena, p.ada.id, (1u << CLASS_COUNT) - 1, &whole));
  whole.full_name = S("Somebody Else");
  db_begin(t->db, STORE_MAIN);
  people_save(t->db, t->arena, &whole, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  snprintf(form, sizeof form, "form=joining&reference=%s&shown=%s&way=typed&typed=Ada", reference,
           shown);
  send_form(&p, p.on, "/sign", form);
  assert_int_equal(p.c.status, 422);
  says(&p, "Read it again");
  says(&p, "Somebody Else");
  assert_int_equal(programme_check(t->db).right, 0);
  client_close(&p.c);
}

/* ---- who may not ---- */

static void others_find_nothing(struct db_test *t) {
  struct place p = place_of(t);
  join_programme(&p, "harbour_start");
  struct actor strangers[] = {p.priya, p.peer};
  for (size_t i = 0; i < countof(strangers); i++) {
    client_as(&p.c, strangers[i]);
    get(&p.c, p.path);
    assert_true(p.c.status == 404 || p.c.status == 403);
    get(&p.c, p.on);
    assert_true(p.c.status == 404 || p.c.status == 403);
    send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=passport");
    assert_true(p.c.status == 404 || p.c.status == 403);
  }
  client_as(&p.c, p.amina);
  get(&p.c, "/programmes/harbour_start/return/council");
  assert_int_equal(p.c.status, 403); /* a manager sends returns */
  client_close(&p.c);
}

/* Right to work is of class status and stands on no referral. */
static void right_to_work_is_never_on_a_referral(struct db_test *t) {
  struct place p = place_of(t);
  struct uuid id;
  struct person whole;
  struct rows r;
  char path[128];
  assert_true(people_contact(t->db, t->arena, p.ada.id, (1u << CLASS_COUNT) - 1, &whole));
  whole.right_to_work = S("seen_limited"), whole.right_to_work_seen = S("CANARY-STATUS-CARD");
  db_begin(t->db, STORE_MAIN);
  people_save(t->db, t->arena, &whole, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  join_programme(&p, "harbour_start");
  send_form(&p, p.on, "/proof", "proof=right_to_work&what=seen&paper=share_code"), saved(&p);
  struct referral_new n = {.via = "worker",
                           .about = "known",
                           .source = S("other"),
                           .agreed = S("said"),
                           .name = p.ada.name,
                           .safe_way = S("in_person"),
                           .age = NUMBER_NONE};
  n.to.p[0] = (struct referral_to){.team_id = p.amina.team_id,
                                   .service_name = S("Help"),
                                   .answer_days = 5,
                                   .contact_days = 5,
                                   .nation = S("scotland")};
  n.to.n = 1;
  int64_t leg = 0, accepted;
  struct why why = {0};
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(referral_send(t->db, t->arena, &n, p.c.now, &id), DB_OK);
  assert_true(db_one(&r, t->db, t->arena, SQL("select id, public_id from referral_leg")));
  leg = row_int(&r, 0);
  struct uuid leg_id = row_uuid(&r, 1);
  db_done(&r);
  assert_true(referral_accept(t->db, t->arena, &p.amina, leg, p.ada.id, p.c.now, &accepted, &why));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  const char *const ends[] = {"/referrals/%.*s", "/referrals/%.*s/letter",
                              "/people/%.*s/referrals"};
  for (size_t i = 0; i < countof(ends); i++) {
    struct str at = uuid_str(t->arena, i == 2 ? p.ada.public_id : leg_id);
    snprintf(path, sizeof path,
             i == 0   ? "/referrals/%.*s"
             : i == 1 ? "/referrals/%.*s/letter"
                      : "/people/%.*s/referrals",
             P(at));
    shows(&p, path);
    says_not(&p, "CANARY-STATUS");
    says_not(&p, "share code");
    says_not(&p, "ight to work");
  }
  const struct field *f = field_find(&person_type, S("right_to_work"));
  assert_int_equal(f->data_class, CLASS_STATUS);
  client_close(&p.c);
}

/* ---- equality ---- */

static void answers_stand_apart_and_are_told_in_tens(struct db_test *t) {
  struct place p = place_of(t);
  char path[128];
  join_programme(&p, "harbour_start");
  send_form(&p, p.path, "/equality", "how=here"), saved(&p);
  snprintf(path, sizeof path, "%.*s", P(client_header(&p.c, "Location")));
  client_as(&p.c, (struct actor){0}); /* whoever holds the phone */
  shows(&p, path);
  says(&p, "What is your ethnic group?");
  says(&p, "I would rather not say");
  says_not(&p, "Ada");
  post(&p.c, path, "ethnic_group=Roma&long_lasting=-&activity=forged");
  assert_int_equal(p.c.status, 200);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404); /* it opens once */
  assert_int_equal(
      db_number(t->db, 0, SQL("/* scan: test */ select count(*) from equality_answer")), 3);
  client_as(&p.c, p.amina);
  char person[64];
  snprintf(person, sizeof person, "%.*s", (int)(strlen(p.path) - strlen("/programmes")), p.path);
  const char *const pages[] = {person, p.path, p.on};
  for (size_t i = 0; i < countof(pages); i++) shows(&p, pages[i]), says_not(&p, "Roma");
  assert_int_equal(permission_role_classes(&p.colin) & CLASS_EQUALITY, 0);
  client_as(&p.c, p.colin);
  shows(&p, "/programmes/tables");
  says(&p, "Fewer than ten answered");
  assert_int_equal(support_question_use(t->db, t->arena, S("equality"), 1, p.amina.team_id, S("x"),
                                        0, DAY_NONE, p.colin.user_id),
                   DB_NONE);
  client_close(&p.c);
}

/* ---- scenarios ---- */

/* From over 30 to over 16 from 2020, without judging earlier starters again; 80 to 20 by funder. */
static void S01_routes_to_work(struct db_test *t) {
  struct place p = place_of(t);
  struct programme g;
  struct person who;
  record_clear(&person_type, &who);
  who.status = S("unemployed");
  assert_true(programme_by_code(t->db, t->arena, S("routes_to_work"), &g));
  const struct contract *c = &g.contract;
  day_t before = day_of(2019, 6, 1), after = day_of(2021, 6, 1);
  who.born_on = day_of(1994, 1, 1); /* 25, then 27 */
  assert_int_equal(programme_judge(t->db, t->arena, c, &who, before, LANG_EN, NULL), RULES_NO);
  assert_int_equal(programme_judge(t->db, t->arena, c, &who, after, LANG_EN, NULL), RULES_MAYBE);
  who.born_on = day_of(1989, 5, 1); /* exactly 30: two readings */
  struct rules_because because;
  assert_int_equal(programme_judge(t->db, t->arena, c, &who, before, LANG_EN, &because),
                   RULES_MAYBE);
  bool age = false;
  for (size_t i = 0; i < because.reasons.n; i++)
    age |= str_contains(because.reasons.p[i].says, S("30"));
  assert_true(age);
  /* What was judged on the first day stays, whatever a later rule or wording says. */
  who = add_person(&p, &p.amina, "Early Starter", day_of(1994, 1, 1));
  delivers(&p, "routes_to_work", p.amina.organisation_id);
  instant_t now = p.c.now;
  char id[37];
  p.c.now = local_uk_instant(before, 600);
  uuid_text(who.public_id, id);
  snprintf(p.path, sizeof p.path, "/people/%s/programmes", id);
  db_run(t->db, SQL("update engagement set from_day = '2019-01-01'"));
  db_run(t->db, SQL("update may_see set from_day = '2019-01-01'"));
  db_run(t->db, SQL("update caseload set from_day = '2019-01-01'"));
  join_programme(&p, "routes_to_work");
  send_form(&p, p.on, "/start", "on=1/6/2019"), saved(&p);
  p.c.now = now;
  client_as(&p.c, p.amina);
  shows(&p, p.on);
  says(&p, "It was meant for others; a person decided.");
  int64_t parts[CONTRACT_FUNDERS_MAX];
  assert_true(contract_split(c, before, 750000000, parts));
  assert_int_equal(parts[0], 600000000);
  assert_int_equal(parts[1], 150000000);
  assert_true(contract_split(c, before, 101, parts));
  assert_int_equal(parts[0] + parts[1], 101);
  client_close(&p.c);
}

/* One record, several funders' files, each with its own declared fields and nothing else; each row
 * in who-looked; S43: a funder that came later gets nothing until the person was told. */
static void S21_several_reports_from_one_record(struct db_test *t) {
  struct place p = place_of(t);
  struct audit_looks before = {0}, looks = {0};
  start_ada(&p, "12/5/2026");
  client_as(&p.c, p.colin);
  audit_who_looked(t->db, t->arena, p.ada.id, 0, 100, &before);
  shows(&p, "/programmes/harbour_start/return/council");
  assert_true(
      str_eq(p.c.text, S("Your full name,Your date of birth,The day you started,The day you "
                         "finished or left,\"The day you started a job, once it is shown\"\r\nAda "
                         "Thrift Fullname,1990-03-01,2026-05-12,,\r\n")));
  shows(&p, "/programmes/harbour_start/return/lottery");
  assert_true(str_eq(p.c.text, S("The ward you live in,The day you started\r\n,2026-05-12\r\n")));
  audit_who_looked(t->db, t->arena, p.ada.id, 0, 100, &looks);
  assert_int_equal(looks.n, before.n + 2);
  get(&p.c, "/programmes/harbour_start/return/coast"); /* it is sent nothing */
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

/* A file holds what one entry of who-looked can name; the rest are files of their own, and none is
 * left out or sent twice. */
static void a_long_return_has_parts(struct db_test *t) {
  struct place p = place_of(t);
  start_ada(&p, "12/5/2026");
  client_as(&p.c, p.colin);
  shows(&p, "/programmes/harbour_start");
  says_not(&p, "part=2");
  for (int i = 0; i < 150; i++) {
    db_begin(t->db, STORE_MAIN);
    int64_t id = db_insert(
        t->db,
        SQL("insert into joining (public_id, created_at, changed_at, version, person, programme, "
            "organisation, contract_hash, told, agreed_on, agreed_with, started_on, judged) select "
            "?1, created_at, changed_at, version, person, programme, organisation, contract_hash, "
            "told, agreed_on, agreed_with, '2026-05-13', judged from joining where started_on = "
            "'2026-05-12' returning id"),
        db_uuid(t->arena, uuid_v4()));
    db_run(t->db,
           SQL("insert into joining_now (joining_id, person_id, programme_id, organisation_id, "
               "state, since, started_on) select id, person, programme, organisation, 'started', "
               "started_on, started_on from joining where id = ?1"),
           V(id));
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  }
  shows(&p, "/programmes/harbour_start");
  says(&p, "part=2");
  says_not(&p, "part=3");
  shows(&p, "/programmes/harbour_start/return/lottery");
  assert_true(str_contains(p.c.text, S("2026-05-12")));
  size_t lines = 0;
  for (size_t i = 0; i < p.c.text.n; i++) lines += p.c.text.p[i] == '\n';
  assert_int_equal(lines, 151);
  shows(&p, "/programmes/harbour_start/return/lottery?part=2");
  assert_true(str_eq(p.c.text, S("The ward you live in,The day you started\r\n,2026-05-13\r\n")));
  shows(&p, "/programmes/harbour_start/return/lottery?part=3");
  assert_true(str_eq(p.c.text, S("The ward you live in,The day you started\r\n")));
  client_close(&p.c);
}

static void S43_a_funder_swapped_midway_is_told_of_by_date(struct db_test *t) {
  struct place p = place_of(t);
  instant_t now = p.c.now;
  p.c.now = local_uk_instant(day_of(2026, 3, 2), 600);
  db_run(t->db, SQL("update engagement set from_day = '2026-01-01'"));
  db_run(t->db, SQL("update may_see set from_day = '2026-01-01'"));
  db_run(t->db, SQL("update caseload set from_day = '2026-01-01'"));
  start_ada(&p, "2/3/2026"); /* while the Coast Fund paid */
  p.c.now = now;
  client_as(&p.c, p.amina);
  shows(&p, p.on);
  says(&p, "Tell them before anything is sent");
  struct programme g;
  int64_t parts[CONTRACT_FUNDERS_MAX];
  assert_true(programme_by_code(t->db, t->arena, S("harbour_start"), &g));
  contract_split(&g.contract, day_of(2026, 3, 31), 1000, parts);
  assert_true(parts[0] == 800 && parts[1] == 200 && parts[2] == 0);
  contract_split(&g.contract, day_of(2026, 4, 1), 1000, parts);
  assert_true(parts[0] == 800 && parts[1] == 0 && parts[2] == 200);
  client_as(&p.c, p.colin);
  shows(&p, "/programmes/harbour_start/return/lottery");
  assert_true(str_eq(p.c.text, S("The ward you live in,The day you started\r\n")));
  client_as(&p.c, p.amina);
  send_form(&p, p.on, "/told", ""), saved(&p);
  shows(&p, p.on);
  says_not(&p, "Tell them before anything is sent");
  client_close(&p.c);
}

/* Criminal-offence data: locked to those who see the class, and in the table of what is kept. */
static void S54_recruitment_junction(struct db_test *t) {
  struct place p = place_of(t);
  char keeping[96];
  join_programme(&p, "second_tide");
  send_form(&p, p.on, "/proof", "proof=identity&what=seen&paper=passport"), saved(&p);
  send_form(&p, p.on, "/proof", "proof=referral&what=seen&paper=letter"), saved(&p);
  shows(&p, p.on);
  says(&p, "A letter from probation: seen by");
  struct joining j = programme_joinings(t->db, t->arena, p.ada.id).p[0];
  struct proof_facts locked = programme_facts(t->db, t->arena, &j, CLASS_IDENTITY | CLASS_OUTCOMES);
  for (size_t i = 0; i < locked.n; i++)
    if (str_eq(locked.p[i].proof, S("referral")))
      assert_true(!locked.p[i].paper.n || !locked.p[i].note.n);
  assert_int_equal(db_number(t->db, 0,
                             SQL("/* scan: test */ select count(*) from proof_fact where seen is "
                                 "null")),
                   0);
  client_as(&p.c, p.peer); /* a peer sees neither the scheme nor the letter */
  get(&p.c, p.on);
  assert_true(p.c.status == 403 || p.c.status == 404);
  says_not(&p, "probation");
  client_as(&p.c, p.amina);
  sign_joining(&p, "way=typed&typed=Ada"), saved(&p);
  send_form(&p, p.on, "/start", "on=12/5/2026"), saved(&p);
  send_form(&p, p.on, "/end", "end=job&on=12/5/2026"), saved(&p);
  client_as(&p.c, p.colin);
  snprintf(keeping, sizeof keeping, "%.*s/keeping", (int)(strlen(p.path) - 11), p.path);
  shows(&p, keeping);
  struct keepings kept;
  permission_end(t->db, t->arena, p.ada.id, p.amina.team_id, p.today, S("own_wish"));
  day_t later = day_add_months(p.today, 30);
  assert_true(people_keepings(t->db, t->arena, p.ada.id, later, &kept));
  for (int i = 0; i < CLASS_COUNT; i++) {
    if (1u << i == CLASS_OUTCOMES) assert_true(kept.of[i].held);  /* the contract: 36 months */
    if (1u << i == CLASS_OFFENCES) assert_false(kept.of[i].held); /* nothing holds it any longer */
  }
  assert_true(people_keepings(t->db, t->arena, p.ada.id, day_add_months(p.today, 37), &kept));
  for (int i = 0; i < CLASS_COUNT; i++)
    if (1u << i == CLASS_OUTCOMES) assert_false(kept.of[i].held);
  client_close(&p.c);
}

static void finish_one(struct place *p, int n, const char *end) {
  char name[32], id[37], form[64];
  snprintf(name, sizeof name, "Volunteer %d", n);
  struct person who = add_person(p, &p->amina, name, day_of(1980, 1, 1));
  uuid_text(who.public_id, id);
  snprintf(p->path, sizeof p->path, "/people/%s/programmes", id);
  join_programme(p, "kiln_lane");
  send_form(p, p->on, "/proof", "proof=safety_talk&what=seen&paper=talk"), saved(p);
  send_form(p, p->on, "/start", "on=12/5/2026"), saved(p);
  snprintf(form, sizeof form, "end=%s&on=12/5/2026", end);
  send_form(p, p->on, "/end", form), saved(p);
}

/* Volunteering in a shop: share onward and share into paid work, nothing under ten. */
static void S15_tendring_hub(struct db_test *t) {
  struct place p = place_of(t);
  for (int i = 0; i < 9; i++) finish_one(&p, i, i < 2 ? "work" : i < 3 ? "onward" : "enough");
  shows(&p, "/programmes/kiln_lane");
  says(&p, "Fewer than ten have finished");
  says_not(&p, "33%");
  for (int i = 9; i < 17; i++) finish_one(&p, i, i < 10 ? "onward" : "stopped");
  shows(&p, "/programmes/kiln_lane");
  says(&p, "24%"); /* 4 of 17 onward: over a fifth */
  says(&p, "12%"); /* 2 of 17 into paid work */
  says(&p, "17 people who finished or left");
  assert_true(share_of(2, 9).held && !share_of(2, 10).held);
  client_close(&p.c);
}

/* Best fit first with its reasons, nothing left out; and a bus fare is one press away. */
static void S18_gem(struct db_test *t) {
  struct place p = place_of(t);
  struct fund f;
  char money[96], form[200];
  struct person young = add_person(&p, &p.amina, "Young One", day_of(2010, 1, 1)); /* 16 */
  char id[37];
  uuid_text(young.public_id, id);
  snprintf(p.path, sizeof p.path, "/people/%s/programmes", id);
  shows(&p, p.path);
  size_t open = str_find(p.c.text, S("Kiln Lane Shop")),
         maybe = str_find(p.c.text, S("Second Tide")), no = str_find(p.c.text, S("Harbour Start"));
  assert_true(open < maybe && maybe < no && no < p.c.text.n);
  says(&p, "It is meant for them");
  says(&p, "Maybe: check");
  says(&p, "It is meant for others; you decide");
  says(&p, "18"); /* the reason why not */
  record_clear(&fund_type, &f);
  f.name = S("Bridge"), f.total = 10000, f.starts = 0;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(money_fund_add(t->db, t->arena, &p.lead, &f, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  snprintf(money, sizeof money, "/people/%s/money/new", id);
  says(&p, money);
  snprintf(form, sizeof form, "item=travel&amount=4.50&means=card&fund=%lld&words=Bus+fare",
           (long long)f.id);
  post(&p.c, money, form);
  saved(&p);
  assert_int_equal(money_fund_left(t->db, f.id), 10000 - 450);
  client_close(&p.c);
}

/* ---- erasing and the demo ---- */

static void equality_goes_with_its_class(struct db_test *t) {
  struct place p = place_of(t);
  enum db_result made;
  struct equality_given g = {S("ethnic_group"), S("Roma")};
  db_begin(t->db, STORE_MAIN);
  struct str token = equality_link(t->db, t->arena, p.ada.id, p.amina.user_id, p.c.now, &made);
  assert_int_equal(equality_keep(t->db, t->arena, p.ada.id, token, &g, 1, p.c.now), DB_OK);
  assert_int_equal(programme_erase(t->db, t->arena, p.ada.id, CLASS_EQUALITY, p.c.now), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  assert_int_equal(
      db_number(t->db, 9, SQL("/* scan: test */ select count(*) from equality_answer")), 0);
  client_close(&p.c);
}

static void the_demo_has_every_state(struct db_test *t) {
  struct place p = place_of(t);
  struct progress none = {0};
  struct why why;
  assert_true(accounts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  assert_true(people_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  if (!programme_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  int64_t n = db_number(t->db, 0, SQL("/* scan: test */ select count(*) from joining")),
          states = db_number(t->db, 0,
                             SQL("/* scan: test */ select count(distinct state) from "
                                 "joining_now"));
  if (n < 8 || states < 3) fail_msg("%lld joined, in %lld states", (long long)n, (long long)states);
  assert_int_equal(programme_doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case cases[] = {
      DB_TEST(contracts_are_read_whole_or_refused),
      DB_TEST(a_return_never_tells_who_came_or_why_they_stopped),
      DB_TEST(states_follow_from_dated_facts),
      DB_TEST(a_start_is_told_proved_signed_and_dated),
      DB_TEST(an_exception_is_signed_by_another_manager),
      DB_TEST(a_lost_signature_comes_back_under_its_own_words),
      DB_TEST(what_was_signed_is_what_was_shown),
      DB_TEST(a_form_that_changed_meanwhile_is_read_again),
      DB_TEST(signatures_are_bounded_paths),
      DB_TEST(others_find_nothing),
      DB_TEST(right_to_work_is_never_on_a_referral),
      DB_TEST(answers_stand_apart_and_are_told_in_tens),
      DB_TEST(small_numbers_are_held_back),
      DB_TEST(S01_routes_to_work),
      DB_TEST(S21_several_reports_from_one_record),
      DB_TEST(a_long_return_has_parts),
      DB_TEST(S43_a_funder_swapped_midway_is_told_of_by_date),
      DB_TEST(S54_recruitment_junction),
      DB_TEST(S15_tendring_hub),
      DB_TEST(S18_gem),
      DB_TEST(an_outcome_counts_once_it_is_shown),
      DB_TEST(work_that_may_have_lasted_is_asked_about),
      DB_TEST(what_they_answered_alone_is_in_their_copy),
      DB_TEST(equality_goes_with_its_class),
      DB_TEST(the_demo_has_every_state)};
  const struct migrations lists[] = {
      db_migrations,       audit_migrations,      web_migrations,       record_migrations,
      accounts_migrations, permission_migrations, places_migrations,    people_migrations,
      support_migrations,  money_migrations,      referrals_migrations, sharing_migrations,
      programme_migrations};
  return db_test_main(argc, argv, "programme", cases, countof(cases), lists, countof(lists));
}
