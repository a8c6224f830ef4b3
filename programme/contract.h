/* contract: a programme's contract as readable data: who pays which share and from when, what a
 * start needs, which form is signed, what the funder is told, how it may end. Pure: text in,
 * structs out; the language is described in README.md.
 *
 * What it refuses to hold: shares that do not come to 100 on some day, a proof nobody can give, a
 * form that would print safety or equality, and anything without a source. */
#ifndef WAYMARK_PROGRAMME_CONTRACT_H
#define WAYMARK_PROGRAMME_CONTRACT_H
#include "base/base.h"

enum {
  CONTRACT_BYTES_MAX = 64 << 10,
  CONTRACT_FUNDERS_MAX = 24,
  CONTRACT_PROOFS_MAX = 24,
  CONTRACT_PAPERS_MAX = 12, /* papers that may show one proof */
  CONTRACT_FORMS_MAX = 8,
  CONTRACT_LINES_MAX = 60,
  CONTRACT_ENDS_MAX = 24,
  CONTRACT_OUTCOMES_MAX = 24,
  CONTRACT_MONTHS_MAX = 600
};
struct contract_funder {
  struct str code, name, returns; /* returns: code of a declared return; "" = nothing is sent */
  int64_t share;                  /* whole per cent of what is spent in its days */
  day_t from, to;                 /* both included; to DAY_NONE: no end is known */
};
/* otherwise: counts only when none of the papers above can be had */
struct contract_paper { struct str code, words; bool otherwise; };
struct contract_proof {
  struct str code, words;
  uint32_t class_bit;
  struct { struct contract_paper *p; size_t n; } papers; /* in the contract's order */
};
enum contract_line_kind { LINE_HEADING, LINE_FIELD, LINE_TEXT };
struct contract_line { enum contract_line_kind kind; struct str words, field; };
struct contract_form {
  struct str code, title;
  struct { struct contract_line *p; size_t n; } lines;
};
struct contract_end { struct str code, words; bool completed, onward, paid; };
/* What is counted as an outcome: a code of packs/codes/outcomes.csv, in the contract's own words,
 * and which evidence it takes (codes of outcome_evidence.csv). */
struct contract_outcome { struct str kind, words; struct strs evidence; };
struct contract {
  struct str code, name, source, about, rule;
  bool invented;
  day_t from, to; /* starts are taken between them; DAY_NONE = not known */
  struct strs notes;
  uint32_t kept_classes;
  int64_t kept_months; /* after somebody's last day; 0 = the contract does not say */
  struct { struct contract_funder *p; size_t n; } funders;
  struct { struct contract_proof *p; size_t n; } proofs;
  struct { struct contract_form *p; size_t n; } forms;
  struct { struct contract_end *p; size_t n; } ends;
  struct { struct contract_outcome *p; size_t n; } outcomes;
};
/* Everything lives in `a`. False with one sentence that names the line and what to do. */
bool contract_read(struct arena *a, struct str text, struct contract *out, struct why *why);
const struct contract_proof *contract_proof(const struct contract *c, struct str code);
const struct contract_paper *contract_paper(const struct contract_proof *p, struct str code);
const struct contract_form *contract_form(const struct contract *c, struct str code);
const struct contract_end *contract_end(const struct contract *c, struct str code);
const struct contract_outcome *contract_outcome(const struct contract *c, struct str kind);
const struct contract_funder *contract_funder(const struct contract *c, struct str code, day_t on);
/* The class a word of a contract names ("status"); 0: none. */
uint32_t contract_class(struct str word);

/* ---- money and counts by funder (share.c) ---- */

/* What each funder of that day bears of an amount: out[i] for funders.p[i], 0 for those whose days
 * it is not. Largest remainder, so that the parts always come to the whole. False: nobody pays on
 * that day. */
bool contract_split(const struct contract *c, day_t on, int64_t pence, int64_t *out);

/* A share of so many, as a whole per cent; of fewer than ten nothing is said (S15; FACTS 7). */
enum { TOLD_LEAST = 10, TOLD_ROUND = 5 };
struct share_told { bool held; int64_t percent, of; };
struct share_told share_of(int64_t part, int64_t of);
/* Counts of one question, as they may be told: all held back when fewer than ten answered; a cell
 * under ten is held, another with it when it could be worked out from the rest; what is told is
 * rounded to five. The same counts always give the same table. FACTS 7. */
struct cell_told { bool held; int64_t n; };
struct table_told { bool held; int64_t total; };
struct table_told table_told(const int64_t *counts, size_t n, struct cell_told *out);
#endif
