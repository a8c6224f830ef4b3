/* sheet: somebody's spreadsheet of people, read as people. Pure: no database, no clock.
 *
 * Real files have a title above their headings, headings in two rows with merged cells, several
 * rows for one person, days as text and as the numbers spreadsheets store, telephone numbers that
 * lost their nought, and ten dated notes in one cell. Nothing is guessed about a person: a cell
 * that cannot be understood is said beside its row and kept as words, never dropped and never
 * invented. Which heading means what is data (packs/exchange/headings.csv). */
#ifndef WAYMARK_EXCHANGE_SHEET_H
#define WAYMARK_EXCHANGE_SHEET_H
#include "people/people.h"

enum {
  SHEET_BYTES_MAX = 4 << 20,
  SHEET_ROWS_MAX = 5000,
  SHEET_COLUMNS_MAX = 60,
  SHEET_REMARKS_MAX = 300,
  NOTE_ENTRIES_MAX = 200,
  NOTE_CHARACTERS_MAX = 4000
};

/* What a column may be: a field of a person by its name, or one of these. */
enum target_kind {
  TARGET_LEAVE,        /* not read */
  TARGET_SOMEONE_ELSE, /* about somebody else (next of kin, GP): not read, nor what is under it */
  TARGET_SENSITIVE,    /* asked apart, of the person, or not at all: not read */
  TARGET_KEEP,         /* kept as words in a note, so that nothing is lost */
  TARGET_FIELD, TARGET_GIVEN, TARGET_FAMILY, TARGET_REF, TARGET_NOTE, TARGET_NOTE_DAY,
  TARGET_NOTE_HOW
};
struct target { const char *code; const struct message *label; enum target_kind kind; };
extern const struct target sheet_targets[];
extern const size_t sheet_targets_n;
const struct target *sheet_target(struct str code); /* NULL: there is none */

struct sheet_row { int64_t line; struct strs cells; }; /* line: as the spreadsheet numbers it */
struct heading {
  struct str name, example; /* "Contact: Phone", with the merged heading above it */
  const struct target *guess;
};
struct sheet {
  struct { struct sheet_row *p; size_t n; } rows; /* of people, without headings */
  struct { struct heading *p; size_t n; } headings;
  struct str shape; /* the same for the same headings in the same order */
};
/* CSV or a workbook, by its first bytes. False with a sentence. */
bool sheet_read(struct arena *a, struct str bytes, struct sheet *out, struct why *why);

/* A day as spreadsheets hold them: typed, with dots, "3rd March 2024", or the number of days a
 * spreadsheet stores. */
bool sheet_day(struct arena *a, struct str given, day_t *out);

/* A cell of dated entries ("12/3/24 rang, no answer"), in order. What stands before the first day,
 * and a cell without any, has DAY_NONE. Every word of the cell is in some entry. */
struct note_entry { day_t on; struct str words; };
struct note_entries { struct note_entry *p; size_t n; };
struct note_entries sheet_notes(struct arena *a, struct str cell);

struct sheet_contact { day_t on; struct str mode, words; int64_t line; };
struct sheet_person {
  struct person person;
  struct str ref;    /* theirs, in the file; "" = none */
  struct str family; /* kept apart while the name is put together */
  int64_t line;      /* the first row */
  bool stopped;      /* a remark stops them: they are not read in */
  struct { struct sheet_contact *p; size_t n; } contacts;
  size_t contacts_room;
  struct str kept;   /* words of cells that have no place of their own */
};
enum remark_weight { REMARK_NOTE, REMARK_KEPT, REMARK_STOPS };
struct remark { int64_t line; struct str cell, heading, sentence; enum remark_weight weight; };
struct sheet_people {
  struct { struct sheet_person *p; size_t n; } people;
  struct { struct remark *p; size_t n; } remarks; /* by row, at most SHEET_REMARKS_MAX */
  size_t remarks_in_all, contacts, going; /* going: people who can be read in */
};
struct sheet_plan {
  const struct target *of[SHEET_COLUMNS_MAX];
  size_t n;
  struct str safe_way; /* for those whose row does not say; "" = not decided */
};
/* People in the order of the file. Two with one telephone stay two; rows with one name stay one
 * person unless a reference, birthday, telephone or e-mail says otherwise. */
void sheet_people(struct arena *a, const struct sheet *s, const struct sheet_plan *plan,
                  day_t today, int lang, struct sheet_people *out);
#endif
