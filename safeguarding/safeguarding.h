/* safeguarding: a worry about somebody's safety reaches the people whose duty it is, today.
 *
 * "I'm worried about someone" stands on every staff page and is raised in two presses. It goes to
 * the organisation's safeguarding lead, or the deputy when the lead is away, with a clock; nobody
 * opening it tells the deputy and then the manager. It is read by those people only: whoever raised
 * it sees that it was received and who is reading it. It stands in no household view, on no
 * resident's page, in no export and, unless the lead says telling is safe, in no list of who looked
 * (PRACTICE 3). Nothing here is decided by a program: words that ask for help raise a prompt to a
 * person, never an act. */
#ifndef WAYMARK_SAFEGUARDING_H
#define WAYMARK_SAFEGUARDING_H
#include "messages/messages.h"

enum { WORRY_WORDS_MAX = 8000 };
/* Who may raise a worry: whoever works here, whatever their team is for; nobody of enforcement. */
enum {
  SAFEGUARDING_STAFF = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING |
                       ROLE_PEER | ROLE_EDITOR | ROLE_COMMISSIONER | ROLE_VERIFIER |
                       ROLE_EVALUATOR | ROLE_EMPLOYER | ROLE_REFERRER | ROLE_ADMIN
};
struct worry {
  int64_t person_id;      /* 0: somebody not in the system; `who` says whom */
  const char *age;        /* "adult" | "child" | "not_known" */
  bool danger;
  struct str who, seen, opinion, wants, told;
};
/* Inside a MAIN transaction: keeps it, tells whoever must read it, starts the clock. Returns the
 * concern's public id; zero when it failed. */
struct uuid safeguarding_raise(struct db *db, struct arena *a, const struct actor *by,
                               const struct worry *w, instant_t now, enum db_result *result);

/* Do these words, by a resident, ask for a person soon? A prompt for people, never for a machine.
 */
enum prompt { PROMPT_NONE, PROMPT_SELF_HARM, PROMPT_VIOLENCE };
enum prompt safeguarding_prompt_for(struct arena *a, struct str text);

/* What somebody stuck has written, kept for those who read it: whoever carries their case or stands
 * in, and the on-call person as well when the words ask for one. Inside a MAIN transaction. */
struct stuck {
  struct uuid id;
  instant_t read_by;      /* what the page promises */
  enum prompt prompt;
  struct str reader;      /* who reads it first, in words: "Amina Castellan" */
};
struct stuck safeguarding_stuck(struct db *db, struct arena *a, int64_t person_id,
                                struct str words, instant_t now, enum db_result *result);
/* For Today: concerns the user must open, and notes of people who are stuck. */
struct safeguarding_waiting { int64_t concerns, overdue, stuck, prompts; };
struct safeguarding_waiting safeguarding_waiting(struct request *rq);

/* Numbers to ring in a crisis, of a nation (its ONS code; "" = those of every nation only). */
struct crisis_number { struct str name, number, when, about, source; };
struct crisis_numbers { struct crisis_number *p; size_t n; };
struct crisis_numbers safeguarding_numbers(struct arena *a, int lang, struct str nation, day_t on);

/* May a look at this person under class safety by `route` stand in their list of who looked? No,
 * while any concern about them has no word of the lead that telling is safe. */
bool safeguarding_may_show_look(struct db *db, int64_t person_id, struct str route);

/* The site's nation, whose numbers are shown; once, before any fork. */
void safeguarding_nation(struct str ons_code);
struct str safeguarding_site_nation(void);
extern const struct domain safeguarding_domain;
#endif
