"""What SuiteCRM takes as the value of a field, and what it makes of it."""
import re, struct

from crm import Refused, now

COMMON = {
    "id": "id", "date_entered": "datetime", "date_modified": "datetime", "modified_user_id": "assigned_user_name",
    "created_by": "assigned_user_name", "deleted": "bool", "description": "text", "assigned_user_id": "relate",
    "email1": "varchar", "notes": "link",
}
PERSON = {
    "salutation": "enum", "first_name": "varchar", "last_name": "varchar", "title": "varchar", "do_not_call": "bool",
    "phone_work": "phone", "phone_mobile": "phone", "primary_address_street": "varchar",
    "primary_address_city": "varchar", "primary_address_postalcode": "varchar", "account_name": "relate",
    "account_id": "id", "birthdate": "date", "score_c": "int", "rate_c": "float", "last_seen_c": "datetimecombo",
    "topics_c": "multienum", "full_name": "fullname",
}
FIELDS = {
    "Accounts": {**COMMON, "name": "name", "website": "url", "phone_office": "phone", "industry": "enum",
                 "billing_address_street": "varchar", "billing_address_city": "varchar",
                 "billing_address_postalcode": "varchar", "employees": "varchar", "annual_revenue": "varchar"},
    "Contacts": {**COMMON, **PERSON},
    "Leads": {**COMMON, **PERSON, "status": "enum", "converted": "bool", "contact_id": "id", "lead_source": "enum"},
}
SINGULAR = {"Accounts": "Account", "Contacts": "Contact", "Leads": "Lead"}
LENGTHS = {"name": 150, "street": 150, "phone": 100, "postalcode": 20}  # else 100
PREFERENCES = {"dec_sep": ".", "num_grp_sep": ","}  # of the user whose token it is


def assign(module, record, attributes):
    """Stores what is sent; refuses unknown fields, and changes in silence what it does not like."""
    for name, value in attributes.items():
        if name not in FIELDS[module] or isinstance(value, (list, dict)):
            raise invalid(module, name)
    is_new = "date_modified" not in record
    for name, value in attributes.items():
        kind = FIELDS[module][name]
        if name == "email1" and not is_new:
            continue  # a known bug of the API: PATCH leaves the address as it is
        if value is None and kind != "bool":
            continue  # null is no value: the column stays as it is
        record[name] = stored(kind, name, value)
    if "date_modified" not in attributes:
        record["date_modified"] = now()  # whatever was changed, or nothing


def invalid(module, name):
    detail = f"Property {name} in {SINGULAR[module]} module is invalid"
    return Refused(400, {"errors": {"status": 400, "title": None, "detail": detail}})


def stored(kind, name, value):
    if kind == "bool":
        return "1" if value in (True, 1, "1", "on") else "0"
    text = "".join(letter if ord(letter) < 0x10000 else "????" for letter in str(value)).strip()
    text = re.sub(r"<[A-Za-z/!?][^>]*(>|$)", "", text)  # what looks like a tag, and is none of HTML
    if kind in ("datetime", "datetimecombo") and not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return ""  # what the database can't read
    if name == "email1" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return ""  # dropped without a word
    if kind == "url" and text and "://" not in text:
        return "http://" + text
    if kind == "float" and text:
        return number(text)
    if kind == "int" and text:
        return str(int(float(number(text))))
    if kind in ("varchar", "name", "phone", "url"):
        length = next((LENGTHS[part] for part in LENGTHS if name == part or name.endswith("_" + part)), 100)
        return text[:255 if kind == "url" else length]
    return text


def number(text):
    """Read in the format of the user, kept in single precision."""
    plain = text.replace(PREFERENCES["num_grp_sep"], "").replace(PREFERENCES["dec_sep"], ".")
    try:
        return f"{struct.unpack('f', struct.pack('f', float(plain)))[0]:.6g}"
    except ValueError:
        return "0"
