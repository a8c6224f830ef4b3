/* seeds: what the domains' own routes are about. A domain adds its seed_<domain>.c and one line
 * here. */
#include "gate.h"

extern const struct gate_seed gate_seed_programme, gate_seed_referrals, gate_seed_people,
    gate_seed_money, gate_seed_messages, gate_seed_sharing, gate_seed_exchange,
    gate_seed_safeguarding, gate_seed_support, gate_seed_known, gate_seed_resident,
    gate_seed_rights;
const struct gate_seed *const gate_seeds[] = {
    &gate_seed_people,   &gate_seed_support,   &gate_seed_money,     &gate_seed_messages,
    &gate_seed_sharing,  &gate_seed_programme, &gate_seed_referrals, &gate_seed_safeguarding,
    &gate_seed_exchange, &gate_seed_known,     &gate_seed_resident,
    &gate_seed_rights};
const size_t gate_seeds_n = countof(gate_seeds);

const struct gate_record *gate_record_at(size_t i) {
  for (size_t s = 0; s < gate_seeds_n; s++) {
    if (i < gate_seeds[s]->n_records) return &gate_seeds[s]->records[i];
    i -= gate_seeds[s]->n_records;
  }
  return NULL;
}

const char *gate_form_of(const struct route *r) {
  for (size_t s = 0; s < gate_seeds_n; s++)
    for (size_t i = 0; i < gate_seeds[s]->n_forms; i++)
      if (strcmp(gate_seeds[s]->forms[i].path, r->path) == 0) return gate_seeds[s]->forms[i].form;
  return "";
}

const char *gate_canary(enum gate_row row) {
  static const char *const words[GATE_ROWS] = {"CANARY-SEALED-ada",
                                               "CANARY-SEALED-ben",
                                               "CANARY-SEALED-cat",
                                               "CANARY-SEALED-hidden",
                                               "CANARY-SEALED-piers",
                                               "CANARY-SEALED-vesna",
                                               "",
                                               ""};
  return words[row];
}
