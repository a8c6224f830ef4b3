/* The field tables of the directory's record types. */
#include "directory/types.h"

static const struct field organisation_fields[] = {
#define FIELD(...) RECORD_ROW(struct organisation, __VA_ARGS__)
#include "directory/organisation.def"
};
const struct record_type organisation_type =
    RECORD_TYPE(organisation, "organisation", "Organisation", organisation_fields);
RECORD(organisation_type);

static const struct field service_fields[] = {
#define FIELD(...) RECORD_ROW(struct service, __VA_ARGS__)
#include "directory/service.def"
};
const struct record_type service_type = RECORD_TYPE(service, "service", "Service", service_fields);
RECORD(service_type);

static const struct field location_fields[] = {
#define FIELD(...) RECORD_ROW(struct location, __VA_ARGS__)
#include "directory/location.def"
};
const struct record_type location_type =
    RECORD_TYPE(location, "location", "Place", location_fields);
RECORD(location_type);

static const struct field service_at_location_fields[] = {
#define FIELD(...) RECORD_ROW(struct service_at_location, __VA_ARGS__)
#include "directory/service_at_location.def"
};
const struct record_type service_at_location_type = RECORD_TYPE(
    service_at_location, "service_at_location", "Service at a place", service_at_location_fields);
RECORD(service_at_location_type);

static const struct field schedule_fields[] = {
#define FIELD(...) RECORD_ROW(struct schedule, __VA_ARGS__)
#include "directory/schedule.def"
};
const struct record_type schedule_type =
    RECORD_TYPE(schedule, "schedule", "Times", schedule_fields);
RECORD(schedule_type);

static const struct field directory_contact_fields[] = {
#define FIELD(...) RECORD_ROW(struct directory_contact, __VA_ARGS__)
#include "directory/contact.def"
};
const struct record_type directory_contact_type =
    RECORD_TYPE(directory_contact, "directory_contact", "Contact", directory_contact_fields);
RECORD(directory_contact_type);

static const struct field directory_phone_fields[] = {
#define FIELD(...) RECORD_ROW(struct directory_phone, __VA_ARGS__)
#include "directory/phone.def"
};
const struct record_type directory_phone_type =
    RECORD_TYPE(directory_phone, "directory_phone", "Telephone", directory_phone_fields);
RECORD(directory_phone_type);

static const struct field cost_option_fields[] = {
#define FIELD(...) RECORD_ROW(struct cost_option, __VA_ARGS__)
#include "directory/cost_option.def"
};
const struct record_type cost_option_type =
    RECORD_TYPE(cost_option, "cost_option", "Cost", cost_option_fields);
RECORD(cost_option_type);

static const struct field service_funding_fields[] = {
#define FIELD(...) RECORD_ROW(struct service_funding, __VA_ARGS__)
#include "directory/funding.def"
};
const struct record_type service_funding_type =
    RECORD_TYPE(service_funding, "service_funding", "Funding", service_funding_fields);
RECORD(service_funding_type);

static const struct field service_area_fields[] = {
#define FIELD(...) RECORD_ROW(struct service_area, __VA_ARGS__)
#include "directory/service_area.def"
};
const struct record_type service_area_type =
    RECORD_TYPE(service_area, "service_area", "Area served", service_area_fields);
RECORD(service_area_type);

static const struct field taxonomy_fields[] = {
#define FIELD(...) RECORD_ROW(struct taxonomy, __VA_ARGS__)
#include "directory/taxonomy.def"
};
const struct record_type taxonomy_type =
    RECORD_TYPE(taxonomy, "taxonomy", "Taxonomy", taxonomy_fields);
RECORD(taxonomy_type);

static const struct field taxonomy_term_fields[] = {
#define FIELD(...) RECORD_ROW(struct taxonomy_term, __VA_ARGS__)
#include "directory/taxonomy_term.def"
};
const struct record_type taxonomy_term_type =
    RECORD_TYPE(taxonomy_term, "taxonomy_term", "Taxonomy term", taxonomy_term_fields);
RECORD(taxonomy_term_type);

static const struct field term_link_fields[] = {
#define FIELD(...) RECORD_ROW(struct term_link, __VA_ARGS__)
#include "directory/term_link.def"
};
const struct record_type term_link_type =
    RECORD_TYPE(term_link, "term_link", "Term of a service", term_link_fields);
RECORD(term_link_type);

static const struct field fact_source_fields[] = {
#define FIELD(...) RECORD_ROW(struct fact_source, __VA_ARGS__)
#include "directory/fact_source.def"
};
const struct record_type fact_source_type =
    RECORD_TYPE(fact_source, "fact_source", "Source of a fact", fact_source_fields);
RECORD(fact_source_type);

static const struct field scheme_fields[] = {
#define FIELD(...) RECORD_ROW(struct scheme, __VA_ARGS__)
#include "directory/scheme.def"
};
const struct record_type scheme_type =
    RECORD_TYPE(scheme, "scheme", "Scheme in the library", scheme_fields);
RECORD(scheme_type);

static const struct field national_row_fields[] = {
#define FIELD(...) RECORD_ROW(struct national_row, __VA_ARGS__)
#include "directory/national_programme.def"
};
const struct record_type national_row_type =
    RECORD_TYPE(national_row, "national_programme", "National programme", national_row_fields);
RECORD(national_row_type);

static const struct field feed_fields[] = {
#define FIELD(...) RECORD_ROW(struct feed, __VA_ARGS__)
#include "directory/feed.def"
};
const struct record_type feed_type = RECORD_TYPE(feed, "feed", "Feed", feed_fields);
RECORD(feed_type);
