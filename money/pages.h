/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_MONEY_PAGES_H
#define WAYMARK_MONEY_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

struct money_row {
  struct str path, what, name, day, state, safe;
  int64_t pence;
  bool waits, over;
};
struct money_rows { struct money_row *p; size_t n; };
struct money_person_page {
  struct person_head head;
  struct money_rows rows;
  int64_t spent;
};
struct money_words { struct str *p; size_t n; };
struct money_new_page {
  struct person_head head;
  struct markup form, more;
  struct str fault, key;
  bool no_funds, from_draft, more_open;
};
struct money_fact_row { struct str what, who, note; day_t day; int64_t pence; };
struct money_share_row { struct str name, path; int64_t pence; };
struct money_step_row { const char *code; struct str label; bool note, cost, warn; };
struct money_receipt_row { struct str path; day_t day; };
struct money_spend_page {
  struct person_head head;
  struct str action, id, item, means, benefits, barrier, words, payee, followed,
      state, fault, code;
  int64_t pence;
  bool over;
  struct money_words second;
  struct { struct money_fact_row *p; size_t n; } facts;
  struct { struct money_share_row *p; size_t n; } shares;
  struct { struct money_step_row *p; size_t n; } steps;
  struct { struct money_receipt_row *p; size_t n; } receipts;
  bool takes_receipt;
};
struct money_fund_row { struct str path, name, payer; int64_t left, total; day_t ends; int used; };
struct money_page {
  struct layout layout;
  struct money_rows waiting;
  struct { struct money_fund_row *p; size_t n; } funds;
  bool keeps; /* may add and change funds */
};
struct money_candidate { struct str id, words; };
struct money_line_row {
  struct str id, words;
  day_t day;
  int64_t pence;
  struct { struct money_candidate *p; size_t n; } fits;
};
struct money_stock_row { struct str name; int64_t pence, left; };
struct money_count_row { struct str item, barrier; int64_t spends, pence; };
struct money_fund_page {
  struct layout layout;
  struct str action, name, payer, purpose, question, fault;
  int64_t left, total, committed, unmatched;
  day_t starts, ends;
  struct markup form;
  bool keeps, is_new;
  struct { struct money_stock_row *p; size_t n; } stock;
  struct { struct money_line_row *p; size_t n; } lines;
  struct { struct money_count_row *p; size_t n; } counts;
};
#endif
