/* demo: two invented spreadsheets, one looked at and one being read in. */
#include "exchange/inside.h"

static const char looked[] =
    "Northquay Saturday club: who came (invented)\n"
    "Name,D.O.B.,Contact,,Next of kin,Notes,T-shirt size\n"
    ",,Mobile,E-mail,Tel,,\n"
    "Marta Finch (invented),3rd March 1990,7700900341,marta@example.org,07700 900342,"
    "\"12/3/26 came with her sister\n19/3/26 - asked about evening courses\",M\n"
    "\"QUILL, Deniz (invented)\",32874,07700 900343,,,26/3/26 wants nights at the bakery,L\n"
    ",,,,,2/4/26 starts on Monday,\n"
    "Oona Tarn (invented),31/02/1988,07700 900341,,,Same telephone as Marta,S\n";
static const char going[] =
    "First name,Surname,Telephone,Safe way to be in touch,Comments\n"
    "Idris,Vale (invented),07700 900351,Text,1/9/26 met at the library\n"
    "Noor,Ashby (invented),07700 900352,Ring,8/9/26 has a licence and no car\n";

static bool send(struct db *db, struct arena *a, const struct actor *by, const char *text,
                 bool read_in, instant_t now, struct why *why) {
  struct uuid id;
  struct batch b;
  db_begin(db, STORE_MAIN);
  bool good = exchange_sheet_send(db, a, by, str_of(text), now, &id, why);
  if (good && read_in)
    good = batch_load(db, a, id, &b) && batch_start(db, a, &b, false, now) == DB_OK;
  if (!good) db_rollback(db, STORE_MAIN);
  return good && db_commit(db, STORE_MAIN) == DB_OK;
}

bool exchange_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                   struct progress *p, struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x65786368ull);
  struct actor amina = {0};
  int64_t id = db_number(db, 0, SQL("select id from user_account where sign_in = 'amina'"));
  progress_step(p, "Spreadsheets (invented)", "files", 2);
  uuid_seed(&rng);
  bool good = id && accounts_actor(db, a, id, 0, instant_local_uk(now).day, &amina) &&
              send(db, a, &amina, looked, false, now, why) &&
              send(db, a, &amina, going, true, now, why);
  uuid_seed(NULL);
  progress_end(p, 2);
  return good || why_say(why, "The demo's spreadsheets could not be saved.");
}
