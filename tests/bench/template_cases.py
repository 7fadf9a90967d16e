"""What `./dev bench template` renders: the data of the templates in templates/, and one filter at a time.

Everything is drawn from a seed, so that two runs measure the same.
"""
import random

WORDS = """the of a to in is that it was for on are as with his they at be this from have or by one had not but what
river stone winter letter window morning evening silver copper engine signal harbour meadow lantern compass""".split()
MARKS = ["<b>", "</b>", "&", "\"", "'", "a < b", "x > y", "Tom & Jerry's", "<a href=\"#\">"]
MONTHS = "January February March April May June July August September October November December".split()


def words(chance, count):
    return " ".join(chance.choice(WORDS) for _ in range(count))


def title(chance):
    return words(chance, 4).capitalize()


def site(chance):
    def entry(number):
        children = [{"url": "/%d/%d/" % (number, i), "title": title(chance)} for i in range(3)]
        return {"url": "/%d/" % number, "title": title(chance), "children": children if number % 5 == 0 else []}

    return {"title": "A site", "author": "Its author", "language": "en", "root": "/", "year": 2026, "months": MONTHS,
            "navigation": [entry(i) for i in range(50)]}


def post(chance, number):
    html = "<p>%s</p><p>%s <em>&amp;</em> %s</p>" % tuple(words(chance, 30) for _ in range(3))
    return {"slug": "post-%d" % number, "title": title(chance), "html": html, "draft": number % 20 == 0,
            "date": "2026-%02d-%02d" % (number % 12 + 1, number % 28 + 1), "day": number % 28 + 1,
            "month": number % 12, "year": 2026, "tags": chance.sample(WORDS, 3)}


def field(chance, number):
    kind = ["text", "select", "email", "password"][number % 4]
    return {"name": "field_%d" % number, "label": title(chance), "kind": kind, "value": words(chance, 2),
            "help": words(chance, 6) if number % 3 == 0 else "", "required": number % 2 == 0,
            "options": chance.sample(WORDS, 8)}


def product(chance, number):
    return {"name": "%s %d" % (chance.choice(WORDS), number), "maker": "maker %d" % chance.randrange(12),
            "price": chance.randrange(10, 1000), "stock": chance.randrange(3), "text": words(chance, 12),
            "tags": chance.sample(WORDS, 4)}


def marked(chance, count):
    return " ".join(chance.choice(WORDS if chance.random() < 0.8 else MARKS) for _ in range(count))


def cases():
    """(what, template, data): the six that the goals are about."""
    chance = random.Random(1)
    page = {"title": "A page", "url": "/7/", "date": "2026-11-21", "updated": "", "tags": WORDS[:4],
            "content": [words(chance, 60) for _ in range(8)]}
    yield "big table, 1000 x 10", "table.html", {
        "table": [[i * 10 + j if j % 2 else chance.choice(WORDS) for j in range(10)] for i in range(1000)]}
    yield "page, 50 in navigation", "page.html", {"site": site(chance), "page": page}
    yield "forms of macros", "forms.html", {"fields": [field(chance, i) for i in range(40)]}
    yield "escaped text", "escape.html", {
        "texts": [{"title": marked(chance, 5), "code": marked(chance, 80), "words": words(chance, 80),
                   "html": "<p>%s</p>" % words(chance, 20)} for _ in range(50)]}
    yield "filters and logic", "logic.html", {"products": [product(chance, i) for i in range(200)]}
    yield "index of 200 posts", "index.html", {
        "site": site(chance), "page": page, "posts": [post(chance, i) for i in range(200)]}


FILTERS = {
    "print (repr)": "{{ rows }}",
    "tojson": "{{ rows|tojson }}",
    "pprint": "{{ rows|pprint }}",
    "sum": "{{ rows|sum(attribute='n') }}",
    "sum of numbers": "{{ numbers|sum }}",
    "unique": "{{ names|unique|list|length }}",
    "sort": "{{ names|sort|length }}",
    "sort by attribute": "{{ rows|sort(attribute='name')|length }}",
    "map and join": "{{ rows|map(attribute='name')|join(',') }}",
    "map a filter": "{{ names|map('upper')|join(',') }}",
    "join": "{{ names|join(',') }}",
    "select": "{{ numbers|select('odd')|list|length }}",
    "selectattr": "{{ rows|selectattr('n', 'gt', 500)|list|length }}",
    "groupby": "{% for g in rows|groupby('kind') %}{{ g.grouper }} {{ g.list|length }} {% endfor %}",
    "dictsort": "{{ table|dictsort|length }}",
    "batch": "{% for b in numbers|batch(7) %}{{ b|length }}{% endfor %}",
    "min and max": "{{ numbers|min }} {{ rows|max(attribute='n') }}",
    "striptags": "{{ html|striptags }}",
    "escape": "{{ html|e }}",
    "urlize": "{{ text|urlize }}",
    "urlencode": "{{ html|urlencode }}",
    "wordwrap": "{{ text|wordwrap(60) }}",
    "wordcount": "{{ text|wordcount }}",
    "title": "{{ text|title }}",
    "upper": "{{ text|upper }}",
    "capitalize": "{{ text|capitalize }}",
    "replace": "{{ text|replace('the', 'THE') }}",
    "indent": "{{ lines|indent(4) }}",
    "truncate": "{{ text|truncate(5000) }}",
    "xmlattr": "{{ table|xmlattr }}",
    "format": "{% for n in numbers %}{{ '%05d %s'|format(n, n) }}{% endfor %}",
    "round": "{% for n in floats %}{{ n|round(2) }} {% endfor %}",
    "float": "{% for n in floats %}{{ n }} {% endfor %}",
    "filesizeformat": "{% for n in numbers %}{{ (n * 1000)|filesizeformat }} {% endfor %}",
    "str methods": "{% for n in names %}{{ n.split(' ')[0].strip().upper() }}{% endfor %}",
    "set in a loop": "{% set ns = namespace(n=0) %}{% for n in numbers %}{% set ns.n = ns.n + n %}{% endfor %}{{ ns.n }}",
    "concat": "{% for n in names %}{{ n ~ '-' ~ loop.index }}{% endfor %}",
}


def filter_data():
    chance = random.Random(2)
    names = ["%s %d" % (chance.choice(WORDS), chance.randrange(500)) for _ in range(1000)]
    rows = [{"name": names[i], "n": chance.randrange(1000), "kind": chance.choice(WORDS[:9]),
             "tags": chance.sample(WORDS, 2), "done": i % 2 == 0} for i in range(1000)]
    text = " ".join(words(chance, 20) + " https://example.org/%d" % i for i in range(100))
    return {"names": names, "rows": rows, "numbers": [chance.randrange(1000) for _ in range(1000)],
            "floats": [chance.random() * 1000 for _ in range(1000)], "text": text,
            "html": "".join("<p class='x'>%s &amp; %s</p>\n" % (words(chance, 8), words(chance, 8)) for _ in range(100)),
            "lines": "\n".join(words(chance, 10) for _ in range(200)),
            "table": {"key%d" % i: name for i, name in enumerate(names[:200])}}
