/* norm: from what people typed to what is compared. Each function takes a raw cell of a file and
 * gives the value in its one canonical form, or "nothing known" (empty, 0): placeholders such as
 * "unknown" and "n/a" count as nothing. Missing is never disagreement. */
#ifndef WAYMARK_LINKAGE_NORM_H
#define WAYMARK_LINKAGE_NORM_H
#include "base/base.h"

enum { NORM_BYTES = 128 };

/* Lower case, marks off, Greek and Cyrillic in Latin letters, apostrophes dropped, hyphens and the
 * like to one space. `room` holds the answer unless the text is not ASCII, then `scratch` does. */
struct str norm_name(struct str raw, char room[NORM_BYTES], struct arena scratch);
/* The same, then titles (mr, mrs, dr ...) off the front. */
struct str norm_forename(struct str raw, char room[NORM_BYTES], struct arena scratch);
struct str norm_text(struct str raw, char room[NORM_BYTES], struct arena scratch);

/* A birth date as digits yyyymmdd, four bits each, so that one wrong digit is one differing group.
 * Real dates in any form base reads, and eight digits as they are (even 19990229: a wrong date is
 * still evidence). 0 = none. */
uint32_t norm_dob(struct str raw);
uint32_t dob_digits(int year, int month, int day);

/* Codes (postcode, phone, national number, house) are up to 10 characters of 6 bits, first at the
 * top, the length in the low 4 bits; 0 = none. Longer codes keep their last 10 characters. */
typedef uint64_t code_t;
code_t norm_code(struct str raw);
code_t norm_postcode(struct str raw);
code_t norm_phone(struct str raw); /* +44 20..., 0044..., 020...: one form, no leading 0 */
code_t
norm_national(struct str raw);    /* a NINO's suffix letter is dropped: it says nothing about who */
uint8_t norm_sex(struct str raw); /* 1 female, 2 male, 3 other words, 0 not known */
bool norm_number(struct str raw, float *out);
struct str code_text(code_t c, char room[16]);
static inline unsigned code_n(code_t c) { return (unsigned)(c & 15); }

/* Nickname groups (elizabeth, liz, beth ...): at most two a name, 0 = none. */
void nick_groups(struct str folded, uint16_t out[2]);
/* A name's group made into one stable value for blocking: the lowest group, else the name itself.
 */
uint64_t nick_key(struct str folded);
/* A four-letter sound code of our own: first letter, then consonant classes without repeats. */
uint32_t sound_key(struct str folded);

/* "Forename Middle Surname" or "Surname, Forename Middle" into its parts (raw slices). */
struct full_name {
  struct str forename, middle, surname;
};
struct full_name split_full_name(struct str raw);
#endif
