// Keeps an open page true: hears what changed, fetches its own part again, changes what differs.
const page = document.body;
const address = page.dataset.live;
const main = document.getElementById('main');
const say = document.getElementById('say');
const call = document.getElementById('call');
const apart = 700; // ms between two fetches at least
const often = 15000; // ms after which durations and figures are read again
const tick = 1000;
let source = null;
let lastNews = performance.now();
let lastFetch = 0;
let waiting = null;
let fetching = false;
let hiddenSince = 0;
let lastSaid = -1e9;
let unsaid = [];
let poll = null;

function part(root) {
  return new Map([...root.querySelectorAll('[data-part]')].map((e) => [e.dataset.part, e]));
}

function busy(element) {
  // What a person is using is left alone until they have finished.
  const active = document.activeElement;
  if (active && element.contains(active) && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName)) return true;
  return false;
}

function keep(from, to) {
  // Open tables stay open.
  const open = [...from.querySelectorAll('details')].map((d) => d.open);
  [...to.querySelectorAll('details')].forEach((d, i) => { if (open[i]) d.open = true; });
  if (from.matches('details') && from.open) to.open = true;
}

function focusBack(old, fresh) {
  const active = document.activeElement;
  if (!active || !old.contains(active)) return null;
  const all = [...old.querySelectorAll('a,button,summary')];
  const index = all.indexOf(active);
  return () => { const list = [...fresh.querySelectorAll('a,button,summary')]; if (list[index]) list[index].focus({ preventScroll: true }); };
}

function change(text) {
  const fresh = new DOMParser().parseFromString('<main>' + text + '</main>', 'text/html').querySelector('main');
  const now = part(main);
  const next = part(fresh);
  const list = main.querySelector('[data-list]');
  const nextList = fresh.querySelector('[data-list]');
  const keys = (m) => [...m.keys()].filter((k) => !k.startsWith('card-')).sort().join();
  if (keys(now) !== keys(next) || !!list !== !!nextList) {
    // The page became another page, e.g. the first machine came: take all of it.
    if (!busy(main)) main.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const [key, element] of next) {
    const old = now.get(key);
    if (!old || old.outerHTML === element.outerHTML || busy(old)) continue;
    notice(old, element);
    keep(old, element);
    const again = focusBack(old, element);
    old.replaceWith(element);
    if (again) again();
  }
  if (list && nextList) {
    const order = [...next.keys()].filter((k) => k.startsWith('card-'));
    const cards = part(list);
    for (const [key, card] of cards) if (!next.has(key)) card.remove();
    order.forEach((key, i) => {
      const card = part(list).get(key) || next.get(key);
      if (list.children[i] !== card) list.insertBefore(card, list.children[i] || null);
    });
  }
  const bar = fresh.querySelector('#old');
  const here = document.getElementById('old');
  if (bar && here) { here.hidden = bar.hidden; here.textContent = bar.textContent; }
}

function notice(old, fresh) {
  const word = fresh.dataset.state;
  if (!word || old.dataset.state === word) return;
  const sentence = fresh.dataset.name + ': ' + word.toLowerCase() + '.';
  if (word === 'Fault') call.textContent = sentence;
  else unsaid.push(sentence);
}

function speak() {
  // One announcement in ten seconds at most.
  if (!unsaid.length || performance.now() - lastSaid < 10000) return;
  lastSaid = performance.now();
  say.textContent = unsaid.join(' ');
  unsaid = [];
}

async function fetchPart() {
  if (fetching) { want(); return; }
  fetching = true;
  lastFetch = performance.now();
  try {
    const glue = address.includes('?') ? '&' : '?';
    const answer = await fetch(address + glue + 'fragment=1', { headers: { accept: 'text/html' } });
    if (answer.redirected || answer.status === 401 || answer.status === 403) { location.reload(); return; }
    if (!answer.ok) return;
    change(await answer.text());
    news();
  } catch {
    // No answer: the bar says so by itself when it lasts.
  } finally {
    fetching = false;
  }
}

function want() {
  if (waiting) return;
  const left = Math.max(0, apart - (performance.now() - lastFetch));
  waiting = setTimeout(() => { waiting = null; fetchPart(); }, left);
}

function news() { lastNews = performance.now(); }

function heard() { news(); stopPolling(); }

function clock(ms) {
  return new Date(ms).toLocaleTimeString('en-GB');
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource('/api/v1/events?topics=' + encodeURIComponent(page.dataset.topics));
  const began = performance.now();
  source.addEventListener('open', () => { heard(); want(); });
  source.addEventListener('machine', () => { heard(); want(); });
  source.addEventListener('everything', () => { heard(); want(); });
  source.addEventListener('world', () => location.reload());
  source.addEventListener('tick', () => {
    heard();
    if (performance.now() - lastFetch > often) want();
  });
  source.addEventListener('error', () => {
    if (source && source.readyState === EventSource.CLOSED) { source = null; setTimeout(open, 3000); }
    if (performance.now() - began > 10000) startPolling();
  });
}

function close() {
  if (source) source.close();
  source = null;
}

function startPolling() {
  if (poll) return;
  poll = setInterval(() => { if (!document.hidden) fetchPart(); }, 5000);
}

function stopPolling() {
  clearInterval(poll);
  poll = null;
}

function age() {
  const seconds = (performance.now() - lastNews) / 1000;
  const dot = document.getElementById('fresh');
  const bar = document.getElementById('old');
  if (seconds > 10) {
    if (dot) dot.className = 'old';
    startPolling();
  }
  if (seconds > 60 && bar) {
    bar.hidden = false;
    const minutes = Math.floor(seconds / 60);
    const at = clock(Date.now() - seconds * 1000);
    bar.textContent = 'No news for ' + minutes + ' min. Trying again. Last seen ' + at + '.';
  }
}

function watch() {
  speak();
  age();
  if (document.hidden && hiddenSince && performance.now() - hiddenSince > 30000) close();
}

if (address) {
  document.addEventListener('visibilitychange', () => {
    hiddenSince = document.hidden ? performance.now() : 0;
    if (!document.hidden) { open(); want(); }
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', (e) => { if (e.persisted) { open(); want(); } });
  setInterval(watch, tick);
  open();
}
