/* messages: what may leave, generated over everything that forbids it; the job; what comes in; and
 * the pages. On both databases. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "db/seal.h"
#include "messages/inside.h"
#include "messages/provider.h"
#include "web/out.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations;

/* A page of the test's own: what Today would ask. */
static void waiting_page(struct request *rq) {
  struct message_waiting w[10];
  audit_shows(rq, 0, 0);
  size_t n = messages_waiting(rq, w, countof(w));
  buf_format(rq->body, "waiting %zu tray %lld ended %lld;", n, (long long)messages_in_tray(rq),
             (long long)messages_ended(rq, 7));
  for (size_t i = 0; i < n; i++)
    buf_format(rq->body, " %.*s%s", P(w[i].name), w[i].missed_call ? " rang" : " wrote");
}
static const struct route test_routes[] = {
    ROUTE(READ, "/waiting", waiting_page, ROLE_KEY_WORKER, FAST, "Today's part.", ROUTE_PERSON)};
static const struct domain test_domain = {.name = "test", .routes = test_routes, .n_routes = 1};
static const struct domain *const domains[] = {&web_domain,    &accounts_domain, &permission_domain,
                                               &people_domain, &messages_domain, &test_domain};

#define AT(hour) ((instant_t)day_of(2026, 11, 23) * 86400 + (hour) * 3600) * 1000000
static instant_t the_time;
static instant_t test_clock(void) { return the_time; }

struct place { struct db_test *t; struct client c; struct actor amina, joe, priya; };

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  people_sealing();
  people_parts_use(domains, countof(domains));
  messages_settings = NULL;
  the_time = p.c.now = AT(12);
  int64_t north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own",
                            p.c.now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own",
                             p.c.now);
  p.amina = test_user(t->db, t->arena, north, "amina", ROLE_KEY_WORKER, "", p.c.now);
  p.joe = test_user(t->db, t->arena, north, "joe", ROLE_KEY_WORKER, "", p.c.now);
  p.priya = test_user(t->db, t->arena, health, "priya@health.example", ROLE_KEY_WORKER, "",
                      p.c.now);
  client_as(&p.c, p.amina);
  return p;
}

struct made { const char *name, *way, *phone, *note, *language; bool hidden, open; };

static struct person add_by(struct place *p, const struct actor *by, struct made m) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(m.name), person.safe_way = str_of(m.way);
  person.phone = str_of(m.phone), person.safe_note = str_of(m.note);
  person.email = S("somebody@post.example"), person.language = str_of(m.language);
  person.contact_open = m.open ? 1 : -1;
  db_begin(p->t->db, STORE_MAIN);
  (m.hidden ? people_add_restricted : people_add)(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}
static struct person add(struct place *p, struct made m) { return add_by(p, &p->amina, m); }

static void say_safe(struct place *p, int64_t person, bool shared) {
  struct safe_said s = {.shared_phone = shared};
  assert_int_equal(safe_said_keep(p->t->db, p->t->arena, person, &s, p->amina.user_id, p->c.now),
                   DB_OK);
}

static struct message_ask ask_for(struct place *p, int64_t person, const char *purpose,
                                  const char *words) {
  return (struct message_ask){.person_id = person, .by_user = p->amina.user_id,
                              .organisation_id = p->amina.organisation_id, .purpose = purpose,
                              .words = str_of(words), .day = day_of(2026, 11, 25), .minute = 600,
                              .not_after = INSTANT_NONE};
}

static struct message_answer send(struct place *p, const struct message_ask *ask) {
  enum db_result result;
  db_begin(p->t->db, STORE_MAIN);
  struct message_answer answer =
      messages_send(p->t->db, p->t->arena, LANG_EN, ask, p->c.now, &result);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  assert_int_equal(result, DB_OK);
  return answer;
}

static void run_jobs(struct place *p) {
  the_time = p->c.now;
  job_loop(&(struct job_loop){.db = p->t->db, .lane = LANE_SOON, .kinds = messages_domain.jobs,
                              .n_kinds = messages_domain.n_jobs, .clock = test_clock,
                              .until_empty = true});
}

/* What really left to a person, as their telephone shows it. */
static struct strs left(struct place *p, int64_t person) {
  struct strs out = {0};
  size_t cap = 0;
  struct rows r = db_rows(p->t->db, p->t->arena,
                          SQL("select words from message where person_id = ?1 and direction = "
                              "'out' and sent_at is not null order by id"),
                          V(person));
  while (db_next(&r)) {
    struct str words;
    assert_true(unseal(p->t->db, p->t->arena,
                       (struct seal_place){person, CLASS_CONTACTS, "message.words"},
                       row_text(&r, 0), &words));
    *slice_push(p->t->arena, &out, &cap) = words;
  }
  return out;
}

static struct str why_ended(struct place *p, int64_t person) {
  struct rows r;
  struct str why = {0};
  if (db_one(&r, p->t->db, p->t->arena,
             SQL("select coalesce(ended_why, '') from message where person_id = ?1 order by id "
                 "desc limit 1"),
             V(person)))
    why = row_text(&r, 0);
  db_done(&r);
  return why;
}

/* ---- the decision, over every fact there is ---- */

static void check_decision(const struct safe_facts *f, bool own, instant_t now) {
  struct decision d = message_decide(f, own, now);
  bool guarded = f->flagged || f->shared_phone;
  assert_int_equal(d.refusal == MESSAGE_FINE, d.channel != NULL);
  if (guarded) assert_int_equal(d.level, LEVEL_GUARDED);
  if (!f->open_words) assert_int_not_equal(d.level, LEVEL_OPEN);
  if (d.refusal) return;
  assert_true(f->way == SAFE_TEXT || f->way == SAFE_EMAIL);
  assert_string_equal(d.channel, f->way == SAFE_TEXT ? "sms" : "email");
  assert_true(f->way == SAFE_TEXT ? f->takes_texts : f->has_email);
  assert_false(own && guarded);
  struct local l = instant_local_uk(d.when);
  assert_true(d.when >= now);
  uint32_t hours = day_weekday(l.day) >= SATURDAY ? f->weekend_hours : f->weekday_hours;
  assert_true(l.minute >= QUIET_UNTIL * 60 && l.minute < QUIET_FROM * 60);
  assert_true(hours >> (l.minute / 60) & 1);
  if (f->space_until != DAY_NONE) assert_true(l.day >= f->space_until);
}

static void the_decision_over_every_fact(struct db_test *t) {
  static const char *const languages[] = {"", "en", "cy", "bfi", "pl"};
  static const uint32_t hours[] = {0, 0xffffff, 0x0fff00, 1u << 9, 1u << 22, 0x03c000};
  (void)t;
  for (unsigned bits = 0; bits < 64; bits++)
    for (int way = 0; way < SAFE_WAYS; way++)
      for (size_t h = 0; h < countof(hours); h++)
        for (size_t w = 0; w < countof(hours); w++)
          for (int at = 0; at < 24 * 8; at += 5) {
            struct safe_facts f = {
                .way = (enum safe_way)way, .takes_texts = bits & 1, .has_email = bits & 2,
                .shared_phone = bits & 4, .open_words = bits & 8, .flagged = bits & 16,
                .weekday_hours = hours[h], .weekend_hours = hours[w],
                .space_until = at % 3 ? DAY_NONE : day_of(2026, 11, 20) + at / 8,
                .language = str_of(languages[(bits + w) % 5])};
            check_decision(&f, bits & 32, AT(at));
          }
  struct safe_facts never = {.way = SAFE_TEXT, .takes_texts = true, .space_until = DAY_NONE,
                             .weekday_hours = 1u << 22, .weekend_hours = 1u << 7};
  assert_int_equal(message_decide(&never, false, AT(12)).refusal, MESSAGE_NEVER);
  struct safe_facts polish = {.way = SAFE_TEXT, .takes_texts = true, .space_until = DAY_NONE,
                              .weekday_hours = 0x0fff00, .language = S("pl")};
  assert_int_equal(message_decide(&polish, false, AT(12)).refusal, MESSAGE_LANGUAGE);
  assert_int_equal(message_decide(&polish, true, AT(12)).refusal, MESSAGE_FINE);
}

/* The record's own times and words are what the decision is made of. */
static void the_record_is_what_decides(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false, true});
  struct contact c;
  assert_true(safe_contact_read(t->db, t->arena, ada.id, &c));
  assert_int_equal(c.facts.weekday_hours, 0x0fff00);
  assert_true(c.facts.open_words && !c.facts.flagged && c.facts.takes_texts);
  ada.safe_hours = S("weekday_mornings weekend_evenings"), ada.say_from = S("the library");
  ada.space_until = day_of(2026, 12, 2), ada.phone = S("0151 496 0000"), ada.contact_open = 0;
  assert_int_equal(record_update(t->db, t->arena, &person_type, &ada, p.amina.user_id, p.c.now),
                   DB_OK);
  assert_true(safe_contact_read(t->db, t->arena, ada.id, &c));
  assert_int_equal(c.facts.weekday_hours, 0x000f00);
  assert_int_equal(c.facts.weekend_hours, 0x0e0000);
  assert_true(!c.facts.open_words && c.facts.flagged && !c.facts.takes_texts);
  c.facts.takes_texts = true;
  assert_true(message_decide(&c.facts, false, AT(12)).when ==
              local_uk_instant(day_of(2026, 12, 2), 8 * 60));
  client_close(&p.c);
}

/* ---- every purpose to everyone, through the queue and out ---- */

static bool says_nothing(struct place *p, struct str words) {
  static const char *const never[] = {"Harbour", "Lights", "Vesna", "Waymark",
                                      "http",    "{",      "North"};
  struct arena *a = p->t->arena;
  for (size_t i = 0; i < countof(never); i++)
    if (str_contains(words, str_of(never[i]))) return false;
  return !message_reveals(a, words, (struct strs){0}).n;
}

static void nothing_is_sent_that_is_not_safe(struct db_test *t) {
  static const char *const ways[] = {"", "phone", "text", "email", "post", "in_person",
                                     "through_worker", "none"};
  struct place p = place_of(t);
  struct purposes all = message_purposes();
  struct str neutral = message_purpose(S("guarded"))->plain[LANG_EN];
  for (unsigned bits = 0; bits < 16; bits++)
    for (size_t w = 0; w < countof(ways); w++) {
      bool note = bits & 1, hidden = bits & 2, shared = bits & 4, open = bits & 8;
      struct person v = add(&p, (struct made){"Vesna Curlew", ways[w], "07700 900123",
                                              note ? "Never at home" : "", "en", hidden, open});
      if (shared) say_safe(&p, v.id, true);
      for (size_t i = 0; i < all.n; i++) {
        struct message_ask ask = ask_for(&p, v.id, str_c(t->arena, all.p[i].code), "");
        send(&p, &ask);
      }
      struct message_ask own = ask_for(&p, v.id, "talk", "Vesna, the refuge has a bed");
      send(&p, &own);
      run_jobs(&p);
      struct strs out = left(&p, v.id);
      bool may = w == 2 || w == 3, guarded = note || hidden || shared;
      bool own_words = open && !guarded;
      assert_int_equal(out.n, may ? all.n + own_words : 0);
      for (size_t i = 0; i < out.n; i++) {
        if (guarded) assert_true(str_eq(out.p[i], neutral));
        if (!open || guarded) assert_true(says_nothing(&p, out.p[i]));
      }
    }
  client_close(&p.c);
}

static void words_of_the_pack_fit_a_text_and_reveal_nothing(struct db_test *t) {
  struct purposes all = message_purposes();
  struct fill fill = {S("Harbour Lights Trust of Seaborough"), day_of(2026, 9, 23), 23 * 60 + 59};
  for (size_t i = 0; i < all.n; i++)
    for (int lang = 0; lang < LANG_COUNT; lang++)
      for (int level = LEVEL_OPEN; level <= LEVEL_GUARDED; level++) {
        struct str words =
            message_words(t->arena, &all.p[i], (enum message_level)level, lang, &fill);
        assert_in_range(message_sms_length(words), 1, MESSAGE_SMS_CHARACTERS_MAX);
        assert_false(str_contains(words, S("{")));
        if (level != LEVEL_OPEN)
          assert_int_equal(message_reveals(t->arena, words, (struct strs){0}).n, 0);
      }
  assert_int_equal(message_sms_length(S("a{")), 3);
  assert_int_equal(message_sms_length(S("ŵ")), -1);
}

/* D1: a message to Piers is the same whatever is protected about Vesna, who lives with him. */
static void what_is_protected_of_one_changes_no_byte_for_the_other(struct db_test *t) {
  struct place p = place_of(t);
  struct person piers = add(&p, (struct made){"Piers", "text", "07700 900001", "", "en", false});
  struct person v =
      add_by(&p, &p.priya, (struct made){"Vesna", "text", "07700 900002", "", "en", false});
  struct message_ask ask = ask_for(&p, piers.id, "appointment", "");
  struct message_answer before = messages_preview(t->db, t->arena, LANG_EN, &ask, p.c.now);
  v.safe_note = S("He reads her telephone"), v.safe_way = S("none"), v.phone = S("07700 900001");
  db_begin(t->db, STORE_MAIN);
  record_update(t->db, t->arena, &person_type, &v, p.priya.user_id, p.c.now);
  people_blind_write(t->db, t->arena, &v);
  say_safe(&p, v.id, true);
  people_restrict(t->db, t->arena, v.id, p.priya.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct message_answer after = messages_preview(t->db, t->arena, LANG_EN, &ask, p.c.now);
  assert_true(str_eq(before.shown, after.shown) && before.when == after.when);
  assert_int_equal(before.refusal, after.refusal);
  struct message_came came = {.organisation_id = p.amina.organisation_id,
                              .number = S("+447700900001"), .words = S("ok")};
  enum db_result result;
  assert_true(messages_came(t->db, t->arena, &came, p.c.now, &result));
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from message where person_id = ?1 and "
                                           "direction = 'in'"), V(piers.id)), 1);
  client_close(&p.c);
}

/* ---- the queue ---- */

static void quiet_hours_wait_and_safety_is_asked_again(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  struct message_ask ask = ask_for(&p, ada.id, "talk", "");
  p.c.now = AT(22);
  struct message_answer late = send(&p, &ask);
  assert_int_equal(late.refusal, MESSAGE_FINE);
  assert_true(late.when == AT(32)); /* eight the next morning */
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 0);
  p.c.now = AT(32);
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 1);
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 1);
  p.c.now = AT(46); /* asked for at night, and before morning she must not be written to */
  send(&p, &ask);
  ada.safe_way = S("none");
  record_update(t->db, t->arena, &person_type, &ada, p.amina.user_id, p.c.now);
  p.c.now = AT(57);
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 1);
  assert_true(str_eq(why_ended(&p, ada.id), S("do_not_contact")));
  struct message_ask soon = ask_for(&p, ada.id, "appointment", "");
  ada.safe_way = S("text");
  record_update(t->db, t->arena, &person_type, &ada, p.amina.user_id, p.c.now);
  p.c.now = AT(70), soon.not_after = AT(71);
  assert_int_equal(send(&p, &soon).refusal, MESSAGE_TOO_LATE);
  client_close(&p.c);
}

static void stricter_later_is_not_sent_and_once_is_once(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  struct message_ask ask = ask_for(&p, ada.id, "talk", "Coffee on Friday?");
  ask.once = S("the same press");
  send(&p, &ask);
  send(&p, &ask);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from message where once = 'the same press'")), 1);
  say_safe(&p, ada.id, true);
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 0);
  assert_true(str_eq(why_ended(&p, ada.id), S("guarded")));
  client_close(&p.c);
}

/* Providers that fail, for the queue alone: one that is away, one that refuses. */
static void a_provider_that_is_away_is_tried_again_and_given_up(struct db_test *t) {
  static const struct messages_settings away = {
      .sms = "notify", .email = "outbox", .notify_url = "http://127.0.0.1:1",
      .notify_key = "k-00000000-0000-4000-8000-000000000001-00000000-0000-4000-8000-000000000002",
      .notify_sms_template = "00000000-0000-4000-8000-000000000003"};
  struct place p = place_of(t);
  struct why why;
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  struct message_ask ask = ask_for(&p, ada.id, "talk", "");
  assert_true(messages_use(&away, &why));
  send(&p, &ask);
  for (int i = 0; i < 40 && !why_ended(&p, ada.id).n; i++) {
    run_jobs(&p);
    p.c.now += (instant_t)3600 * 1000000;
  }
  assert_int_equal(left(&p, ada.id).n, 0);
  assert_true(str_eq(why_ended(&p, ada.id), S("no_answer")));
  assert_int_equal(
      db_number(t->db, 0, SQL("select tries from message where person_id = ?1"), V(ada.id)),
      TRIES_MAX);
  assert_false(messages_use(&(struct messages_settings){.sms = "pigeon", .email = "outbox"}, &why));
  assert_false(messages_use(&(struct messages_settings){.sms = "notify", .email = "outbox"}, &why));
  messages_settings = NULL;
  client_close(&p.c);
}

/* ---- providers ---- */

static void what_providers_are_given(struct db_test *t) {
  struct buf out = buf_open(1 << 16);
  struct parcel parcel = {.to = S("ada@post.example"), .subject = S("Hello"),
                          .words = S("A long line that goes on and on and on past the seventy-six "
                                     "characters of a line\n.dot ŵ"),
                          .id = S("7d9c"), .now = AT(12)};
  message_smtp_text(t->arena, &parcel, "us@place.example", &out);
  struct str text = buf_str(&out);
  assert_true(str_contains(text, S("Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n")));
  assert_true(str_contains(text, S("Message-ID: <7d9c@place.example>\r\n")));
  assert_true(str_contains(text, S("=\r\n")));
  assert_true(str_contains(text, S("\r\n=2Edot=20=C5=B5\r\n")));
  assert_false(str_contains(text, S("place.example\r\nBcc")));
  buf_free(&out);
  /* Made beside: python3 -c "import hmac,hashlib,base64 ..." over the same two parts. */
  struct str token =
      message_notify_token(t->arena, S("svc"), S("secret"), (instant_t)1700000000 * 1000000);
  assert_true(str_eq(token, S("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                              "eyJpc3MiOiJzdmMiLCJpYXQiOjE3MDAwMDAwMDB9."
                              "L1Oeg_ldwoO-hCkeyfG6lbGowPI8XdaCiNHjN9xfenY")));
}

/* With GOV.UK Notify's stand-in of the conformance folder, when node and it are there. */
static void notify_takes_it_and_says_it_arrived(struct db_test *t) {
  static const char fake[] = "../shared/conformance/notify_fake.mjs";
  static const char key[] =
      "test-0b1c2d3e-0000-4000-8000-00000000000a-0b1c2d3e-0000-4000-8000-00000000000b";
  static const struct messages_settings s = {
      .sms = "notify", .email = "notify", .notify_url = "http://127.0.0.1:8873", .notify_key = key,
      .notify_sms_template = "0b1c2d3e-0000-4000-8000-00000000000c",
      .notify_email_template = "0b1c2d3e-0000-4000-8000-00000000000d"};
  if (!file_exists(fake) || system("node --version > /dev/null 2>&1") != 0) {
    printf("skipped: no node or no stand-in beside the checkout\n");
    skip();
  }
  pid_t child = fork();
  if (child == 0) {
    if (!freopen("/dev/null", "w", stdout)) _exit(1);
    execlp("node", "node", fake, "8873", key, (char *)NULL);
    _exit(1);
  }
  out_allow("127.0.0.1");
  struct place p = place_of(t);
  struct why why = {0};
  p.c.now = clock_now() / 1000000 * 1000000; /* Notify looks at the clock */
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  assert_true(messages_use(&s, &why));
  db_run(t->db, SQL("update message set not_before = added_at"));
  struct parcel parcel = {.to = S("07700 900123"), .words = S("Hello"), .subject = S("Hello"),
                          .id = S("7d9c0b1c-0000-4000-8000-00000000000e"), .now = p.c.now};
  struct str reference = {0};
  enum provider_end end = PROVIDER_LATER;
  for (int i = 0; i < 50 && end == PROVIDER_LATER; i++, usleep(100000))
    end = provider_notify_sms.send(t->arena, &parcel, &reference, &why);
  kill(child, SIGTERM);
  waitpid(child, NULL, 0);
  messages_settings = NULL;
  assert_int_equal(end, PROVIDER_TOOK);
  assert_int_equal(reference.n, 36);
  assert_true(ada.id > 0);
  client_close(&p.c);
}

/* ---- what comes in ---- */

static void come(struct place *p, struct str token, const char *path, const char *json) {
  client_as(&p->c, (struct actor){0});
  p->c.authorization = str_format(p->t->arena, "Bearer %.*s", P(token));
  ask_of(&p->c, METHOD_POST, path, S("application/json"), str_of(json));
  p->c.authorization = (struct str){0};
  client_as(&p->c, p->amina);
}

static int64_t rows_in(struct place *p, int64_t person) {
  return db_number(p->t->db, 0, SQL("select count(*) from message where person_id = ?1 and "
                                    "direction <> 'out'"), V(person));
}
static int64_t rows_of_tray(struct place *p) {
  return db_number(p->t->db, 0, SQL("select count(*) from message_tray where settled_at is null"));
}

static void answers_land_or_wait_and_nothing_is_guessed(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  struct person bo = add(&p, (struct made){"Bo", "text", "07700 900124", "", "en", false});
  add(&p, (struct made){"Cat", "text", "07700 900124", "", "en", false});
  struct person selkie = add(&p, (struct made){"Selkie", "text", "07700 900125", "", "en", true});
  struct person far =
      add_by(&p, &p.priya, (struct made){"Far", "text", "07700 900126", "", "en", false});
  struct str token = inbox_token_make(t->db, t->arena, p.amina.organisation_id, p.c.now);
  static const char path[] = "/api/messages/incoming";
  come(&p, token, path,
       "{\"id\":\"a1\",\"source_number\":\"447700900123\",\"message\":\"Yes please\"}");
  assert_int_equal(p.c.status, 200);
  struct str known = str_copy(t->arena, p.c.text);
  come(&p, token, path,
       "{\"id\":\"a1\",\"source_number\":\"447700900123\",\"message\":\"Yes please\"}");
  assert_int_equal(rows_in(&p, ada.id), 1); /* twice is once */
  come(&p, token, path, "{\"id\":\"a2\",\"source_number\":\"07700900123\",\"kind\":\"missed\"}");
  assert_int_equal(rows_in(&p, ada.id), 2);
  static const char *const strays[] = {"07700900124", "07700900125", "07700900126", "07700900999"};
  for (size_t i = 0; i < countof(strays); i++) {
    char json[128];
    snprintf(json, sizeof json, "{\"source_number\":\"%s\",\"message\":\"Who am I\"}", strays[i]);
    come(&p, token, path, json);
    assert_int_equal(p.c.status, 200);
    assert_true(str_eq(known, p.c.text)); /* nothing says whether a number is known */
  }
  assert_int_equal(rows_of_tray(&p), 4);
  assert_int_equal(rows_in(&p, bo.id) + rows_in(&p, selkie.id) + rows_in(&p, far.id), 0);
  say_safe(&p, ada.id, true);
  come(&p, token, path, "{\"id\":\"a3\",\"source_number\":\"07700900123\",\"message\":\"Me?\"}");
  assert_int_equal(rows_of_tray(&p), 5);
  come(&p, S("wrong"), path, "{\"source_number\":\"07700900123\",\"message\":\"x\"}");
  assert_int_equal(p.c.status, 404); /* as if the address were none */
  static const char *const bad[] = {"", "[]", "{", "{\"source_number\":\"1\"}",
                                    "{\"source_number\":\"banana\",\"message\":\"x\"}"};
  for (size_t i = 0; i < countof(bad); i++) {
    come(&p, token, path, bad[i]);
    assert_int_equal(p.c.status, 422);
  }
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "waiting 2 tray 5 ended 0; Ada wrote Ada rang"));
  client_as(&p.c, p.joe);
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "waiting 0"));
  client_close(&p.c);
}

static void the_tray_is_settled_by_a_worker(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, (struct made){"Ada Thrift", "text", "", "", "en", false});
  struct person far =
      add_by(&p, &p.priya, (struct made){"Far Thrift", "text", "", "", "en", false});
  struct message_came came = {.organisation_id = p.amina.organisation_id, .reference = S("r1"),
                              .number = S("07700900555"), .words = S("It is Ada & I moved")};
  enum db_result result;
  assert_true(messages_came(t->db, t->arena, &came, p.c.now, &result));
  char id[37], row[37], form[256];
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from message_tray")));
  snprintf(row, sizeof row, "%.*s", P(row_text(&r, 0)));
  db_done(&r);
  get(&p.c, "/messages/tray");
  assert_true(client_says(&p.c, "It is Ada &amp; I moved"));
  snprintf(form, sizeof form, "row=%s&search=thrift", row);
  post(&p.c, "/messages/tray/find", form);
  assert_true(client_says(&p.c, "Ada Thrift"));
  assert_false(client_says(&p.c, "Far Thrift"));
  uuid_text(far.public_id, id);
  snprintf(form, sizeof form, "row=%s&person=%s", row, id);
  post(&p.c, "/messages/tray", form);
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.priya); /* another organisation sees none of it */
  get(&p.c, "/messages/tray");
  assert_true(client_says(&p.c, "Nothing waits here."));
  post(&p.c, "/messages/tray", form);
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.amina);
  uuid_text(ada.public_id, id);
  snprintf(form, sizeof form, "row=%s&person=%s", row, id);
  post(&p.c, "/messages/tray", form);
  assert_int_equal(p.c.status, 303);
  assert_int_equal(rows_in(&p, ada.id), 1);
  assert_int_equal(rows_of_tray(&p), 0);
  client_close(&p.c);
}

static void what_became_of_it_is_shown(struct db_test *t) {
  struct place p = place_of(t);
  char id[37], path[96], json[200];
  struct person ada = add(&p, (struct made){"Ada", "text", "07700 900123", "", "en", false});
  struct str token = inbox_token_make(t->db, t->arena, p.amina.organisation_id, p.c.now);
  struct message_ask ask = ask_for(&p, ada.id, "checkin", "");
  struct message_answer one = send(&p, &ask), two = send(&p, &ask);
  run_jobs(&p);
  uuid_text(one.id, id);
  snprintf(json, sizeof json, "{\"reference\":\"%s\",\"status\":\"delivered\"}", id);
  come(&p, token, "/api/messages/delivery", json);
  uuid_text(two.id, id);
  snprintf(json, sizeof json, "{\"reference\":\"%s\",\"status\":\"permanent-failure\"}", id);
  come(&p, token, "/api/messages/delivery", json);
  assert_int_equal(p.c.status, 200);
  uuid_text(ada.public_id, id);
  snprintf(path, sizeof path, "/people/%s/messages", id);
  get(&p.c, path);
  assert_true(client_says(&p.c, "It arrived"));
  assert_true(client_says(&p.c, "Check the number or address with them."));
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "ended 1"));
  client_close(&p.c);
}

/* ---- pages ---- */

static void messages_path(const struct person *person, const char *end, char out[128]) {
  char id[37];
  uuid_text(person->public_id, id);
  snprintf(out, 128, "/people/%s/messages%s", id, end);
}

static void a_conversation_as_a_worker_meets_it(struct db_test *t) {
  struct place p = place_of(t);
  char path[128], safe[128], seen[128];
  struct person ada = add(&p, (struct made){"Ada Thrift", "text", "07700 900123", "", "en", false});
  messages_path(&ada, "", path), messages_path(&ada, "/safe", safe),
      messages_path(&ada, "/seen", seen);
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "What they will see"));
  post(&p.c, path, "do=send&asked=0&purpose=talk&words=Ada%2C+the+refuge+rang");
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "it names a service, a purpose or a person"));
  assert_true(client_says(&p.c, "the refuge rang")); /* nothing typed is lost */
  post(&p.c, path, "do=look&asked=0&purpose=talk&words=Coffee+on+Friday%3F");
  assert_int_equal(p.c.status, 200);
  post(&p.c, path, "do=send&asked=0&purpose=talk&words=Coffee+on+Friday%3F");
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, "do=send&asked=0&purpose=talk&words=Coffee+on+Friday%3F"); /* pressed twice */
  run_jobs(&p);
  assert_int_equal(left(&p, ada.id).n, 1);
  get(&p.c, "/outbox");
  assert_true(client_says(&p.c, "Coffee on Friday?"));
  assert_false(client_says(&p.c, "Ada Thrift"));
  post(&p.c, safe, "shared_phone=1&through=");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  assert_true(client_says(&p.c, "the only words that are safe for them"));
  post(&p.c, path, "do=send&asked=1&purpose=talk&words=Coffee");
  assert_int_equal(p.c.status, 422);
  struct message_came came = {.organisation_id = p.amina.organisation_id,
                              .number = S("07700900123"), .words = S("Friday is good")};
  enum db_result result;
  say_safe(&p, ada.id, false);
  messages_came(t->db, t->arena, &came, p.c.now, &result);
  get(&p.c, path);
  assert_true(client_says(&p.c, "Friday is good"));
  assert_true(client_says(&p.c, "Not read yet"));
  post(&p.c, seen, "");
  get(&p.c, path);
  assert_false(client_says(&p.c, "Not read yet"));
  client_as(&p.c, p.joe);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  get(&p.c, "/outbox");
  assert_false(client_says(&p.c, "Coffee"));
  client_close(&p.c);
}

static void refusals_are_said_in_words(struct db_test *t) {
  static const struct { const char *way, *says; } ways[] = {
      {"phone", "ring them yourself"}, {"post", "a letter"}, {"in_person", "speak in person"},
      {"through_worker", "through another worker"}, {"none", "they come to us"}};
  struct place p = place_of(t);
  for (size_t i = 0; i < countof(ways); i++) {
    char path[128];
    struct person one = add(&p, (struct made){"Ada", ways[i].way, "07700 900123", "", "en", false});
    messages_path(&one, "", path);
    get(&p.c, path);
    assert_true(client_says(&p.c, ways[i].says));
    post(&p.c, path, "do=send&asked=0&purpose=talk&words=");
    assert_int_equal(p.c.status, 422);
    run_jobs(&p);
    assert_int_equal(left(&p, one.id).n, 0);
  }
  client_close(&p.c);
}

static void where_a_message_stands(struct db_test *t) {
  const instant_t no = INSTANT_NONE;
  static const struct { struct message_facts f; enum message_state is;
  } table[] = {
      {{.not_before = 1, .sent_at = no, .delivered_at = no, .ended_at = no, .read_at = no},
       MESSAGE_WAITING},
      {{.sent_at = 2, .delivered_at = no, .ended_at = no, .read_at = no}, MESSAGE_SENT},
      {{.sent_at = 2, .delivered_at = 3, .ended_at = no, .read_at = no}, MESSAGE_DELIVERED},
      {{.sent_at = 2, .delivered_at = no, .ended_at = 3, .read_at = no}, MESSAGE_ENDED},
      {{.in = true, .sent_at = no, .delivered_at = no, .ended_at = no, .read_at = no},
       MESSAGE_UNREAD},
      {{.in = true, .sent_at = no, .delivered_at = no, .ended_at = no, .read_at = 4},
       MESSAGE_READ}};
  (void)t, (void)no;
  for (size_t i = 0; i < countof(table); i++)
    assert_int_equal(message_state(&table[i].f), table[i].is);
  for (int r = 1; r < MESSAGE_REFUSALS; r++)
    assert_int_equal(message_refusal_of(str_of(message_refusal_code((enum message_refusal)r))), r);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {
      DB_TEST(the_decision_over_every_fact),
      DB_TEST(the_record_is_what_decides),
      DB_TEST(nothing_is_sent_that_is_not_safe),
      DB_TEST(words_of_the_pack_fit_a_text_and_reveal_nothing),
      DB_TEST(what_is_protected_of_one_changes_no_byte_for_the_other),
      DB_TEST(quiet_hours_wait_and_safety_is_asked_again),
      DB_TEST(stricter_later_is_not_sent_and_once_is_once),
      DB_TEST(a_provider_that_is_away_is_tried_again_and_given_up),
      DB_TEST(what_providers_are_given),
      DB_TEST(notify_takes_it_and_says_it_arrived),
      DB_TEST(answers_land_or_wait_and_nothing_is_guessed),
      DB_TEST(the_tray_is_settled_by_a_worker),
      DB_TEST(what_became_of_it_is_shown),
      DB_TEST(a_conversation_as_a_worker_meets_it),
      DB_TEST(refusals_are_said_in_words),
      DB_TEST(where_a_message_stands)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     people_migrations, messages_migrations};
  return db_test_main(argc, argv, "messages", all, countof(all), lists, countof(lists));
}
