/* guess: what a column holds, from its header alone. Wrong guesses are cheap (the choice is shown
 * and a configuration file overrides it); values are never looked at, so a guess gives nothing
 * away. */
#include <stdio.h>
#include "linkage/model.h"

struct known {
  const char *words;
  enum kind kind;
  bool home;
};

/* Whole headers, after folding, `|` between. */
static const struct known whole[] = {
    {"|rec id|unique id|id|record id|recid|", KIND_ID, false},
    {"|source|source dataset|sourcedataset|dataset|src|", KIND_SOURCE, false},
    {"|cluster|cluster id|true id|truth|person id|entity id|", KIND_TRUTH, false},
    {"|forename|forenames|first name|firstname|given name|givenname|fname|given|first|christian "
     "name|",
     KIND_FORENAME, false},
    {"|middle|middle name|middle names|middlename|second name|mname|", KIND_MIDDLE, false},
    {"|surname|last name|lastname|family name|sname|lname|last|family|", KIND_SURNAME, false},
    {"|full name|fullname|name|first and surname|client name|participant name|", KIND_FULL_NAME,
     false},
    {"|sex|gender|", KIND_SEX, false},
    {"|dob|date of birth|birth date|birthdate|dateofbirth|born|d o b|birthday|", KIND_DOB, false},
    {"|postcode|post code|postal code|zip|zipcode|zip code|pcode|postcode fake|", KIND_POSTCODE,
     true},
    {"|house|house number|house no|street number|street no|property|house name or number|address "
     "number|",
     KIND_HOUSE, true},
    {"|phone|telephone|mobile|tel|phone number|telephone number|mobile number|contact number|phone "
     "no|",
     KIND_PHONE, true},
    {"|nino|ni number|national insurance number|national insurance|nhs number|nhs no|ssn|soc sec "
     "id|soc sec|social security number|"
     "national id|uln|",
     KIND_NATIONAL, false},
    {"|email|e mail|email address|", KIND_EMAIL, false},
    {"|age|blocking number|row|row number|line|first and surname|notes|comment|comments|",
     KIND_IGNORE, false},
    {"|address|address 1|address 2|address 3|address line 1|address line "
     "2|street|road|suburb|city|town|state|county|locality|"
     "district|",
     KIND_TEXT, true},
};

static enum kind kind_by_header(struct arena a, struct str header, bool *home) {
  struct str key = str_format(&a, "|%.*s|", P(utf8_fold(&a, header)));
  for (size_t i = 0; i < countof(whole); i++) {
    if (key.n < 3 || !str_contains(str_of(whole[i].words), key)) continue;
    *home = whole[i].home;
    return whole[i].kind;
  }
  *home = false;
  return key.n < 3 ? KIND_IGNORE : KIND_TEXT;
}

static bool have(const struct columns *c, enum kind kind) {
  for (unsigned i = 0; i < c->n; i++)
    if (c->p[i].kind == kind) return true;
  return false;
}

/* One id, one source; a full name only where its parts are not given; never two forenames. */
static void settle(struct columns *c) {
  bool seen[KIND_COUNT] = {0};
  bool parts = have(c, KIND_FORENAME) && have(c, KIND_SURNAME);
  for (unsigned i = 0; i < c->n; i++) {
    enum kind k = c->p[i].kind;
    bool single = k == KIND_ID || k == KIND_SOURCE || k == KIND_FORENAME || k == KIND_MIDDLE ||
                  k == KIND_SURNAME || k == KIND_SEX || k == KIND_DOB || k == KIND_FULL_NAME;
    if ((single && seen[k]) || (k == KIND_FULL_NAME && parts)) c->p[i].kind = KIND_IGNORE;
    seen[k] = true;
  }
}

struct columns columns_guess(struct strs headers, struct str id_name, struct str truth_name) {
  struct columns c = {0};
  struct arena a = arena_open(1 << 20);
  for (size_t i = 0; i < headers.n && c.n < COLUMNS_MAX; i++) {
    struct column *col = &c.p[c.n++];
    snprintf(col->name, sizeof col->name, "%.*s", P(headers.p[i]));
    col->kind = kind_by_header(a, headers.p[i], &col->home);
    if (id_name.n && str_eq(headers.p[i], id_name))
      col->kind = KIND_ID;
    else if (id_name.n && col->kind == KIND_ID)
      col->kind = KIND_IGNORE;
    if (truth_name.n && str_eq(headers.p[i], truth_name) && col->kind != KIND_ID)
      col->kind = KIND_TRUTH;
  }
  arena_close(&a);
  /* "rec_id, unique_id or id": the first of these in the file; the others are not compared. */
  settle(&c);
  return c;
}
