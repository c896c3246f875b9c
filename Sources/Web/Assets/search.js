// How far a search of the network is; what it found comes with the page itself.
let found = -1;
async function look() {
  const place = document.querySelector('[data-search]');
  if (!place) return;
  const response = await fetch(place.dataset.search, { cache: 'no-store' }).catch(() => null);
  const standing = response?.ok ? await response.json() : null;
  if (standing) {
    const bar = place.querySelector('progress');
    if (bar) bar.value = standing.part;
    place.querySelector('[role=status]').textContent = standing.words;
    if (standing.found !== found || !standing.is_running) {
      found = standing.found;
      const page = await fetch('/connect', { cache: 'no-store' }).catch(() => null);
      if (page?.ok) {
        const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
        const part = fresh.getElementById('look')?.parentElement;
        if (part && !document.activeElement?.matches('#c-range')) document.getElementById('look').parentElement.replaceWith(document.adoptNode(part));
        else if (!standing.is_running) { location.assign('/connect'); return; }
      }
    }
  }
  setTimeout(look, 1000);
}
look();
