/* The usual fields of a marketing system. */
#include "store/schema/store_layout.h"

#define FIELD(name, label, type, required, unique, limit)                                          \
    {                                                                                              \
        {name, sizeof(name) - 1}, {label, sizeof(label) - 1}, VALUE_TYPE_##type, FIELD_ORDINARY,   \
            required, unique, limit                                                                \
    }

static const struct field_schema contact_fields[] = {
    FIELD("title", "Title", LOOKUP, false, false, 191),
    FIELD("firstname", "First name", TEXT, false, false, 191),
    FIELD("lastname", "Last name", TEXT, false, false, 191),
    FIELD("email", "E-mail", EMAIL, false, true, 191),
    FIELD("company", "Company", TEXT, false, false, 191),
    FIELD("position", "Position", TEXT, false, false, 191),
    FIELD("phone", "Phone", PHONE, false, false, 191),
    FIELD("mobile", "Mobile", PHONE, false, false, 191),
    FIELD("fax", "Fax", PHONE, false, false, 191),
    FIELD("address1", "Address, line 1", TEXT, false, false, 191),
    FIELD("address2", "Address, line 2", TEXT, false, false, 191),
    FIELD("city", "City", TEXT, false, false, 191),
    FIELD("state", "State", REGION, false, false, 191),
    FIELD("zipcode", "Zip code", TEXT, false, false, 191),
    FIELD("country", "Country", TEXT, false, false, 191),
    FIELD("preferred_locale", "Preferred locale", TEXT, false, false, 191),
    FIELD("timezone", "Time zone", TEXT, false, false, 191),
    FIELD("birthday", "Birthday", DATE, false, false, 0),
    FIELD("last_active", "Last active", DATETIME, false, false, 0),
    FIELD("attribution", "Attribution", FLOAT, false, false, 0),
    FIELD("attribution_date", "Date of attribution", DATETIME, false, false, 0),
    FIELD("website", "Website", URL, false, false, 191),
    FIELD("facebook", "Facebook", TEXT, false, false, 191),
    FIELD("foursquare", "Foursquare", TEXT, false, false, 191),
    FIELD("instagram", "Instagram", TEXT, false, false, 191),
    FIELD("linkedin", "LinkedIn", TEXT, false, false, 191),
    FIELD("skype", "Skype", TEXT, false, false, 191),
    FIELD("twitter", "Twitter", TEXT, false, false, 191),
};

static const struct field_schema company_fields[] = {
    FIELD("companyname", "Name", TEXT, true, true, 191),
    FIELD("companyemail", "E-mail", EMAIL, false, false, 191),
    FIELD("companyaddress1", "Address, line 1", TEXT, false, false, 191),
    FIELD("companyaddress2", "Address, line 2", TEXT, false, false, 191),
    FIELD("companycity", "City", TEXT, false, false, 191),
    FIELD("companystate", "State", REGION, false, false, 191),
    FIELD("companyzipcode", "Zip code", TEXT, false, false, 191),
    FIELD("companycountry", "Country", TEXT, false, false, 191),
    FIELD("companyphone", "Phone", PHONE, false, false, 191),
    FIELD("companyfax", "Fax", PHONE, false, false, 191),
    FIELD("companywebsite", "Website", URL, false, false, 191),
    FIELD("companynumber_of_employees", "Number of employees", INT, false, false, 0),
    FIELD("companyannual_revenue", "Annual revenue", DOUBLE, false, false, 0),
    FIELD("companyindustry", "Industry", SELECT, false, false, 191),
    FIELD("companydescription", "Description", TEXTAREA, false, false, 0),
};

const struct default_object default_objects[2] = {
    {"contact", true, contact_fields, sizeof contact_fields / sizeof *contact_fields},
    {"company", false, company_fields, sizeof company_fields / sizeof *company_fields},
};
