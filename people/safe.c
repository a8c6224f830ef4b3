/* safe: how it is safe to be in touch, said beside every name, and the states that follow. */
#include "people/inside.h"

enum { DAY_FROM_MINUTE = 8 * 60, DAY_TO_MINUTE = 20 * 60 };

struct hours {
  int from, to;
  bool weekend;
};

/* packs/codes/safe_hours.csv in columns of its own; false: no such code. */
static bool hours_of(struct str code, struct hours *out) {
  struct arena scratch = arena_open((size_t)4 << 20);
  struct csv *c = csv_open_str(&scratch, code_list_text("safe_hours"));
  struct csv_row row;
  struct why why;
  bool found = false;
  int64_t from = 0, to = 0;
  if (csv_headers(c, &why))
    while (!found && csv_next(c, &row, &why) == CSV_ROW) {
      if (!str_eq(csv_cell(&row, csv_column(c, S("code"))), code)) continue;
      found = str_to_i64(csv_cell(&row, csv_column(c, S("from_minute"))), &from) &&
              str_to_i64(csv_cell(&row, csv_column(c, S("to_minute"))), &to);
      *out = (struct hours){(int)from, (int)to,
                            str_eq(csv_cell(&row, csv_column(c, S("days"))), S("weekend"))};
    }
  csv_close(c);
  arena_close(&scratch);
  return found;
}

bool people_safe_at(const struct person *p, day_t day, int minute) {
  bool weekend = day_weekday(day) >= SATURDAY;
  struct str rest = p->safe_hours;
  if (p->space_until != DAY_NONE && day < p->space_until) return false;
  if (!rest.n) return minute >= DAY_FROM_MINUTE && minute < DAY_TO_MINUTE;
  while (rest.n) {
    struct hours h;
    if (hours_of(str_cut(&rest, ' '), &h) && h.weekend == weekend && minute >= h.from &&
        minute < h.to)
      return true;
  }
  return false;
}

bool people_not_chased(const struct person *p, day_t today) {
  return p->wants_job == 0 || (p->space_until != DAY_NONE && today < p->space_until);
}

/* What is said beside the name before anything else: how it is safe to reach them. */
struct str people_safe_words(struct request *rq, const struct person *p) {
  if (str_eq(p->safe_way, S("none"))) return PAGE_TITLE(rq, "Do not contact");
  if (str_eq(p->safe_way, S("in_person"))) return PAGE_TITLE(rq, "In person only");
  if (str_eq(p->safe_way, S("through_worker"))) return PAGE_TITLE(rq, "Through another worker");
  return (struct str){0};
}

static struct str words_of_field(struct request *rq, const struct person *p, const char *name) {
  const struct field *f = field_find(&person_type, str_of(name));
  struct value v = field_get(f, p);
  return v.known ? value_words(rq->arena, f, v) : (struct str){0};
}

/* Everything of the head that says how to be in touch; what the sight does not allow is already not
 * known. Somebody who may reach them but not see the words that make it safe is told, of everyone
 * alike, to ask first. */
void people_safe_head(struct request *rq, const struct person *p, struct sight sight,
                      struct person_head *h) {
  h->safe = people_safe_words(rq, p);
  h->safe_note = p->safe_note, h->say_from = p->say_from, h->code_word = p->code_word;
  h->safe_times = words_of_field(rq, p, "safe_hours");
  h->needs = words_of_field(rq, p, "communication");
  h->no_chase = people_not_chased(p, rq->today);
  h->ask_first =
      sight.classes & CLASS_CONTACT && !(sight.classes & CLASS_SAFETY) && sight.reason != SIGHT_OWN;
  uint32_t limited = people_use_limited(rq->db, p->id) & sight.classes;
  if (limited) h->limited = class_list_words(rq->arena, limited);
}
