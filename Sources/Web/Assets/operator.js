// The tablet at a machine: a tap is kept here first, then sent, and shown with a tick once the box has it.
const body = document.body;
const machine = body.dataset.machine;
const address = body.dataset.address;
const list = document.getElementById('said');
const net = document.getElementById('net');
const say = document.getElementById('say');
const pad = document.getElementById('pad');
const undo = 10000; // ms in which a tap can be taken back
const retry = 4000; // ms between two looks at the box
let clock = { box: Number(body.dataset.now), at: performance.now() };
let lostSince = null;
let chosen = null;
let sending = false;
const pageID = Math.random();

// The box's time, whatever the clock of the tablet says.
const now = () => clock.box + (performance.now() - clock.at);

function hear(response) {
  const told = Date.parse(response.headers.get('date') || '');
  if (Number.isFinite(told) && Math.abs(told - now()) > 2000) clock = { box: told, at: performance.now() };
}

// A UUID of version 7; randomUUID is missing without HTTPS.
function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Math.floor(now());
  for (let i = 5; i >= 0; i--) { bytes[i] = time % 256; time = Math.floor(time / 256); }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const time = (ms) => new Date(ms).toISOString();

// The store of the browser: what is in it survives a closed page and an empty battery.
const store = new Promise((good, bad) => {
  const ask = indexedDB.open('millwright', 1);
  ask.onupgradeneeded = () => ask.result.createObjectStore('queue', { keyPath: 'id' });
  ask.onsuccess = () => good(ask.result);
  ask.onerror = () => bad(ask.error);
});

async function tx(mode, work) {
  const db = await store;
  return new Promise((good, bad) => {
    const t = db.transaction('queue', mode);
    const ask = work(t.objectStore('queue'));
    t.oncomplete = () => good(ask.result);
    t.onerror = t.onabort = () => bad(t.error);
  });
}
const keep = (entry) => tx('readwrite', (s) => s.put(entry));
const drop = (id) => tx('readwrite', (s) => s.delete(id));
const all = async () => (await tx('readonly', (s) => s.getAll())).sort((a, b) => a.made - b.made);

function line(entry) {
  let item = document.getElementById('e-' + entry.id);
  if (!item) {
    item = document.createElement('li');
    item.id = 'e-' + entry.id;
    list.prepend(item);
    while (list.children.length > 6) list.lastChild.remove();
  }
  item.className = entry.state;
  const words = { kept: 'saved on this tablet', sent: 'the box has it', refused: entry.why || 'not taken' };
  const tick = document.createElement('span');
  tick.className = 'tick';
  tick.textContent = entry.state === 'sent' ? '✔' : entry.state === 'refused' ? '✖' : '✓';
  const text = document.createElement('span');
  text.textContent = entry.words + ', ' + words[entry.state];
  item.replaceChildren(tick, text);
  if (entry.state === 'kept' && entry.page === pageID && performance.now() < entry.until) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn quiet';
    button.textContent = 'Undo';
    button.onclick = async () => { await drop(entry.id); item.remove(); chosen = null; look(); };
    item.append(button);
  }
  return item;
}

async function tell(kind, facts, words) {
  const entry = { id: newID(), kind, facts, words, machine, made: now(), page: pageID, state: 'kept', until: performance.now() + undo };
  try {
    await keep(entry);
  } catch {
    say.textContent = 'This tablet cannot keep entries. Ask for help.';
    return;
  }
  line(entry);
  say.textContent = words;
  if (navigator.vibrate) navigator.vibrate(30);
  setTimeout(send, undo + 50);
}

// A finer reason for the same stop takes the place of what was not sent yet.
async function refine(facts, words) {
  for (const old of await all()) {
    if (old.kind === 'stop.reason' && old.facts.at === facts.at && old.machine === machine) {
      await drop(old.id);
      document.getElementById('e-' + old.id)?.remove();
    }
  }
  await tell('stop.reason', facts, words);
}

// Sends what is kept, oldest first; an entry goes from here only once the box has it.
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (const entry of await all()) {
      // It can still be taken back; after a reload that time is over.
      if (entry.page === pageID && performance.now() < entry.until) {
        setTimeout(send, entry.until - performance.now() + 50);
        continue;
      }
      const response = await fetch('/api/v1/journal', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: entry.id, kind: entry.kind, facts: entry.facts }),
        signal: AbortSignal.timeout(10000),
      });
      hear(response);
      found();
      if (response.ok) {
        await drop(entry.id);
        line({ ...entry, state: 'sent' });
      } else if ([401, 403, 408, 429].includes(response.status) || response.status >= 500) {
        break; // Kept: the pass may come back, the box may be busy.
      } else {
        const problem = await response.json().catch(() => ({}));
        await drop(entry.id);
        line({ ...entry, state: 'refused', why: problem.detail });
      }
    }
  } catch {
    lost();
  } finally {
    sending = false;
  }
  bar();
}

const lost = () => { lostSince ??= now(); bar(); };
const found = () => { lostSince = null; bar(); };

async function bar() {
  body.classList.toggle('lost', lostSince !== null);
  net.hidden = lostSince === null;
  if (lostSince === null) return;
  const count = (await all()).length;
  const at = new Date(lostSince).toTimeString().slice(0, 5);
  const entries = count === 1 ? '1 entry is' : count + ' entries are';
  net.textContent = 'No Wi-Fi since ' + at + '. Keep going.' + (count ? ' ' + entries + ' saved on this tablet and will be sent by ' + (count === 1 ? 'itself.' : 'themselves.') : '');
}

// Asks the box how the machine does, and changes what differs.
async function look() {
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(8000) });
    hear(response);
    if (!response.ok || response.redirected) { found(); return; }
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    found();
    for (const part of fresh.querySelectorAll('[data-part]')) {
      const old = document.querySelector('[data-part="' + part.dataset.part + '"]');
      // What somebody is choosing stays under their finger.
      if (!old || old.outerHTML === part.outerHTML || (chosen && part.dataset.part !== 'head')) continue;
      old.replaceWith(part);
    }
    const button = document.getElementById('seen');
    button.disabled = fresh.getElementById('seen').disabled;
  } catch {
    lost();
  }
}

document.addEventListener('click', async (event) => {
  const tile = event.target.closest('.rz');
  if (tile) {
    const stop = Number(tile.closest('[data-stop]').dataset.stop);
    chosen = { reason: tile.dataset.reason, at: time(stop), name: tile.querySelector('b').textContent };
    for (const other of document.querySelectorAll('.rz')) {
      other.classList.toggle('sel', other === tile);
      other.setAttribute('aria-pressed', String(other === tile));
    }
    for (const group of document.querySelectorAll('.sg')) group.hidden = group.dataset.of !== chosen.reason;
    document.getElementById('q2').textContent = chosen.name + ': what exactly?';
    document.getElementById('hint').textContent = 'Saved. You can undo for 10 seconds.';
    await refine({ machine, at: chosen.at, reason: chosen.reason, detail: '' }, chosen.name);
    setTimeout(() => { chosen = null; }, undo * 3);
    return;
  }
  const detail = event.target.closest('.sz');
  if (detail && chosen) {
    for (const other of document.querySelectorAll('.sz')) other.classList.toggle('sel', other === detail);
    const words = detail.dataset.detail ? chosen.name + ': ' + detail.dataset.detail : chosen.name;
    await refine({ machine, at: chosen.at, reason: chosen.reason, detail: detail.dataset.detail }, words);
    return;
  }
  const count = event.target.closest('[data-count]');
  if (count) {
    pad.dataset.kind = count.dataset.count;
    document.getElementById('pad-name').textContent = count.dataset.count === 'good' ? 'How many good parts?' : 'How many scrap parts?';
    document.getElementById('pad-value').textContent = '0';
    pad.showModal();
    return;
  }
  const key = event.target.closest('#pad button');
  if (key) { press(key.dataset.key || key.textContent); return; }
  if (event.target.closest('#seen')) await tell('problem.seen', { machine, at: time(now()) }, 'I am on it');
});

function press(key) {
  const shown = document.getElementById('pad-value');
  if (key === 'no') { pad.close(); return; }
  if (key === 'back') { shown.textContent = shown.textContent.slice(0, -1) || '0'; return; }
  if (key !== 'ok') {
    if (shown.textContent.length < 6) shown.textContent = String(Number(shown.textContent + key));
    return;
  }
  const number = Number(shown.textContent);
  pad.close();
  if (!number) return;
  const at = time(now());
  const isGood = pad.dataset.kind === 'good';
  tell('count.booked', {
    machine, from: at, to: at, good: isGood ? number : 0, scrap: isGood ? 0 : number, rework: 0, cause: '',
  }, number + (isGood ? ' good parts' : ' scrap'));
}

for (const entry of await all()) line(entry);
send();
setInterval(() => { look(); send(); }, retry);
addEventListener('online', () => { look(); send(); });
