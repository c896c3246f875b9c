"""A real browser for the rigs: Debian's Chromium, one for a whole run, with everything it complains of noted."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from box import OUT

# Colours that call a person (ux 12), light and dark: stop, fault and their tints.
ALARM_COLOURS = {
    "#B8400A", "#A8001E", "#FDE3D3", "#FBDADF", "#FF9254", "#FF7A7A", "#3A2114", "#3B1A1D",
}  # fmt: skip

# Elements that show an alarm colour, each with the machine's card it stands in.
FIND_ALARMS = """
colours => {
  const rgb = new Set(colours.map(c => {
    const n = parseInt(c.slice(1), 16);
    return `rgb(${n >> 16}, ${(n >> 8) & 255}, ${n & 255})`;
  }));
  const shapes = new Set(['rect', 'path', 'circle', 'polygon', 'line', 'polyline', 'text']);
  const found = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (e.closest('defs') || !e.getClientRects().length) continue;
    const s = getComputedStyle(e);
    const hasText = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const seen = [];
    if (hasText) seen.push(s.color);
    if (shapes.has(e.tagName)) seen.push(s.fill, s.stroke);
    if (s.backgroundColor !== 'rgba(0, 0, 0, 0)') seen.push(s.backgroundColor);
    for (const side of ['Top', 'Right', 'Bottom', 'Left'])
      if (parseFloat(s[`border${side}Width`]) > 0) seen.push(s[`border${side}Color`]);
    if (!seen.some(c => rgb.has(c))) continue;
    const link = e.closest('li, article, section, tr, main')?.querySelector('a[href*="/m/"]');
    found.push({
      element: e.outerHTML.slice(0, 120),
      machine: link ? link.getAttribute('href').split('/m/')[1].split(/[/?#]/)[0] : '',
    });
  }
  return found;
}
"""


class Watch:
    """What a browser context complained of, and where it went."""

    def __init__(self, context, origin):
        self.foreign, self.errors = [], []
        self.expected_losses = False
        context.on("request", lambda r: self.note(r.url, origin))
        context.on("console", lambda m: m.type == "error" and self.complain(m.text))
        context.on("weberror", lambda e: self.complain(str(e.error)))

    def note(self, url, origin):
        if not url.startswith((origin, "data:", "about:", "blob:")):
            self.foreign.append(url)

    def complain(self, text):
        if not (self.expected_losses and "ERR_" in text):
            self.errors.append(text)

    def check(self):
        assert self.foreign == [], "a request left the origin"
        assert self.errors == [], "the browser complained (console, script or content policy)"


class Browser:
    """One Chromium for a whole run."""

    def __init__(self, executable):
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"])  # fmt: skip

    def close(self):
        self.chromium.close()
        self.playwright.stop()

    @contextmanager
    def page(self, address, name, *, width=1440, height=900, watch=True, **options):
        """A page whose relative addresses go to a box; a picture is kept when the test fails."""
        context = self.chromium.new_context(
            base_url=address, viewport={"width": width, "height": height}, **options)  # fmt: skip
        watcher = Watch(context, address)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.watch = watcher
        try:
            yield page
            if watch:
                watcher.check()
        except BaseException:
            OUT.mkdir(parents=True, exist_ok=True)
            try:
                page.screenshot(path=OUT / f"failed-{name}.png", full_page=True, timeout=5000)
                (OUT / f"failed-{name}.html").write_text(page.content())
            except Exception as error:  # the page is gone: the first error is the one to show
                print("no picture:", error)
            raise
        finally:
            context.close()


def sentences(page):
    """Visible sentences of the main part, as people read them."""
    texts = page.locator("main :is(p, h1, h2, h3, li, dd, td, .small)").all_inner_texts()
    found = []
    for text in texts:
        for line in text.splitlines():
            line = line.strip()
            if line.endswith(".") and len(line.split()) >= 3 and line not in found:
                found.append(line)
    return found
