"""HubSpot's webhooks journal: what the app has subscribed to is told in files, which are forgotten."""
import datetime, re, time, uuid
from stateful import Refused

VERSION = "2026-03"
PREFIX = f"/webhooks-journal/(subscriptions|journal-local)/{VERSION}"


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def refuse(status, category, message):
    return Refused(status, {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category})


class Journal:
    def __init__(self, types):
        self.types, self.tokens, self.subscriptions = types, set(), []
        self.waiting, self.files = [], []  # events that are not told yet; (offset, events, published)
        self.lag, self.size, self.last, self.silent = 0, 10000, 0, False

    def control(self, settings):
        self.lag, self.size = settings.get("journal_lag", self.lag), settings.get("journal_size", self.size)
        self.silent = settings.get("journal_silent", self.silent)  # it tells nothing, as if events were lost
        if settings.get("forget_journal"):
            self.waiting, self.files = [], []
        if settings.get("forget_subscriptions"):
            self.subscriptions = []
        if settings.get("forget_tokens"):
            self.tokens = set()

    # ---- what happens ----

    def wants(self, action, type, properties):
        return any(action in s["actions"] and s["objectTypeId"] == type
                   and (action != "UPDATE" or set(properties) & set(s.get("properties") or []))
                   for s in self.subscriptions)

    def tell(self, action, object, id, properties=(), **more):
        type = self.types[object]
        if not self.silent and self.wants(action, type, properties):
            changes = [{"propertyName": name} for name in properties]
            self.waiting.append((time.time() + self.lag, {
                "type": "crmObject", "portalId": 99, "occurredAt": now(), "action": action, "objectTypeId": type,
                "objectId": int(id), "propertyChanges": changes, **more}))

    def associated(self, action, contact, company):
        if not self.silent and self.wants(action, "0-1", ()):
            self.waiting.append((time.time() + self.lag, {
                "type": "association", "portalId": 99, "occurredAt": now(), "action": action, "objectTypeId": "0-1",
                "objectId": int(contact), "associatedObjectTypeId": "0-2", "associatedObjectId": int(company)}))

    def publish(self):
        due = [event for at, event in self.waiting if at <= time.time()]
        self.waiting = [(at, event) for at, event in self.waiting if at > time.time()]
        while due:
            self.files.append((str(uuid.uuid4()), due[:self.size], now()))
            due = due[self.size:]

    # ---- requests ----

    def serves(self, path):
        return path == "/oauth/2026-09/token" or path.startswith(("/webhooks-journal/", "/journal-files/"))

    def answer(self, request, address):
        if request.path == "/oauth/2026-09/token":
            return self.token(request.form)
        self.publish()
        if request.path.startswith("/journal-files/"):
            return self.file(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise refuse(401, "INVALID_AUTHENTICATION", "This API needs a client credentials token.")
        kind = re.match(PREFIX, request.path)
        if kind and kind[1] == "subscriptions":
            return self.subscription(request)
        if request.query.get("installPortalId") != "99":
            raise refuse(403, "MISSING_SCOPES", "The app is not installed in this account.")
        return self.entry(request, request.path[kind.end():], address)

    def token(self, form):
        if (form.get("grant_type"), form.get("client_id"), form.get("client_secret")) != ("client_credentials", "app-id", "app-secret"):
            raise refuse(400, "VALIDATION_ERROR", "missing or unknown client id")
        if "developer.webhooks_journal.read" not in form.get("scope", ""):
            raise refuse(400, "VALIDATION_ERROR", "missing scope")
        token = "app-" + uuid.uuid4().hex
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": 1800}

    def subscription(self, request):
        if request.method == "GET":
            return 200, {"results": self.subscriptions}
        body = request.json
        needed = {"OBJECT": {"properties", "objectIds"}, "ASSOCIATION": {"associatedObjectTypeIds", "objectIds"}}[body["subscriptionType"]]
        missing = (needed | {"actions", "objectTypeId", "portalId"}) - set(body)
        if missing:
            raise refuse(400, "VALIDATION_ERROR", f"missing: {sorted(missing)}")
        self.last += 1
        made = {**body, "id": self.last, "appId": 4711, "createdAt": now(), "updatedAt": now(), "actionOverrides": {}}
        same = [s for s in self.subscriptions if (s["subscriptionType"], s["objectTypeId"], s["portalId"])
                == (body["subscriptionType"], body["objectTypeId"], body["portalId"])]
        if same:  # it is replaced
            made.update(id=same[0]["id"], createdAt=same[0]["createdAt"])
            self.subscriptions.remove(same[0])
        self.subscriptions.append(made)
        return 200, made

    def entry(self, request, what, address):
        offsets = [file[0] for file in self.files]
        after = re.fullmatch("/offset/([^/]+)/next", what)
        if after and after[1] not in offsets:
            raise refuse(404, "OBJECT_NOT_FOUND", "There is no entry with this offset.")
        at = offsets.index(after[1]) + 1 if after else {"/earliest": 0, "/latest": len(offsets) - 1}[what]
        if not 0 <= at < len(offsets):
            return 204, None
        place = address.replace("127.0.0.1", "localhost")
        return 200, {"currentOffset": offsets[at], "url": f"{place}/journal-files/{offsets[at]}?signature=good", "expiresAt": now()}

    def file(self, request):
        if request.headers.get("Authorization"):
            raise Refused(400, "<Error>Only one auth mechanism allowed</Error>", {"Content-Type": "application/xml"})
        for offset, events, published in self.files:
            if request.path.endswith(offset) and request.query.get("signature") == "good":
                return 200, {"offset": offset, "journalEvents": events, "publishedAt": published}
        raise Refused(403, "<Error>AccessDenied</Error>", {"Content-Type": "application/xml"})
