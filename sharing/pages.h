/* pages: what the views of this folder are given. */
#ifndef WAYMARK_SHARING_PAGES_H
#define WAYMARK_SHARING_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "permission/permission.h"

struct pick { struct str value, label; };
struct picks { struct pick *p; size_t n; };
struct said_row { struct str what, answer, how; };
struct said_of {                        /* one organisation, class by class */
  struct str organisation;
  struct { struct said_row *p; size_t n; } rows;
};
struct shared_row { struct str id, team, organisation, classes, agreement, since; };
struct overridden_row { struct str team, organisation, kind, classes, until, told, by, reason; };
struct must_row { struct str name, goes_to, why; struct strs fields; };
struct sharing_page {
  struct person_head head;
  struct str fault, reference;
  bool own_team, may_override, hides, may_hide, may_name;
  struct { struct said_of *p; size_t n; } said;
  struct { struct shared_row *p; size_t n; } shared;
  struct { struct overridden_row *p; size_t n; } overridden;
  struct { struct must_row *p; size_t n; } must;
  struct picks organisations, classes, teams, agreements, workers;
  struct strs named;
  bool card;                            /* their own page is open */
};
struct card_page { struct person_head head; struct str card, link; };
struct looked_row { struct str who, organisation, when, what, classes; };
struct looked_page {
  struct person_head head;
  struct { struct looked_row *p; size_t n; } rows;
};
struct guest_page {
  struct person_head head;
  struct str fault;
  struct picks classes;
};
struct guest_fact { struct str label, value; };
struct guest_sheet {
  struct layout layout;
  struct str id, visit, guest, name, until;
  struct { struct guest_fact *p; size_t n; } facts;
  bool over;
};
struct agreement_row { struct str id, title, parties, classes, review, until; bool due; };
struct agreements_page {
  struct layout layout;
  struct { struct agreement_row *p; size_t n; } rows;
};
struct agreement_new_page {
  struct layout layout;
  struct str fault, title, purpose, from, review;
  struct picks organisations, classes, bases;
};
struct agreement_page {
  struct layout layout;
  struct str fault, id, title, purpose, classes, bases, notice, from, until, review, owner;
  struct { struct party_known *p; size_t n; } parties;
  bool due, ended;
};
struct cover_row { struct str absent, standing_in, from, to; };
struct cover_page {
  struct layout layout;
  struct str fault;
  struct picks workers;
  bool for_others;
  struct { struct cover_row *p; size_t n; } rows;
};
struct team_row { struct str id, name, sees, reason; bool own, team, organisation; };
struct teams_page {
  struct layout layout;
  struct str fault;
  struct { struct team_row *p; size_t n; } rows;
};
struct emergency_page {
  struct layout layout;
  struct str fault, reference, sentence;
  struct picks reasons;
};
struct review_row { struct str id, who, when, reason; bool late; };
struct search_row { int64_t id; struct str who, when; };
struct reviews_page {
  struct layout layout;
  struct { struct review_row *p; size_t n; } glasses;
  struct { struct search_row *p; size_t n; } searches;
  struct { struct agreement_row *p; size_t n; } agreements;
};
struct review_page {
  struct layout layout;
  struct str fault, id, who, when, reason, sentence, reference;
  int64_t looks;                        /* pages of this person they were shown in that hour */
  bool late;
};
struct disclosure_row {
  struct str id, asked_by, received, power, given, told, first, second;
  bool waits, own;
};
struct disclosures_page {
  struct layout layout;
  struct str fault;
  struct { struct disclosure_row *p; size_t n; } rows;
};
struct count_row { struct str year, asked_by; int64_t asked, given, told; };
struct counts_page {
  struct layout layout;
  struct { struct count_row *p; size_t n; } rows;
};
struct returns_page {
  struct layout layout;
  struct { struct must_row *p; size_t n; } rows;
};
#endif
