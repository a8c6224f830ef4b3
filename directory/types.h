/* types: the record types of the directory. One .def each; see record/record.h for what follows
 * from it. */
#ifndef WAYMARK_DIRECTORY_TYPES_H
#define WAYMARK_DIRECTORY_TYPES_H
#include "record/record.h"

struct organisation {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/organisation.def"
};
struct service {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/service.def"
};
struct location {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/location.def"
};
struct service_at_location {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/service_at_location.def"
};
struct schedule {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/schedule.def"
};
struct directory_contact {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/contact.def"
};
struct directory_phone {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/phone.def"
};
struct cost_option {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/cost_option.def"
};
struct service_funding {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/funding.def"
};
struct service_area {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/service_area.def"
};
struct taxonomy {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/taxonomy.def"
};
struct taxonomy_term {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/taxonomy_term.def"
};
struct term_link {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/term_link.def"
};
struct fact_source {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/fact_source.def"
};
struct scheme {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/scheme.def"
};
struct national_row {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/national_programme.def"
};
struct feed {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "directory/feed.def"
};

extern const struct record_type
    organisation_type,
    service_type,
    location_type,
    service_at_location_type,
    schedule_type,
    directory_contact_type,
    directory_phone_type,
    cost_option_type,
    service_funding_type,
    service_area_type,
    taxonomy_type,
    taxonomy_term_type,
    term_link_type,
    fact_source_type,
    scheme_type,
    national_row_type,
    feed_type;
#endif
