"""What EspoCRM takes as the value of a field, and what it makes of it."""
import re

from crm import Refused

NAME = {"firstName": "varchar", "lastName": "varchar"}
ADDRESS = {"Street": "text", "City": "varchar", "State": "varchar", "Country": "varchar", "PostalCode": "varchar"}
OPTIONS = {"type": ["", "Customer", "Investor", "Partner", "Reseller"],
           "industry": ["", "Banking", "Education", "Software"], "source": ["", "Call", "Email", "Web Site"],
           "status": ["New", "Assigned", "In Process", "Converted", "Recycled", "Dead"],
           "cTopics": ["news", "offers", "events"]}
CURRENCIES = ["EUR", "USD"]
LENGTHS = {"name": 249, "firstName": 100, "lastName": 100, "title": 100, "PostalCode": 40}
FLAGS = {"IsOptedOut": "optOut", "IsInvalid": "invalid"}  # of an e-mail address: as an attribute, and in its data
TEXTS = {"varchar", "text", "email", "phone", "url", "enum", "date", "datetime"}


def fields(own, address, required):
    found = {name: {"type": kind} for name, kind in own.items()}
    found.update({"createdAt": {"type": "datetime", "readOnly": True}, "modifiedAt": {"type": "datetime", "readOnly": True},
                  "name": {"type": "personName" if "lastName" in own else "varchar"}, "emailAddress": {"type": "email"},
                  **{"emailAddress" + flag: {"type": "bool", "notStorable": True} for flag in FLAGS},
                  "phoneNumber": {"type": "phone"}, "description": {"type": "text"}, address: {"type": "address"},
                  "assignedUser": {"type": "link", "required": False}, "teams": {"type": "linkMultiple"}})
    found[required]["required"] = True
    return found


FIELDS = {
    "Account": fields({"website": "url", "type": "enum", "industry": "enum"}, "billingAddress", "name"),
    "Contact": fields({**NAME, "title": "varchar", "doNotCall": "bool", "account": "link", "cBirthday": "date",
                       "cLastSeen": "datetime", "cTopics": "multiEnum", "cScore": "int", "cRate": "float",
                       "cSalary": "currency", "cSalaryCurrency": "enum"},
                      "address", "lastName"),
    "Lead": fields({**NAME, "title": "varchar", "status": "enum", "source": "enum", "website": "url",
                    "doNotCall": "bool", "accountName": "varchar", "convertedAt": "datetime", "createdContact": "link",
                    "createdAccount": "link"}, "address", "lastName"),
}


def attributes(object):
    found = {"id": "varchar", "deleted": "bool"}
    for name, definition in FIELDS[object].items():
        kind = definition["type"]
        if kind == "link":
            found.update({name + "Id": "varchar", name + "Name": "varchar"})
        elif kind == "address":
            found.update({name + part: kind for part, kind in ADDRESS.items()})
        elif kind == "currency":
            found[name] = "float"
        elif kind != "linkMultiple":
            found[name] = "varchar" if kind == "personName" else kind
    return found


ATTRIBUTES = {object: attributes(object) for object in FIELDS}


def invalid(object, name, kind):
    raise Refused(400, "", {
        "X-Status-Reason": f"Field validation failure; entityType: {object}, field: {name}, type: {kind}."})


def check(object, values):
    """Refuses the whole record for one value that it does not take."""
    for name, value in values.items():
        kind = ATTRIBUTES[object].get(name)
        if kind == "bool" and value is None:
            raise Refused(500)  # the column takes no null
        if value is None or value == "" or kind is None:
            continue
        if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
            invalid(object, name, "emailAddress")
        if kind == "datetime" and not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(value)):
            invalid(object, name, "valid")
        if kind in TEXTS and not isinstance(value, str) or kind == "bool" and not isinstance(value, bool):
            invalid(object, name, "valid")
        if kind == "int" and (isinstance(value, bool) or not isinstance(value, int)):
            invalid(object, name, "valid")
        if kind == "phone" and not re.fullmatch(r"\+[1-9]\d{6,14}", digits(value)):
            invalid(object, name, "valid")  # international numbers only
        if name in OPTIONS and not set(value if isinstance(value, list) else [value]) <= set(OPTIONS[name]):
            invalid(object, name, "valid")
        if name.endswith("Currency") and value not in CURRENCIES:
            invalid(object, name.removesuffix("Currency"), "validCurrency")  # the field's name is the amount's
        if kind == "varchar" and name in ("name", "firstName", "lastName", "title") and re.search("[<>=]", value):
            invalid(object, name, "pattern")
        length = next((LENGTHS[part] for part in LENGTHS if name.endswith(part)), 150)
        if kind == "varchar" and not name.endswith("Id") and len(value) > length:
            invalid(object, name, "maxLength")
    required = "name" if object == "Account" else "lastName"
    if required in values and not values[required]:
        invalid(object, required, "required")


def digits(number):
    """A phone number as it is stored."""
    return re.sub(r"[ ()/.-]", "", number)


def kept(object, record, values):
    """What is stored of the values that are sent for a record."""
    ignored = {"id", "createdAt", "modifiedAt", "deleted", "accountName" if object == "Contact" else "",
               *("emailAddress" + flag for flag in FLAGS)}
    stored = {}
    for name, value in values.items():
        kind = ATTRIBUTES[object].get(name)
        if kind is None or name in ignored:
            continue
        if isinstance(value, str):
            value = value.strip() or None
        if kind == "phone" and value:
            value = digits(value)
        if kind == "float" and value is not None:
            value = float(f"{value:.14g}")
        if kind == "email" and value and value.lower() == (record.get(name) or "").lower():
            continue  # another case is no other address
        stored[name] = value
    return stored
