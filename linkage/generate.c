/* generate: see generate.h. */
#include <stdio.h>
#include "linkage/generate.h"

static const char female[] = "olivia amelia isla ava ivy freya lily florence mia willow rosie "
                             "sophia isabella grace daisy sienna poppy elsie emily ella "
                             "evelyn phoebe evie charlotte matilda millie alice emma luna maisie "
                             "ada erin hannah eleanor jessica ruby sarah lucy molly holly "
                             "margaret susan patricia linda christine jean carol elizabeth mary "
                             "jacqueline karen tracey deborah julie helen sharon diane angela "
                             "alison jane wendy amanda nicola michelle lisa claire joanne donna "
                             "samantha rebecca rachel laura gemma kelly victoria katherine stacey "
                             "natalie jennifer louise catherine amy danielle chloe lauren megan "
                             "bethany georgia abigail caitlin shannon aisha fatima maryam "
                             "zainab khadija amina priya anjali meera sunita kavita agnieszka "
                             "magdalena joanna zofia blessing grace ngozi amara chioma mei ling "
                             "yasmin leila noor hafsa sana iqra dorothy doris irene joan sheila "
                             "maureen brenda barbara janet judith gillian marion hilda vera";
static const char male[] = "noah george oliver arthur leo harry oscar archie jack henry theodore "
                           "freddie jacob charlie theo alfie tommy thomas joshua lucas "
                           "max isaac edward william james mason ethan finley logan alexander "
                           "joseph samuel hugo teddy louie adam daniel john david michael peter "
                           "robert stephen paul brian graham philip anthony colin christopher "
                           "geoffrey kenneth barry trevor keith derek alan raymond roger terence "
                           "martin kevin andrew mark nigel simon gary ian darren lee jason craig "
                           "wayne carl dean stuart neil matthew richard jonathan benjamin "
                           "ryan liam kieran connor jordan callum nathan bradley kyle luke aaron "
                           "lewis reece mohammed ahmed ali hassan omar yusuf ibrahim abdul "
                           "imran bilal arjun rohan raj sanjay harpreet gurpreet piotr tomasz "
                           "krzysztof marek jakub emmanuel samuel chidi kwame kofi wei jun "
                           "ronald ernest albert stanley frederick sidney harold leonard walter "
                           "cyril dennis donald norman gordon leslie frank eric";
static const char surnames[] =
    "smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker "
    "white roberts green hall wood jackson "
    "clarke harrison clark harris patel khan lewis james cooper king turner hill ward morris moore "
    "lee hughes edwards singh baker martin "
    "morgan cook watson allen scott bailey ali mitchell ahmed begum parker bennett young hussain "
    "cox carter phillips shaw griffiths "
    "richardson marshall simpson ellis collins miller anderson gray kaur murphy wilkinson adams "
    "foster bell campbell mason hunt webb "
    "rogers powell gibson knight palmer lloyd owen holmes mills barnes thomas fletcher kelly "
    "stevens reynolds ford dixon fisher pearson "
    "graham murray gordon hamilton robertson stewart macdonald mckenzie reid ross paterson "
    "kowalski nowak wisniewski okafor adeyemi mensah "
    "chen wong nguyen tran rahman chowdhury miah uddin islam malik akhtar mahmood sharma gupta "
    "shah mehta gill dhillon obrien oconnor byrne "
    "ryan doyle walsh kennedy burns ferguson henderson duncan hart dunn lawrence armstrong "
    "atkinson barker barrett bishop black bradley brooks "
    "burton butler chambers chapman cole cunningham davidson dawson day dean elliott fox francis "
    "freeman french gardner george gilbert "
    "goodwin grant hayes hopkins howard hudson jenkins jordan lane long lynch matthews may "
    "nicholls nicholson osborne page payne perkins "
    "perry pope porter price read rose russell sanders saunders sharp slater spencer stone sutton "
    "swift tucker wallis warren watts wells "
    "west wheeler whitehead wilkins willis woods yates";
static const char place_heads[] =
    "ash bar bram brad cald carl clay col cot crad cran dal dun earn ed el fen farn gar glen grims "
    "hal hart has hazel hel holl hor kel kirk "
    "lang led lin long lud mar mel mil nor oak ol pen pick rad red ren ros row rud rush sal sed "
    "shel ship stan stoke swin tad tham thorn "
    "til wal war wen wet whit wil win wol";
static const char place_tails[] =
    "beck bourne bridge brook bury by combe cote croft dale den don field ford gate grave ham head "
    "hurst land ley low mere more over ridge "
    "sey shaw stead stock thorpe ton wall well wick wood worth";
static const char foreheads[] =
    "a be ca da el fa ga ha ja ka la ma na ra sa ta va wi za lu mi jo ro te sho ke de no ri ze";
static const char foretails_f[] =
    "lia nna rah lle tta ria sha mie nia dra ssa beth lyn vie rina leen";
static const char foretails_m[] =
    "ron van lton den ric mar nuel vin lan bert dric ven meron lek ndre tos";
static const char areas[] = "bb bd bl ch cw dl hd hu hx l la ls m ne ol pr s sk sr st ts wa wf wn";
static const char *const nicknames[][2] = {
    {"elizabeth", "liz"},     {"margaret", "maggie"}, {"susan", "sue"},
    {"patricia", "pat"},      {"christine", "chris"}, {"deborah", "debbie"},
    {"jacqueline", "jackie"}, {"victoria", "vicky"},  {"rebecca", "becky"},
    {"katherine", "kate"},    {"jennifer", "jenny"},  {"samantha", "sam"},
    {"catherine", "cathy"},   {"isabella", "izzy"},   {"abigail", "abbie"},
    {"william", "bill"},      {"robert", "bob"},      {"richard", "dick"},
    {"james", "jim"},         {"michael", "mike"},    {"david", "dave"},
    {"thomas", "tom"},        {"edward", "ted"},      {"anthony", "tony"},
    {"christopher", "chris"}, {"stephen", "steve"},   {"andrew", "andy"},
    {"matthew", "matt"},      {"daniel", "dan"},      {"joseph", "joe"},
    {"samuel", "sam"},        {"benjamin", "ben"},    {"alexander", "alex"},
    {"kenneth", "ken"},       {"ronald", "ron"},      {"frederick", "fred"},
    {"terence", "terry"},     {"geoffrey", "geoff"},  {"philip", "phil"},
    {"joshua", "josh"},       {"mohammed", "mo"},     {"jonathan", "jon"},
};

enum { NAME_BYTES = 28 };
struct person {
  char forename[NAME_BYTES], middle[NAME_BYTES], surname[NAME_BYTES], maiden[NAME_BYTES];
  bool woman;
  day_t born;
  uint32_t home, mobile, shared_phone, nino;
};
struct maker {
  struct rng rng;
  const struct generate_settings *s;
  struct strs female, male, surname, head, tail, forehead, tail_f, tail_m, area;
  uint32_t homes;
  struct buf rows;
  uint32_t *at, n, people;
};

struct generate_settings generate_usual(void) {
  return (struct generate_settings){.typo = .02,
                                    .missing = 1,
                                    .move = .25,
                                    .rename = .06,
                                    .nickname = .12,
                                    .initial = .03,
                                    .swap_names = .015,
                                    .swap_date = .012,
                                    .first_january = .01,
                                    .twins = .03,
                                    .same_name = .03,
                                    .records = 1.7,
                                    .sources = 6};
}

bool generate_set(struct generate_settings *s, struct str text, struct why *why) {
  struct {
    const char *name;
    double *to, most;
  } known[] = {{"typo", &s->typo, 1},
               {"missing", &s->missing, 2},
               {"move", &s->move, 1},
               {"rename", &s->rename, 1},
               {"nickname", &s->nickname, 1},
               {"initial", &s->initial, 1},
               {"swap_names", &s->swap_names, 1},
               {"swap_date", &s->swap_date, 1},
               {"first_january", &s->first_january, 1},
               {"twins", &s->twins, 1},
               {"same_name", &s->same_name, 1},
               {"records", &s->records, 4}};
  struct str name = str_trim(str_cut(&text, '=')), value = str_trim(text);
  double v;
  if (str_eq(name, S("sources")))
    return (str_to_i64(value, &s->sources) && s->sources >= 1 && s->sources <= 26) ||
           why_say(why, "\"sources\" is a number from 1 to 26.");
  for (size_t i = 0; i < countof(known); i++) {
    if (!str_eq(name, str_of(known[i].name))) continue;
    if (!str_to_double(value, &v) || v < 0 || v > known[i].most)
      return why_say(why, "\"%s\" is a number from 0 to %g.", known[i].name, known[i].most);
    *known[i].to = v;
    return true;
  }
  return why_say(why,
                 "Unknown setting \"%.*s\". Known: typo missing move rename nickname initial "
                 "swap_names swap_date first_january twins "
                 "same_name records sources.",
                 P(str_slice(name, 0, 40)));
}

/* ---- drawing ---- */

static bool chance(struct maker *g, double p) { return rng_unit(&g->rng) < p; }
static uint32_t below(struct maker *g, uint32_t n) { return (uint32_t)rng_below(&g->rng, n); }
static struct str pick(struct maker *g, struct strs list) {
  return list.p[below(g, (uint32_t)list.n)];
}
/* Earlier names more often, roughly as in life: the square of a uniform number. */
static struct str pick_common(struct maker *g, struct strs list) {
  double u = rng_unit(&g->rng);
  return list.p[(size_t)(u * u * (double)list.n)];
}

static void set_name(char out[NAME_BYTES], struct str a, struct str b) {
  snprintf(out, NAME_BYTES, "%.*s%.*s", P(a), P(b));
}

static void draw_forename(struct maker *g, bool woman, char out[NAME_BYTES]) {
  if (chance(g, .12))
    set_name(out, pick(g, g->forehead), pick(g, woman ? g->tail_f : g->tail_m));
  else
    set_name(out, pick_common(g, woman ? g->female : g->male), (struct str){0});
}

static void draw_surname(struct maker *g, char out[NAME_BYTES]) {
  if (chance(g, .45))
    set_name(out, pick(g, g->head), pick(g, g->tail));
  else
    set_name(out, pick_common(g, g->surname), (struct str){0});
}

static struct person draw_person(struct maker *g, bool woman, const char *surname, day_t from,
                                 day_t to) {
  struct person p = {.woman = woman,
                     .born = from + (day_t)below(g, (uint32_t)(to - from + 1)),
                     .mobile = below(g, 900000000),
                     .nino = below(g, 400u * 1000000u)};
  draw_forename(g, woman, p.forename);
  if (chance(g, .5)) draw_forename(g, woman, p.middle);
  draw_surname(g, p.maiden);
  snprintf(p.surname, sizeof p.surname, "%s", surname ? surname : p.maiden);
  return p;
}

/* ---- damage ---- */

static void typo(struct maker *g, char *s) {
  size_t n = strlen(s), at;
  if (n < 3) return;
  at = 1 + below(g, (uint32_t)n - 1);
  char letter =
      s[at] >= '0' && s[at] <= '9' ? (char)('0' + below(g, 10)) : (char)('a' + below(g, 26));
  switch (below(g, 4)) {
    case 0: s[at] = letter; break;
    case 1: {
      char t = s[at];
      s[at] = s[at - 1];
      s[at - 1] = t;
      break;
    }
    case 2: memmove(s + at, s + at + 1, n - at); break;
    default:
      if (n + 2 > NAME_BYTES) break;
      memmove(s + at + 1, s + at, n - at + 1);
      s[at] = letter;
  }
}

static void damaged_name(struct maker *g, const char *name, char out[NAME_BYTES]) {
  snprintf(out, NAME_BYTES, "%s", name);
  if (chance(g, g->s->typo)) typo(g, out);
}

static void written_forename(struct maker *g, const struct person *p, char out[NAME_BYTES]) {
  damaged_name(g, p->forename, out);
  for (size_t i = 0; i < countof(nicknames); i++)
    if (!strcmp(p->forename, nicknames[i][0]) && chance(g, g->s->nickname))
      snprintf(out, NAME_BYTES, "%s", nicknames[i][1]);
  if (chance(g, g->s->initial)) out[1] = 0;
  if (p->middle[0] && chance(g, .01)) snprintf(out, NAME_BYTES, "%s", p->middle);
}

static void written_date(struct maker *g, day_t born, char out[NAME_BYTES]) {
  struct ymd d = day_ymd(born);
  if (d.day <= 12 && chance(g, g->s->swap_date)) {
    int t = d.day;
    d.day = d.month;
    d.month = t;
  }
  if (chance(g, g->s->first_january)) d.month = d.day = 1;
  snprintf(out, NAME_BYTES, "%04d-%02d-%02d", d.year, d.month, d.day);
  if (chance(g, g->s->typo)) {
    static const unsigned char places[] = {2, 3, 5, 6, 8, 9};
    out[places[below(g, sizeof places)]] = (char)('0' + below(g, 10));
  }
}

/* A home's number and postcode come from its own number, so that a home is always written the same
 * way. */
static void written_home(struct maker *g, uint32_t home, char house[NAME_BYTES],
                         char postcode[NAME_BYTES]) {
  struct rng r = rng_seed(home * 2654435761u + 12345);
  struct str area = g->area.p[rng_below(&r, g->area.n)];
  snprintf(house, NAME_BYTES, "%u", 1 + (unsigned)rng_below(&r, 180));
  unsigned district = 1 + (unsigned)rng_below(&r, 30), sector = (unsigned)rng_below(&r, 9);
  static const char unit[] = "abdefghjlnpqrstuwxyz";
  snprintf(postcode, NAME_BYTES, "%.*s%u%s%u%c%c", P(area), district, chance(g, .03) ? "" : " ",
           sector, unit[rng_below(&r, 20)], unit[rng_below(&r, 20)]);
  if (chance(g, g->s->typo)) typo(g, postcode);
  if (chance(g, g->s->typo)) typo(g, house);
}

static void written_phone(struct maker *g, uint32_t number, char out[NAME_BYTES]) {
  if (chance(g, .1))
    snprintf(out, NAME_BYTES, "+44 7%09u", number);
  else if (chance(g, .1))
    snprintf(out, NAME_BYTES, "07%03u %06u", number / 1000000, number % 1000000);
  else
    snprintf(out, NAME_BYTES, "07%09u", number);
  if (chance(g, g->s->typo)) out[strlen(out) - 1] = (char)('0' + below(g, 10));
}

static void written_nino(uint32_t n, char out[NAME_BYTES]) {
  static const char letters[] = "abceghjklmnprstwxyz";
  snprintf(out, NAME_BYTES, "%c%c%06u%c", letters[n / 1000000 % 19], letters[n / 19000000 % 19],
           n % 1000000, (char)('a' + n % 4));
}

static void lose(struct maker *g, char *value, double usual) {
  if (chance(g, usual * g->s->missing)) value[0] = 0;
}

/* ---- records ---- */

static void put_record(struct maker *g, const struct person *p, uint32_t person) {
  char forename[NAME_BYTES], middle[NAME_BYTES] = "", surname[NAME_BYTES], dob[NAME_BYTES],
                             house[NAME_BYTES], postcode[NAME_BYTES], phone[NAME_BYTES],
                             nino[NAME_BYTES];
  written_forename(g, p, forename);
  damaged_name(g, p->surname, surname);
  if (p->middle[0] && chance(g, .6)) snprintf(middle, sizeof middle, "%s", p->middle);
  if (chance(g, .3)) middle[middle[0] != 0] = 0;
  if (chance(g, g->s->swap_names)) {
    char t[NAME_BYTES];
    memcpy(t, forename, sizeof t);
    memcpy(forename, surname, sizeof t);
    memcpy(surname, t, sizeof t);
  }
  written_date(g, p->born, dob);
  written_home(g, p->home, house, postcode);
  written_phone(g, p->shared_phone && chance(g, .4) ? p->shared_phone : p->mobile, phone);
  written_nino(p->nino, nino);
  lose(g, forename, .01);
  lose(g, surname, .01);
  lose(g, dob, .02);
  lose(g, house, .06);
  lose(g, postcode, .04);
  lose(g, phone, .4);
  lose(g, nino, .5);
  const char *sex = chance(g, .03) ? "" : p->woman != chance(g, .01) ? "f" : "m";
  g->at[g->n++] = (uint32_t)g->rows.n;
  buf_format(&g->rows, "%u,%c,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", person,
             (char)('a' + below(g, (uint32_t)g->s->sources)), forename, middle, surname, sex, dob,
             house, postcode, phone, nino);
}

static void put_person(struct maker *g, struct person p, uint32_t most) {
  uint32_t person = g->people++;
  double more = 1 - 1 / (g->s->records < 1 ? 1 : g->s->records);
  put_record(g, &p, person);
  for (int i = 0; i < 8 && g->n < most && chance(g, more); i++) {
    if (chance(g, g->s->move)) {
      p.home = ++g->homes;
      p.shared_phone = 0;
      if (chance(g, .3)) p.mobile = below(g, 900000000);
    }
    if (p.woman && chance(g, g->s->rename)) {
      if (!strcmp(p.surname, p.maiden))
        draw_surname(g, p.surname);
      else
        snprintf(p.surname, sizeof p.surname, "%s", p.maiden);
    }
    put_record(g, &p, person);
  }
}

static void put_household(struct maker *g, uint32_t most) {
  struct person member[8];
  unsigned n = 0, children = chance(g, .4) ? 1 + below(g, 3) : 0;
  uint32_t home = ++g->homes, phone = chance(g, .5) ? 1 + below(g, 899999999) : 0;
  bool woman = chance(g, .5);
  day_t first = day_of(1938, 1, 1), last = day_of(1999, 12, 31);
  member[n] = draw_person(g, woman, NULL, first, last);
  struct person *head = &member[n++];
  if (chance(g, .6)) {
    member[n] = draw_person(g, !woman, chance(g, .75) ? head->surname : NULL, head->born - 2500,
                            head->born + 2500);
    n++;
  }
  for (unsigned c = 0; c < children; c++) {
    day_t from = head->born + 18 * 365, to = day_of(2008, 12, 31);
    if (from + 365 > to) from = to - 365;
    struct person child = draw_person(g, chance(g, .5), head->surname, from,
                                      from + 20 * 365 < to ? from + 20 * 365 : to);
    if (c && chance(g, g->s->twins)) child.born = member[n - 1].born;
    if (child.woman == head->woman && chance(g, g->s->same_name * 2))
      memcpy(child.forename, head->forename, NAME_BYTES);
    snprintf(child.maiden, sizeof child.maiden, "%s", child.surname);
    member[n++] = child;
  }
  if (chance(g, .05)) {
    member[n] = draw_person(g, chance(g, .5), NULL, first, last);
    n++;
  }
  for (unsigned i = 0; i < n && g->n < most; i++) {
    member[i].home = home;
    member[i].shared_phone = phone;
    put_person(g, member[i], most);
  }
}

static void put_shuffled(struct maker *g, struct buf *out) {
  for (uint32_t i = g->n; i > 1; i--) {
    uint32_t j = below(g, i), t = g->at[i - 1];
    g->at[i - 1] = g->at[j];
    g->at[j] = t;
  }
  buf_put(out,
          S("rec_id,cluster,source,forename,middle,surname,sex,dob,house,postcode,phone,nino\n"));
  for (uint32_t i = 0; i < g->n; i++) {
    struct str rest = {g->rows.p + g->at[i], g->rows.n - g->at[i]};
    buf_i64(out, i);
    buf_byte(out, ',');
    buf_put(out, str_slice(rest, 0, str_find_byte(rest, '\n') + 1));
  }
}

bool generate_people(struct buf *out, uint32_t records, uint64_t seed,
                     const struct generate_settings *s) {
  struct arena a = arena_open((size_t)1 << 32);
  struct maker g = {.rng = rng_seed(seed), .s = s, .rows = buf_open(out->max)};
  struct {
    struct strs *to;
    const char *text;
  } lists[] = {{&g.female, female},      {&g.male, male},          {&g.surname, surnames},
               {&g.head, place_heads},   {&g.tail, place_tails},   {&g.forehead, foreheads},
               {&g.tail_f, foretails_f}, {&g.tail_m, foretails_m}, {&g.area, areas}};
  for (size_t i = 0; i < countof(lists); i++)
    *lists[i].to = str_split(&a, str_of(lists[i].text), ' ');
  g.at = arena_many(&a, uint32_t, (size_t)records + 1);
  while (g.n < records && !g.rows.full) put_household(&g, records);
  bool ok = !g.rows.full;
  if (ok) put_shuffled(&g, out);
  buf_free(&g.rows);
  arena_close(&a);
  return ok && !out->full;
}
