"""Random requests to the page: none may break it, and nothing may come back unescaped.

    python -m benchmarks.fuzz_page [REQUESTS] [SEED]

Every address of the application, and spiteful words in the parts of its query or the fields of its
form; a form's answer is followed to the page that shows it. A request fails with a status of 500 or
more, or where what was sent comes back as HTML.
"""

from __future__ import annotations

import collections
import os
import random
import sys
import tempfile
import time
from urllib.parse import quote

from starlette.routing import Route
from starlette.testclient import TestClient

from chainrule.web import Studio, create_app
from chainrule.web.security import COOKIE

TOKEN = "t" * 43
STREAM = "/train/events"
"""The one address whose answer does not end."""
NOWHERE = ("/static/", "/nowhere", "/static/../why", "/build/../why")
FORMS = 0.15
"""The share of requests that are forms; the others only look."""
QUERY = (
    "example", "step", "why", "guess", "of", "input", "label", "terms", "page", "token", "layer",
    "neuron", "bias", "count", "first", "w1", "at", "rate", "steps", "weight", "second", "seed",
    "fine", "data", "layers", "hidden", "points", "epochs", "cell", "noise", "labels", "fit",
    "topic", "concept", "answer", "hints", "tries", "sheet", "wrt", "lines", "line", "name",
    "review", "daily", "idea", "text", "draft", "meanwhile", "show", "unrecorded", "numbers", "row",
    "weights", "challenge", "do", "value", "lane", "side", "until", "cost", "optimizer",
)  # fmt: skip
WORDS = (
    "<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "../../etc/passwd", "\x00",
    "%00", "-1", "1e9", "9" * 400, "NaN", "{{7*7}}", "${7*7}", "W1[0,0]", "a1[" + "9" * 30 + "]",
    "目", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 5000, "C;rm -rf /",
    "0", "1", "2", "softmax", "W2", "a2 - y", "power", "x**2", "b2[0]", "javascript:alert(1)",
    "//evil.example", "\r\nSet-Cookie: a=b", "4,3", "relu", "slope", "150,20;0-3,7",
)  # fmt: skip


def faults(client: TestClient, requests: int, seed: int) -> tuple[list[str], dict[int, int]]:
    """What went wrong, and how many answers had each status."""
    rng, wrong, statuses = random.Random(seed), list[str](), collections.Counter[int]()
    routes = [route for route in client.app.routes if isinstance(route, Route)]  # pyright: ignore
    looks = [*NOWHERE, *(r.path for r in routes if "GET" in (r.methods or ()) and r.path != STREAM)]
    forms = [route.path for route in routes if "POST" in (route.methods or ())]
    for _ in range(requests):
        chosen = {name: rng.choice(WORDS) for name in rng.sample(QUERY, rng.randint(0, 4))}
        if rng.random() < FORMS:
            path, query = rng.choice(forms), ""
            fields = {**chosen, "token": TOKEN}
            answer = client.post(path, data=fields, follow_redirects=True)
        else:
            path = rng.choice(looks)
            query = "&".join(f"{name}={quote(word)}" for name, word in chosen.items())
            answer = client.get(f"{path}?{query}", follow_redirects=False)
        statuses[answer.status_code] += 1
        text = answer.text
        if (
            answer.status_code >= 500
            or "<script>alert" in text
            or "<img src=x" in text
            or 'href="javascript:' in text
            or 'href="//' in text
            or "a=b" in answer.headers.get("set-cookie", "")
        ):
            wrong.append(f"{answer.status_code} {path} {chosen}"[:300])
    return wrong, dict(statuses)


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    os.environ["CHAINRULE_HOME"] = tempfile.mkdtemp()
    os.chdir(tempfile.mkdtemp())
    studio = Studio.of_digits()
    app = create_app(studio, TOKEN)
    client = TestClient(app, base_url="http://127.0.0.1", cookies={COOKIE: TOKEN},
                        raise_server_exceptions=False)  # fmt: skip
    began = time.perf_counter()
    wrong, statuses = faults(client, requests, seed)
    studio.close()
    print(f"{requests} requests in {time.perf_counter() - began:.0f} s: {statuses}")
    print("\n".join(wrong) or "none went wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
