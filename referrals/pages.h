/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_REFERRALS_PAGES_H
#define WAYMARK_REFERRALS_PAGES_H
#include "people/part.h"
#include "people/part.html.h"
#include "referrals/inside.h"
#include "web/page.h"

struct ref_choice { struct str value, label, hint; bool chosen; };
struct ref_choices { struct ref_choice *p; size_t n; };
struct ref_hidden { struct str name, value; };
struct ref_hiddens { struct ref_hidden *p; size_t n; };

/* ---- the public ways in ---- */
struct ref_start_page {
  struct layout layout;
  struct str partner, link, card, place, age, fault_who, fault_knows, fault_place, fault_age, fault;
  struct ref_choices who, knows, status;
};
struct ref_match { struct str id, name, provider, why, ask, wait; bool chosen; struct str far; };
struct ref_near { struct str path, name, provider, phone; };
struct ref_five_page {
  struct layout layout;
  bool self, professional, partnered;
  struct str partner, place, fault;
  struct { struct ref_match *p; size_t n; } matches;
  struct ref_choices ways, agreed, heard;
  struct ref_hiddens kept;
  struct str name, reach, safe_note, words, referrer, their_ref;
  struct str fault_name, fault_reach, fault_way, fault_agreed, fault_service;
};
struct ref_none_page {
  struct layout layout;
  bool self;
  struct str place;
  struct { struct ref_near *p; size_t n; } nearest;
  struct ref_hiddens kept;
};
struct ref_words_page { struct layout layout; };
struct ref_paper_page { struct layout layout; struct str partner, address; struct ref_qr qr; };

/* ---- the team's side ---- */
struct ref_row { struct str id, name, service, state, received, due; bool overdue; };
struct ref_rows { struct ref_row *p; size_t n; };
struct ref_inbox_page {
  struct layout layout;
  int64_t waiting, overdue;
  bool only_overdue, lead;
  struct ref_rows rows, returned;
};
struct ref_fact { struct str what, day, reason, note; bool good; };
struct ref_fact_line { struct str label, value; };
struct ref_leg_page {
  struct layout layout;
  struct str id, name, state, service, from, received, due, fault, safe, safe_note, words, person;
  struct str sheet, meeting, feedback, told, tell_words,
      tell_why; /* what they could be told, or why not */
  bool overdue, sender, kept_private, can_open, can_accept, can_wait, can_pause, can_resume,
      can_decline, can_withdraw, can_contact, can_meet_agree, can_met, can_feedback, can_letter;
  struct { struct ref_fact_line *p; size_t n; } facts;
  struct { struct ref_fact *p; size_t n; } path;
  struct markup alike; /* who may already be known here; empty = nobody to be shown */
  struct ref_choices declined, follows, paused, withdrawn, feedbacks, agreed, same_person;
};
struct ref_letter_page { struct layout layout; struct str id, partner, words, why_not; };
struct ref_sent_row { struct str day, their_ref, state; };
struct ref_sent_page {
  struct layout layout;
  struct {
    struct ref_sent_row *p;
    size_t n;
  } rows;
  bool wall;
};

/* ---- partners and routes ---- */
struct ref_partner_row { struct str id, name, route; bool verified, ended, wall; };
struct ref_route_row { struct str id, service, area, team, until; int64_t answer_days; };
struct ref_card_row { struct str month, partner, opened, sent; };
struct ref_partners_page {
  struct layout layout;
  struct str fault, name;
  struct { struct ref_partner_row *p; size_t n; } partners;
  struct { struct ref_route_row *p; size_t n; } routes;
  struct { struct ref_card_row *p; size_t n; } cards;
  struct ref_choices kinds, services;
};
struct ref_link_row {
  struct str id, kind, address, paper, expires;
  bool usable, is_card;
  struct ref_qr qr;
};
struct ref_partner_page {
  struct layout layout;
  struct str id, name, route, verified, fault, token;
  bool wall, ended;
  struct { struct ref_link_row *p; size_t n; } links;
};
struct ref_bad_row { int64_t line; struct str column, sentence; };
struct ref_upload_page {
  struct layout layout;
  struct str fault, text;
  bool done, dry;
  int64_t rows, good, bad, unmatched;
  struct { struct ref_bad_row *p; size_t n; } faults;
};

/* ---- a person's page ---- */
struct ref_person_page {
  struct person_head head;
  struct str id, fault;
  struct ref_rows rows;
  struct { struct ref_match *p; size_t n; } matches;
  struct ref_choices agreed;
  struct str words, far_note;
};
struct ref_card { struct str id; struct ref_rows rows; };
#endif
