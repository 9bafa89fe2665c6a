"""What Mautic takes as the value of a field, and what it makes of it."""
import datetime, html, re

from crm import Refused

FIELDS = {
    "contact": [("title", "lookup"), ("firstname", "text"), ("lastname", "text"), ("company", "text"), ("position", "text"),
                ("email", "email"), ("mobile", "tel"), ("phone", "tel"), ("points", "number"), ("fax", "tel"),
                ("address1", "text"), ("address2", "text"), ("city", "text"), ("state", "region"), ("zipcode", "text"),
                ("country", "country"), ("preferred_locale", "locale"), ("timezone", "timezone"),
                ("last_active", "datetime"), ("attribution_date", "datetime"), ("attribution", "number"),
                ("website", "url"), ("facebook", "text"), ("anniversary", "date"), ("newsletter", "boolean"),
                ("topics", "multiselect"), ("last_seen", "datetime"), ("shoe_size", "number"), ("plan", "select")]
               + [(f"custom_{index}", "text") for index in range(90)],
    "company": [("companyname", "text"), ("companyemail", "email"), ("companyphone", "tel"), ("companycity", "text"),
                ("companywebsite", "url"), ("companyaddress1", "text"), ("companyzipcode", "text"),
                ("companynumber_of_employees", "number"), ("companydescription", "text"), ("companyindustry", "select")],
}
KINDS = {object: dict(fields) for object, fields in FIELDS.items()}
LISTS = {"country": ["Germany", "France", "United States"], "plan": ["basic", "gold"],
         "companyindustry": ["Banking", "Software"], "topics": ["news", "offers", "events"]}
DATES = ("date", "datetime", "time")
OWN_ZONE = datetime.timezone(datetime.timedelta(hours=2))


def utc(value):
    """An instant as it is stored, to the minute; one that does not say its zone is taken for a time of Mautic's
    own place."""
    try:
        at = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=OWN_ZONE)).astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:00")


def cleaned(text):
    """A text without tags (whatever follows a "<" counts as one) and entities."""
    return html.unescape(re.sub(r"<[^>]*>?", "", text)).strip()


def stored(name, kind, value):
    """What is kept of a value that is not empty; raises ValueError with what is wrong."""
    if kind == "multiselect":
        chosen = value if isinstance(value, list) else str(value).split("|")
        if not set(chosen) <= set(LISTS[name]):
            raise ValueError("The selected choice is invalid.")
        return "|".join(chosen)
    if isinstance(value, (dict, list)):
        raise ValueError("This value is not valid.")
    if kind == "boolean":
        return "1" if value in (True, 1, "1", "yes") else "0"
    if kind == "number":
        try:
            return f"{float(value):.14g}"
        except ValueError:
            raise ValueError("This value is not valid.") from None
    if kind == "date":
        return str(value)[:10]
    if kind == "datetime":
        if utc(value) is None:
            raise ValueError("This value is not valid.")
        return utc(value)
    text = cleaned(str(value))
    if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError("This value is not a valid email address.")
    if name in LISTS and text not in LISTS[name]:
        raise ValueError("The selected choice is invalid.")
    if len(text) > (64 if name.startswith("custom_") else 191):
        raise ValueError(f"This value is too long. It should have {64 if name.startswith('custom_') else 191} characters or less.")
    return "http://" + text if kind == "url" and text and "://" not in text else text


def checked(object, values):
    """The values as they are stored; refuses the whole object for one bad value."""
    details, kept = {}, {}
    for name, value in values.items():
        kind = KINDS[object].get(name)
        if kind is None or kind in DATES and value == "":
            continue  # extra fields, and empty texts for dates, are ignored
        try:
            kept[name] = None if value in (None, "", []) else stored(name, kind, value)
        except ValueError as error:
            details[name] = [f"{name}: {error}"]
    if details:
        raise refused(400, "; ".join(message[0] for message in details.values()), details)
    return kept


class Item(Refused):
    """A refusal of one object, which a batch tells among the others."""
    def __init__(self, status, error):
        super().__init__(status, {"errors": [error]})
        self.status, self.error = status, error


def refused(status, message, details=None):
    return Item(status, {"code": status, "message": message, "details": details or [], "type": None})
