/* domains: the one list of what the program is made of. The layers below the domains bring tables
 * and commands too, so they stand in the same list, first. */
#include "app/domains.h"
#include "app/maintain.h"
#include "accounts/accounts.h"
#include "app/site.h"
#include "audit/audit.h"
#include "contacts/contacts.h"
#include "coverage/coverage.h"
#include "db/backup.h"
#include "directory/directory.h"
#include "exchange/exchange.h"
#include "finding/finding.h"
#include "journeys/journeys.h"
#include "caseload/caseload.h"
#include "known/known.h"
#include "linkage/command.h"
#include "money/money.h"
#include "messages/messages.h"
#include "people/people.h"
#include "permission/permission.h"
#include "places/places.h"
#include "profiles/profiles.h"
#include "programme/programme.h"
#include "reach/reach.h"
#include "record/record.h"
#include "resident/resident.h"
#include "rights/rights.h"
#include "sharing/sharing.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"
#include "web/serve.h"

static bool record_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                        struct why *why) {
  (void)p;
  db_begin(db, STORE_MAIN);
  codes_store(db, a, now);
  return db_commit(db, STORE_MAIN) == DB_OK || why_say(why, "The code lists could not be saved.");
}

/* Yellow is a warning, red a fault. */
static int backup_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  struct backup_standing s = backup_standing(db, a, now);
  if (s.colour != BACKUP_GREEN) buf_format(out, "%.*s\n", P(s.sentence));
  return s.colour == BACKUP_RED;
}

static const struct command db_commands[] = {
    {"backup", "backup --to FOLDER [--keys-to FOLDER] [--passphrase-file FILE]",
     "make and verify a backup", backup_command},
    {"restore", "restore --from FOLDER [--keys-from FOLDER] [--passphrase-file FILE]",
     "restore into an empty place", restore_command},
    {"rehearse", "rehearse --from FOLDER [--keys-from FOLDER] [--passphrase-file FILE]",
     "prove that a backup can be restored and read", rehearse_command},
};
static const struct job_kind db_jobs[] = {
    {"nightly", "The night's tidying", LANE_LONG, maintain_nightly}};
static const struct command audit_commands[] = {
    {"audit", "audit verify | head | who-looked", "the log of who looked at whom", audit_command},
};
static const struct command engine_commands[] = {
    {"link",
     "link A.csv [B.csv] [--config model.json] --out pairs.csv --clusters clusters.csv --report "
     "report.html",
     "link records that are the same person", linkage_command},
    {"reach", "reach build | times | journey | shift | areas ...",
     "minutes by bus, train and on foot", reach_command},
};
static const struct domain db_layer = {.name = "db",
                                       .migrations = &db_migrations,
                                       .commands = db_commands,
                                       .n_commands = countof(db_commands),
                                       .jobs = db_jobs,
                                       .n_jobs = countof(db_jobs),
                                       .doctor = backup_doctor};
static const struct domain record_layer = {
    .name = "record", .migrations = &record_migrations, .init = record_init};
static const struct domain audit_layer = {.name = "audit",
                                          .migrations = &audit_migrations,
                                          .doctor = audit_doctor,
                                          .commands = audit_commands,
                                          .n_commands = countof(audit_commands)};
static const struct domain engines = {
    .name = "engines", .commands = engine_commands, .n_commands = countof(engine_commands)};

const struct domain *const waymark_domains[] = {
    &db_layer,      &record_layer,   &audit_layer,      &web_domain,
    &engines,       &site_domain,    &accounts_domain,  &permission_domain,
    &places_domain, &finding_domain, &directory_domain, &journeys_domain, &coverage_domain,
    &people_domain, &support_domain, &contacts_domain, &messages_domain, &safeguarding_domain,
    &money_domain,  &referrals_domain, &sharing_domain, &programme_domain, &rights_domain,
    &resident_domain,
    &caseload_domain, &profiles_domain,
    &known_domain, &exchange_domain,
};
const size_t waymark_domains_n = countof(waymark_domains);
