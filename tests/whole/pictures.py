#!/usr/bin/env python3
"""Pictures in other sizes, held against what Pillow sees in them.

    comes in:  the program (VIAL), Pillow (python3-pil)
    goes out:  "N passed, N failed"

Pictures of all kinds are made, a site asks for them in other sizes, and what comes of it is opened: size, format,
colours, alpha at the edges, the light of a fine pattern, which way is up. Then: twice the same bytes, none made
twice, and an error with its place for what is broken, cut off, missing or too large.
"""
import io
import os
import shutil
import struct
import sys
import tempfile
import time
import zlib

try:
    from PIL import Image, ImageDraw
except ImportError:  # Debian's package is for Debian's Python
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3") and "PICTURES" not in os.environ:
        os.execve("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv, dict(os.environ, PICTURES="1"))
    print("Pillow is not there (python3-pil)")
    sys.exit(77)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sums  # noqa: E402
import vial  # noqa: E402




def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scene(width=240, height=120):
    """Red, green, blue and white quarters: which way is up shows."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(220, 20, 20))
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=(20, 180, 20))
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=(20, 20, 220))
    return image


def stripes(width=256, height=64):
    image = Image.new("RGB", (width, height))
    image.putdata([(255, 255, 255) if x % 2 else (0, 0, 0) for _ in range(height) for x in range(width)])
    return image


def ghost():
    """A red square in the middle; around it nothing is seen, of a loud green."""
    image = Image.new("RGBA", (128, 128), (0, 255, 0, 0))
    ImageDraw.Draw(image).rectangle((32, 32, 95, 95), fill=(255, 0, 0, 255))
    return image


def turned(orientation):
    """What a camera stores that was held so: upright it is scene()."""
    undo = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
            6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}[orientation]
    image = scene().transpose(undo) if undo is not None else scene()
    exif = Image.Exif()
    exif[0x112] = orientation
    return saved(image, "JPEG", quality=95, exif=exif.tobytes())


def bomb(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))


def near(a, b, by=14):
    return all(abs(x - y) <= by for x, y in zip(a, b))


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.write("vial.yaml", b"title: Pictures\n")
        self.write("templates/page.html", b"{{ page.content }}")
        self.write("templates/section.html", b"{{ page.content }}")
        self.write("templates/shortcodes/p.html", b"{% set p = resize_image(path, width=w|default(none), height=h|default(none), op=op|default('fit'), "
                   b"format=to|default('webp'), quality=q|default(none)) %}<p>{{ p.url }} {{ p.width }} {{ p.height }} {{ p.type }}")
        self.write("templates/shortcodes/set.html", b"<p>{{ srcset(path, widths) }}")

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def build(self, *options):
        return vial.run("build", "-s", self.folder, *options)

    def lines(self, name):
        text = self.read("public/%s/index.html" % name).decode()
        return [line.split("</p>")[0].split("<p>")[1].split() for line in text.split("\n") if "<p>/" in line]

    def shown(self, url):
        return Image.open(io.BytesIO(self.read("public" + url)))


def sizes_and_formats(site):
    site.write("content/a/index.md", b"""
{{ p(path="scene.jpg", w=120) }}

{{ p(path="scene.png", w=60, h=60) }}

{{ p(path="scene.png", w=50, h=50, op="fill", to="png") }}

{{ p(path="scene.png", w=50, h=100, op="scale", to="jpeg") }}

{{ p(path="scene.webp", h=30, to="png") }}

{{ p(path="scene.png", w=999, to="png") }}

{{ p(path="/img/scene.png", w=24, to="png") }}
""")
    for kind in ("jpg", "png", "webp"):
        site.write("content/a/scene." + kind, saved(scene(), {"jpg": "JPEG"}.get(kind, kind.upper()), quality=92))
    site.write("static/img/scene.png", saved(scene().quantize(8), "PNG"))
    status, _, said = site.build()
    sums.that("it builds", status == 0, said)
    if status:
        return
    lines = site.lines("a")
    wanted = [("120", "60", "WEBP"), ("60", "30", "WEBP"), ("50", "50", "PNG"), ("50", "100", "JPEG"), ("60", "30", "PNG"),
              ("240", "120", "PNG"), ("24", "12", "PNG")]
    sums.that("there is a line for each", len(lines) == len(wanted), lines)
    for (url, width, height, kind), (w, h, form) in zip(lines, wanted):
        image = site.shown(url)
        sums.that("%s is what its page says" % url, (width, height) == (w, h) and image.size == (int(w), int(h)) and image.format == form and
             kind == "image/" + form.lower(), (width, height, image.size, image.format))
    picture = site.shown(lines[2][0]).convert("RGB")  # filled: the middle, so all four quarters are there
    sums.that("what is filled shows the middle", near(picture.getpixel((5, 5)), (220, 20, 20)) and near(picture.getpixel((44, 44)), (255, 255, 255)) and
         near(picture.getpixel((44, 5)), (20, 180, 20)), [picture.getpixel(p) for p in ((5, 5), (44, 44), (44, 5))])
    sums.that("what is not made larger is itself", lines[5][0] == "/a/scene.png", lines[5])
    sums.that("it lies beside its picture", lines[0][0].startswith("/a/scene-120x60.") and lines[6][0].startswith("/static/img/scene-24x12."))


def light_and_alpha(site):
    site.write("content/b/index.md", b'\n{{ p(path="stripes.png", w=32, to="png") }}\n\n{{ p(path="ghost.png", w=32, to="png") }}\n\n'
               b'{{ p(path="ghost.png", w=32, to="webp", q=100) }}\n\n{{ p(path="ghost.png", w=32, to="jpeg") }}\n')
    site.write("content/b/stripes.png", saved(stripes(), "PNG"))
    site.write("content/b/ghost.png", saved(ghost(), "PNG"))
    status, _, said = site.build()
    sums.that("it builds with alpha", status == 0, said)
    lines = site.lines("b")
    grey = site.shown(lines[0][0]).convert("RGB").getpixel((16, 4))
    sums.that("black and white mix as light does", near(grey, (188, 188, 188), 8), grey)
    for url, *_ in lines[1:3]:
        image = site.shown(url).convert("RGBA")
        seen = [p for p in image.getdata() if p[3] > 24]
        sums.that("no colour of what is not seen shines through in " + url, seen and all(p[0] > 200 and p[1] < 60 for p in seen),
             [p for p in seen if p[1] >= 60][:4])
        sums.that("what is not seen stays unseen", image.getpixel((2, 2))[3] == 0 and image.getpixel((16, 16))[3] == 255)
    image = site.shown(lines[3][0])
    sums.that("behind a JPEG is white", near(image.getpixel((2, 2)), (255, 255, 255)) and near(image.getpixel((16, 16)), (255, 0, 0), 20), image.getpixel((2, 2)))


def upright(site):
    text = ""
    for orientation in range(1, 9):
        site.write("content/c/o%d.jpg" % orientation, turned(orientation))
        text += '\n{{ p(path="o%d.jpg", w=120, to="png") }}\n' % orientation
    site.write("content/c/cmyk.jpg", saved(scene().convert("CMYK"), "JPEG", quality=95))
    site.write("content/c/grey.jpg", saved(scene().convert("L"), "JPEG", quality=95))
    text += '\n{{ p(path="cmyk.jpg", w=120, to="png") }}\n\n{{ p(path="grey.jpg", w=120, to="png") }}\n'
    site.write("content/c/index.md", text.encode())
    status, _, said = site.build()
    sums.that("it builds with cameras' pictures", status == 0, said)
    corners = {(10, 10): (220, 20, 20), (110, 10): (20, 180, 20), (10, 50): (20, 20, 220), (110, 50): (255, 255, 255)}
    for i, (url, *_) in enumerate(site.lines("c")):
        image = site.shown(url).convert("RGB")
        got = {place: image.getpixel(place) for place in corners}
        if i < 8:
            sums.that("orientation %d is upright" % (i + 1), image.size == (120, 60) and all(near(got[p], corners[p]) for p in corners), (image.size, got))
    sums.that("inks become colours", near(site.shown(site.lines("c")[8][0]).convert("RGB").getpixel((10, 10)), scene().convert("CMYK").convert("RGB").getpixel((0, 0)), 24))


def sets(site):
    site.write("content/d/index.md", b'\n{{ set(path="scene.png", widths=[60, 120, 240, 480]) }}\n\n{{ set(path="/a/scene.jpg", widths=[900]) }}\n')
    site.write("content/d/scene.png", saved(scene(), "PNG"))
    status, _, said = site.build()
    sums.that("it builds with sets", status == 0, said)
    first, second = [" ".join(line) for line in site.lines("d")]
    sums.that("a set has what the picture has", [part.split()[1] for part in first.split(", ")] == ["60w", "120w", "240w"], first)
    sums.that("or the picture as it is", second == "/a/scene.jpg 240w", second)


def kept(site):
    status, _, said = site.build()
    before = vial.files_of(os.path.join(site.folder, "public"))
    cache = os.path.join(site.folder, ".vial", "assets")
    stamps = {name: os.stat(os.path.join(cache, name)).st_ino for name in os.listdir(cache)}
    shutil.rmtree(os.path.join(site.folder, "public"))
    status, _, said = site.build()
    sums.that("what was made is taken from where it was kept", status == 0 and stamps == {name: os.stat(os.path.join(cache, name)).st_ino for name in os.listdir(cache)}, said)
    sums.that("and is the same", vial.files_of(os.path.join(site.folder, "public")) == before)
    with tempfile.TemporaryDirectory() as other:
        twin = os.path.join(other, "site")
        shutil.copytree(site.folder, twin, ignore=shutil.ignore_patterns("public", ".vial"))
        status, _, said = vial.run("build", "-s", twin)
        sums.that("made anew it is the same, byte for byte", status == 0 and vial.files_of(os.path.join(twin, "public")) == before, said)
        wrong = vial.served_differs(twin, before)
        sums.that("served it is the same", not wrong, wrong)
    one = next(name for name in before if name.endswith(".webp") and "-" in name)
    os.remove(os.path.join(site.folder, "public", one))
    for name in os.listdir(cache):
        if name.endswith(".webp"):
            os.remove(os.path.join(cache, name))
    status, _, said = site.build()
    sums.that("one that is lost is made again though no page is", status == 0 and site.read("public/" + one) == before[one], said)
    site.write("content/a/scene.jpg", saved(scene().rotate(180), "JPEG"))
    status, _, said = site.build()
    after = vial.files_of(os.path.join(site.folder, "public"))
    sums.that("a picture that changes has another address, and the old one goes", status == 0 and len(after) == len(before) and set(after) != set(before), said)


def faults(site):
    good = saved(scene(900, 900), "JPEG")
    cases = [("cut.jpg", good[:len(good) // 2], r"content/e/cut.jpg: is a picture that is broken or cut off"),
             ("cut.png", saved(scene(), "PNG")[:200], r"content/e/cut.png: is a picture that is broken or cut off"),
             ("none.jpg", b"not a picture", r"content/e/none.jpg: is none of the pictures that can be resized"),
             ("bomb.png", bomb(60000, 60000), r"content/e/bomb.png: is 60000 x 60000 pixels, which is too large"),
             ("empty.png", b"", r"content/e/empty.png: is none of the pictures")]
    for name, data, wanted in cases:
        site.write("content/e/" + name, data)
        site.write("content/e/index.md", ('{{ p(path="%s", w=20) }}\n' % name).encode())
        begun = time.monotonic()
        status, _, said = site.build()
        sums.that("%s is an error with its place" % name, status == 1 and wanted in said and time.monotonic() - begun < 60, said)
        os.remove(os.path.join(site.folder, "content/e/" + name))
    for call, wanted in (('p(path="gone.png", w=20)', "there is no picture 'gone.png'"), ('p(path="/a/scene.jgp", w=20)', "did you mean 'a/scene.jpg'?"),
                         ('p(path="/a/scene.jpg", w=0)', "'width' is a number from 1 to 16384"), ('p(path="/a/scene.jpg", w=9, op="fill")', "'fill' needs a width and a height"),
                         ('p(path="/a/scene.jpg", w=9, to="gif")', "'format' is none of jpeg, png and webp")):
        site.write("content/e/index.md", ("{{ %s }}\n" % call).encode())
        status, _, said = site.build()
        sums.that("%s is an error" % call, status == 1 and wanted in said and "templates/shortcodes/p.html:1:" in said, said)


def without():
    """A vial that was compiled without says so, where it is asked for, and how it is had."""
    with tempfile.TemporaryDirectory(prefix="vial-pictures-") as folder:
        site = Site(folder)
        site.write("content/probe/scene.png", saved(scene(), "PNG"))
        site.write("content/probe/index.md", b'{{ p(path="scene.png", w=20) }}\n')
        status, _, said = site.build()
        sums.that("its absence is an error", status == 1 and "templates/shortcodes/p.html:1:" in said and "-Dimages=enabled" in said, said)
    print("this vial resizes no pictures")
    return 1 if sums.failed else 77


def main():
    if not vial.has("images"):
        return without()
    with tempfile.TemporaryDirectory(prefix="vial-pictures-") as folder:
        site = Site(folder)
        for check in (sizes_and_formats, light_and_alpha, upright, sets, kept, faults):
            try:
                check(site)
            except Exception as error:  # the others are still worth a look
                sums.that(check.__name__, False, repr(error))
    return sums.end()


if __name__ == "__main__":
    sys.exit(main())
