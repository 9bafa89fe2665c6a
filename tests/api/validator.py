"""Asks a service and validates each answer against docs/api.yaml. Used by tests/api/walk and tests/api/fuzz."""

import json
import pathlib
import re
import urllib.error
import urllib.parse
import urllib.request

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESCRIPTION = yaml.safe_load((ROOT / "docs/api.yaml").read_text())


def inline(node):
    """The description with every reference in place of what it refers to (none is circular)."""
    if isinstance(node, dict):
        if "$ref" in node:
            target = DESCRIPTION
            for part in node["$ref"].split("/")[1:]:
                target = target[part]
            return inline({**target, **{k: v for k, v in node.items() if k != "$ref"}})
        return {key: inline(value) for key, value in node.items()}
    return [inline(value) for value in node] if isinstance(node, list) else node


PATHS = inline(DESCRIPTION["paths"])
PROBLEM = inline(DESCRIPTION["components"]["schemas"]["Problem"])


def route_of(path):
    """The described path that fits best: one without parameters comes first."""
    fitting = []
    for pattern in PATHS:
        expression = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern))
        if re.fullmatch(expression, path):
            fitting.append((pattern.count("{"), pattern))
    return min(fitting)[1] if fitting else None


class Service:
    def __init__(self, address, token):
        self.address, self.token = address, token

    def raw(self, method, path, body=None, headers=None):
        """Status, headers and text of an answer."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            given["Content-Type"] = "application/json"
        request = urllib.request.Request(self.address + "/api/v1" + path, data, {**given, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read().decode()

    def ask(self, method, path, body=None, headers=None):
        """Status and JSON of an answer, which is as docs/api.yaml says; raises if it is not."""
        status, answered, text = self.raw(method, path, body, headers)
        route = route_of(urllib.parse.urlsplit(path).path)
        operation = PATHS.get(route, {}).get(method.lower()) if route else None
        is_json = answered.get_content_type() in ("application/json", "application/problem+json")
        parsed = json.loads(text) if text and is_json else text or None
        if status >= 400:
            assert answered["Content-Type"] == "application/problem+json", f"{method} {path}: {status} {text}"
            jsonschema.validate(parsed, PROBLEM)
            return status, parsed
        assert operation, f"{method} {path} is not described, but answered {status}"
        described = operation["responses"].get(str(status))
        assert described, f"{method} {path}: {status} is not described"
        content = described.get("content", {})
        if "application/json" in content:
            content = content["application/json"]
            jsonschema.validate(parsed, content["schema"], format_checker=jsonschema.FormatChecker())
        elif content:
            assert answered.get_content_type() in content, f"{method} {path}: {answered['Content-Type']} is not described"
        else:
            assert not text, f"{method} {path}: {status} should have no body"
        return status, parsed
