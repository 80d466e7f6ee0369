"""Where people may type what names a thing: forms, query strings and cursors, valid but for one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BEAT = '{"seq": 1, "tab": "abcdef01", "pages": {"1": 9000}, "human": true}'
EVERYTHING = (
    "asset",
    "account",
    "collection",
    "wish",
    "word",
    "stem",
    "order",
    "line",
    "statement",
    "dispute",
    "hash",
)
MONEY = ("statement", "order", "line", "dispute", "batch")
TALK = {"kind": "call", "at": "2026-06-15T09:30", "note": "Spoke"}
BOOK = {"kind": "playbook", "title": "Mine"}


@dataclass(frozen=True, slots=True)
class Case:
    """`name` is the field that names a thing of one of the `kinds`; `own` is what the partner may type there.

    Parts in braces are the partner's own. `typed` is how a ref is written there; without a name it stands in
    the path, at `{}`.
    """

    path: str
    name: str
    kinds: tuple[str, ...]
    own: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    answer: int = 200
    typed: str = "{}"

    @property
    def is_call(self) -> bool:
        return self.path.startswith("/api/")


def post(
    path: str, name: str, kind: str, own: str = "", fields: Mapping[str, str] | None = None, typed: str = "{}"
) -> Case:
    return Case(path, name, EVERYTHING if kind == "" else (kind,), own, fields or {}, "POST", 303, typed)


def beacon(path: str, **fields: str) -> Case:
    """What a viewer sends of a view; of one that is its own nobody else has the token."""
    return Case(path, "token", ("token",), fields=fields, method="POST", answer=403)


FORMS = (
    post("/accounts/{account}/interactions", "shown", "asset", "{asset}", TALK),
    post("/accounts/{account}/interactions/{interaction}", "shown", "asset", "{asset}", TALK),
    post("/accounts", "name", "account", "Another one"),
    post("/library/{asset}/versions/1/shown", "account", "account", "{account}", {"pages": '{"1": 30}'}),
    post("/library/{asset}/save", "came_from", "account", "x", typed="/accounts/{}"),
    post("/library/searches", "query", "", "spots", {"name": "Kept"}, "q={}"),
    post("/library/searches", "query", "industry", "retail", {"name": "Kept"}, "industry={}"),
    post("/collections", "asset", "asset", "{asset}", BOOK),
    post("/collections", "audience", "organisation", "GOLD", BOOK, "partner:{}"),
    post("/collections/{collection}/edit", "audience", "organisation", "GOLD", BOOK, "partner:{}"),
    post("/collections/{collection}/items", "asset", "asset", "{asset}"),
    post("/collections/{collection}/items", "next", "account", "x", {"asset": "{asset}"}, "/accounts/{}"),
    post("/collections/{collection}/order", "order", "item", "{item}", typed="{},1"),
    post("/requests", "words", "wish", "Something else"),
    post("/disputes", "statement", "statement", "{statement}", {"text": "Why?"}),
    post("/disputes", "line_ref", "line", "{line}", {"statement": "{statement}", "text": "Where?"}),
    post("/people", "organisation", "organisation", "GOLD", {"email": "new@gold.example", "role": "partner"}),
    beacon("/usage/beats", beat=BEAT),
    beacon("/usage/steps", steps='[{"step": "one", "ms": 5}]'),
    beacon("/usage/views"),
)
QUERIES = (
    *(Case(path, "q", EVERYTHING, "words") for path in ("/library", "/palette", "/library/suggestions")),
    *(Case(path, "q", EVERYTHING, "words") for path in ("/accounts", "/orders", "/statements", "/requests")),
    Case("/library/complete", "q", EVERYTHING, "words"),
    Case("/library", "industry", ("industry",), "retail"),
    Case("/library/searches/new", "industry", ("industry",), "retail"),
    Case("/library/searches", "removed", ("search",), "{search}"),
    Case("/library/{asset}/shown/accounts", "q", ("account",), "quagmire"),
    Case("/library/{asset}/view", "version", ("version",), "1"),
    Case("/library/{asset}/view", "in", ("collection",), "{collection}"),
    Case("/library/for-everybody/view", "in", ("collection",), "{collection}"),
    Case("/library/{asset}/view", "for", ("account",), "{account}"),
    Case("/library/{asset}/compare", "after", ("version",), "1", {"before": "1"}),
    Case("/library/{asset}/compare", "before", ("version",), "1", {"after": "1"}),
    Case("/library/{asset}/versions/1/find", "q", EVERYTHING, "word"),
    Case("/accounts/{account}/interactions/new", "shown", ("asset",), "{asset}"),
    Case("/accounts/{account}/content", "content", ("asset", "word"), "case"),
    Case("/collections/new", "asset", ("asset",), "{asset}"),
    Case("/collections/add", "asset", ("asset",), "{asset}"),
    Case("/requests/new", "q", ("wish",), "words"),
    Case("/disputes/new", "statement", ("statement",), "{statement}"),
    Case("/disputes", "owner", ("organisation",), "me"),
    Case("/orders/{order}", "line", ("line",), "{line}"),
    Case("/statements/{statement}", "q", EVERYTHING, "{line}"),
    Case("/money/what-if", "line", ("line",), "L2", {"units": "5", "on": "2026-04-10"}),
    *(Case(path, "partner", ("organisation",), "GOLD") for path in ("/reports/usage", "/reports/usage.csv")),
    Case("/reports/usage/{asset}", "partner", ("organisation",), "GOLD"),
    Case("/reports/usage/{asset}", "version", ("version",), "1"),
    Case("/reports/usage/{asset}/pages.csv", "version", ("version",), "1"),
    Case("/library/{asset}/versions/1/open", "by", ("token",), answer=404),
)
CALLS = (
    Case("/api/v1/assets", "cursor", ("asset",), "{asset}"),
    Case("/api/v1/statements", "cursor", ("statement",), "{statement}"),
    Case("/api/v1/search", "q", EVERYTHING, "words"),
    Case("/api/v1/search", "industry", ("industry",), "retail"),
)
OF_A_VERSION = (
    "pages",
    "find",
    "download",
    "pages/1/image",
    "pages/1/small",
    "pages/1/text",
    "pages/1/words",
)
# addresses of one's own thing that name what hangs on another's
MIXED = (
    *(Case(f"/library/{{asset}}/versions/{{}}/{end}", "", ("version",), "1") for end in OF_A_VERSION),
    post("/library/{asset}/versions/{}/shown", "", "version", "1", {"account": "{account}"}),
    post("/library/{asset}/versions/{}/feedback", "", "version", "1", {"answer": "useful"}),
    post("/library/{asset}/versions/{}/feedback/withdraw", "", "version", "1"),
    Case("/disputes/{dispute}/files/{}", "", ("message",), "{message}"),
    Case("/accounts/{account}/interactions/{}", "", ("interaction",), "{interaction}"),
    post("/accounts/{account}/interactions/{}", "", "interaction", "{interaction}", TALK),
    post("/accounts/{account}/interactions/{}/undo", "", "interaction", "{interaction}"),
    *(
        post(f"/collections/{{collection}}/items/{{}}/{end}", "", "item", "{item}", {"note": "x"})
        for end in ("move", "note", "remove", "restore")
    ),
    post("/library/searches/{}/remove", "", "search", "{search}"),
    post("/library/searches/{}/put-back", "", "search", "{search}"),
    Case("/requests/{}", "", ("request",), "{request}"),
    post("/requests/{}/withdraw", "", "request", "{request}"),
    *(
        post(f"/people/{{}}/{end}", "", "person", "{colleague}")
        for end in ("invite-again", "disable", "enable")
    ),
    post("/people/{}/role", "", "person", "{colleague}", {"role": "partner_admin"}),
    post("/account/browsers/{}/end", "", "browser", "999"),
    post("/account/keys/{}/revoke", "", "key", "1"),
)
# what is asked before what is written, which lists would show
CASES = (*QUERIES, *CALLS, *FORMS, *MIXED)
# searches are the same for all of a partner's people
BUT_SEARCHES = tuple(case for case in CASES if case.kinds != EVERYTHING)
# the brand's people, who read nothing of finance's
OF_THE_BRAND = (
    *(Case(path, "q", MONEY, "a") for path in ("/palette", "/accounts", "/requests", "/content", "/library")),
    *(Case(path, "q", MONEY, "a") for path in ("/synonyms", "/reports/searches", "/content/titles")),
    Case("/synonyms", "find", MONEY, "a"),
    Case("/content", "owner", ("person",), "1"),
    Case("/accounts/{account}/content", "content", MONEY, "case"),
    Case("/library/{asset}/shown/accounts", "q", MONEY, "quagmire"),
    Case("/api/v1/search", "q", MONEY, "words"),
    post("/library/{asset}/versions/1/shown", "account", "order", "{account}", {"pages": '{"1": 30}'}),
    post("/accounts/{account}/interactions", "shown", "statement", "{asset}", TALK),
    post("/requests/{request}/decision", "asset", "order", "{asset}", {"state": "done"}),
    post("/collections", "asset", "statement", "{asset}", BOOK),
    # last: it takes the audience away
    post("/library/{asset}/edit", "owner", "person", "", {"title": "A study", "kind": "case_study"}),
)
