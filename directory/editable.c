/* What an editor may open, and in which groups its fields stand. */
#include "directory/pages.h"

#define FIELDS(...)                                                                                \
  (const char *const[]) { __VA_ARGS__, NULL }
static const struct edit_group service_groups[] = {
    {"What people see first",
     FIELDS("name", "summary", "phone", "email", "website", "alert", "status")},
    {"Who runs it and what happens", FIELDS("organisation", "description", "how_to_start",
                                            "attending", "walk_in", "referral_routes")},
    {"Who it is for",
     FIELDS("cohorts", "minimum_age", "maximum_age", "whole_area", "eligibility", "rule")},
    {"How it helps", FIELDS("category", "styles", "needs", "models")},
    {"Places, waiting and cost", FIELDS("places_left", "places_total", "waiting_days",
                                        "capacity_on", "free", "wifi", "devices", "languages")},
    {"When it runs, and checking it",
     FIELDS("starts", "ends", "review_days", "assurer_email", "editor_note")},
    {0}};
static const struct edit_group organisation_groups[] = {
    {"The organisation",
     FIELDS("name", "alternate_name", "description", "kind", "phone", "email", "website")},
    {"Numbers", FIELDS("charity_number", "company_number")},
    {0}};
static const struct edit_group location_groups[] = {
    {"The place", FIELDS("name", "location_type", "address_not_published", "address_1", "address_2",
                         "city", "county", "postcode")},
    {"Getting there and in", FIELDS("transport", "the_door", "access", "access_words")},
    {0}};
static const struct edit_group national_groups[] = {
    {"The row",
     FIELDS("row_number", "name", "named", "cohort_group", "sub_group", "counted", "source")},
    {0}};
static const struct edit_group scheme_groups[] = {
    {"What was tried",
     FIELDS("name", "kind", "category", "place", "areas", "area_near", "lead", "source")},
    {"Money and dates",
     FIELDS("funders", "amount", "amount_total", "amount_parts", "started", "ended", "dates_said")},
    {"For whom and how", FIELDS("for_said", "cohorts", "help_said", "styles", "model_said",
                                "models", "eligibility_said", "rule")},
    {"What is known of it",
     FIELDS("figures", "capability", "standing", "standing_on", "standing_source", "review_days")},
    {0}};

const struct editable editables[] = {
    {"services", &service_type, "service", "Services", service_groups},
    {"organisations", &organisation_type, "organisation", "Organisations", organisation_groups},
    {"places", &location_type, "place", "Places", location_groups},
    {"schemes", &scheme_type, "scheme", "What has been tried", scheme_groups},
    {"national", &national_row_type, "row", "National programmes", national_groups}};
const size_t editables_n = countof(editables);

const struct service_part parts[] = {
    {"times", "Opening times", "Add a time", &schedule_type,
     FIELDS("byday", "opens_at", "closes_at", "freq", "valid_from", "valid_to", "attending",
            "description")},
    {"areas", "Areas it takes people from", "Add an area", &service_area_type,
     FIELDS("name", "code")},
    {"funding", "Who pays", "Add a funder", &service_funding_type,
     FIELDS("funder", "amount", "kind", "starts", "ends", "note")},
    {"costs", "What it costs", "Add a price", &cost_option_type,
     FIELDS("option", "amount", "amount_description", "valid_from", "valid_to")},
    {"contacts", "Contacts", "Add a contact", &directory_contact_type,
     FIELDS("name", "title", "phone", "email", "personal")},
    {"numbers", "More telephone numbers", "Add a number", &directory_phone_type,
     FIELDS("number", "type", "description")}};
const size_t parts_n = countof(parts);

const struct editable *editable_of(struct request *rq) {
  struct str path = request_path(rq, "kind");
  for (size_t i = 0; i < editables_n; i++)
    if (str_eq(path, str_of(editables[i].path))) return &editables[i];
  reply_not_found(rq);
  return NULL;
}
