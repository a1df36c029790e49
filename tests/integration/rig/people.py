"""The records that most tests send: people, good and bad under conftest's rules."""

import json


def person(age=30, email="ann@example.com", **more) -> bytes:
    return json.dumps({"person": {"age": age, "email": email}, **more}, separators=(",", ":")).encode()


GOOD = person()
BAD_AGE = person(age=-1)
BAD_EMAIL = person(email="nobody")
