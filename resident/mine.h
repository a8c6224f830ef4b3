/* mine: the only way by which a page under /mine reads or changes anything. Pages include this and
 * no other header of a domain; what reaches past it does not compile in them (the names are
 * poisoned below). Everything here stands within the scope of people/own.h. */
#ifndef WAYMARK_RESIDENT_MINE_H
#define WAYMARK_RESIDENT_MINE_H
#include "contacts/contacts.h"
#include "messages/messages.h"
#include "people/part.h"
#include "programme/programme.h"
#include "rights/rights.h"
#include "safeguarding/safeguarding.h"
#include "support/support.h"
#include "web/page.h"

struct mine {
  struct own_scope scope;
  struct str name;
  bool any;                          /* a worker has opened the page for them */
};
/* The asker's own, named to the audit. False: the reply is made. Use it first. */
bool mine_open(struct request *rq, struct mine *m);
/* Ends a change: audit entry, commit, the sentence shown once, the page it leads to. False, with a
 * page that says so, when it was not saved. */
bool mine_kept(struct request *rq, const struct mine *m, const char *what, enum db_result result,
               struct str flash, struct str to);
/* Words they wrote: when they ask for a person, somebody on call is prompted (PRACTICE 3). Inside
 * the change's transaction. */
enum db_result mine_heard(struct request *rq, const struct mine *m, struct str words, bool *prompt);

/* What is kept of them that their page may show: label and value. */
struct mine_fact { struct str label, value; };
struct mine_facts { struct mine_fact *p; size_t n; };
struct mine_facts mine_facts(struct request *rq, const struct mine *m);
bool mine_plan(struct request *rq, const struct mine *m, struct plan *out, struct str *stamp);
struct own_strengths mine_strengths(struct request *rq, const struct mine *m);
struct own_appointments mine_appointments(struct request *rq, const struct mine *m);
struct own_outcomes mine_outcomes(struct request *rq, const struct mine *m);
struct own_notes mine_notes(struct request *rq, const struct mine *m);
struct own_messages mine_messages(struct request *rq, const struct mine *m, size_t room);

struct mine_choice {
  int64_t organisation_id;
  struct str organisation, what;
  uint32_t class_bit;
  bool yes;
  day_t on;
};
struct mine_choices { struct mine_choice *p; size_t n; };
struct mine_choices mine_choices(struct request *rq, const struct mine *m);
struct mine_must { struct str name, goes_to, why; struct strs fields; };
struct mine_musts { struct mine_must *p; size_t n; };
struct mine_musts mine_musts(struct request *rq);
/* One line a day, role and organisation. */
struct mine_look { day_t on; struct str roles, organisation; };
struct mine_looks { struct mine_look *p; size_t n; };
bool mine_looks(struct request *rq, const struct mine *m, struct mine_looks *out);
struct mine_statement { struct str about, words, answer, answer_words; day_t on; };
struct mine_statements { struct mine_statement *p; size_t n; };
struct mine_statements mine_statements(struct request *rq, const struct mine *m);
struct mine_team { int64_t organisation_id; struct str organisation; };
struct mine_teams { struct mine_team *p; size_t n; };
struct mine_teams mine_organisations(struct request *rq, const struct mine *m);
struct crisis_numbers mine_numbers(struct request *rq);

/* What they may write of our help: of whom, and who would read it. */
struct mine_whom { struct str value, label, reader; };
struct mine_whoms { struct mine_whom *p; size_t n; };
struct mine_whoms mine_whoms(struct request *rq, const struct mine *m);
struct complaints mine_complaints(struct request *rq, const struct mine *m);
/* A copy: asked for, ready later, gone a week after. */
enum { MINE_COPY_DAYS = 7 };
struct mine_copy { bool asked, ready; instant_t ready_at; };
struct mine_copy mine_copy(struct request *rq, const struct mine *m);

/* Changes, inside a MAIN transaction. DB_NONE: it is none of theirs, or not on their page. */
enum db_result mine_step(struct request *rq, const struct mine *m, struct uuid step, bool done);
enum db_result mine_agree(struct request *rq, const struct mine *m, struct str stamp);
enum db_result mine_goal(struct request *rq, const struct mine *m, struct str words);
enum db_result mine_strength(struct request *rq, const struct mine *m, struct str words);
enum db_result mine_write(struct request *rq, const struct mine *m, int64_t organisation_id,
                          struct str words);
enum db_result mine_choose(struct request *rq, const struct mine *m, int64_t organisation_id,
                           uint32_t class_bit, bool yes);
enum db_result mine_state(struct request *rq, const struct mine *m, struct str about,
                          struct str item, struct str words);
/* whom: a value of mine_whoms; kind: complaint | thanks | idea. */
enum db_result mine_complain(struct request *rq, const struct mine *m, struct str whom,
                             struct str kind, bool data, struct str words, struct str wants);
enum db_result mine_again(struct request *rq, const struct mine *m, struct uuid complaint);
/* Everything we keep (rights/rights.h): of those that may stand on their page the newest. */
struct mine_access { bool asked, may_ask; enum access_state state; day_t on, due; };
struct mine_access mine_access(struct request *rq, const struct mine *m);
enum db_result mine_access_ask(struct request *rq, const struct mine *m);
enum db_result mine_copy_ask(struct request *rq, const struct mine *m);

#ifndef WAYMARK_RESIDENT_READS /* everything but mine.c */
#undef SQL
#undef LIST
#pragma GCC poison SQL LIST people_contact people_load people_seen people_open permission_sight
#pragma GCC poison support_plan support_barriers support_stays record_load contacts_attempts
#pragma GCC poison contacts_next contacts_last audit_who_looked permission_choices unseal
#pragma GCC poison outcomes_of outcomes_evidence outcome_known programme_joinings
#endif
#endif
