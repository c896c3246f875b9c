// The tablet at a machine: a tap is kept here first, then sent, and shown with a tick once the box has it.
import { speaker } from './messages.js';

const body = document.body;
const machine = body.dataset.machine;
const address = body.dataset.address;
const speak = speaker(JSON.parse(body.dataset.words));
const t = speak.text;
const list = document.getElementById('said');
const net = document.getElementById('net');
const say = document.getElementById('say');
const undo = 10000; // ms in which a tap can be taken back
const retry = 4000; // ms between two looks at the box
const burst = 60; // ms between two keys of a scanner at most
const most = 6; // entries shown
let lostSince = null;
let chosen = null; // the reason that a finer one may follow
let picked = null; // the stop that is spoken of, when it is not the one under way
let sending = false;
let counted = 0; // scrap that waits for its cause
let split = null;
let joint = null; // the two stops that may be one
let noted = 0; // the stop a note is written for
let confirmed = ''; // the stop that has ended and was said to be right
let trouble = ''; // what the bar says when the box is heard and takes nothing
let forgetting = 0; // the timer after which a choice is forgotten
let turn = Promise.resolve(); // changes of kept reasons, one after the other
const choice = 30000; // ms in which a finer reason, or a reason for a picked stop, may follow
const double = 400; // ms between the taps of a double tap at most
let lastTap = { at: -double, x: 0, y: 0 };
const pageID = Math.random();
const at = (id) => document.getElementById(id);
const name = body.dataset.name;

// The box's time, whatever the clock of the tablet says. Where the box was heard before, the difference
// of the two clocks counts, as it was then; the page itself may be a kept one, and old. That is a guess
// until the box is heard: the times of entries made before are put right when they are sent.
const known = JSON.parse(localStorage.getItem('clock') || 'null');
const told = Number(body.dataset.now);
const begun = performance.getEntriesByType('navigation')[0]?.responseStart || performance.now();
let isHeard = !known;
let clock = known ? { box: Date.now() + known.ahead, at: performance.now() } : { box: told, at: begun };
const boxTime = (at) => clock.box + (at - clock.at);
const now = () => boxTime(performance.now());

// The box said a time, to the given exactness, between two moments of this page.
function hear(box, exactness, asked, answered) {
  if (!Number.isFinite(box)) return;
  const early = box - boxTime(asked) + exactness; // below 0: this page's clock is fast
  const late = box - boxTime(answered); // above 0: it is slow
  const by = early < 0 ? early : late > 0 ? late : 0;
  clock = { box: clock.box + by, at: clock.at };
  isHeard = true;
  const ahead = now() - Date.now();
  const old = JSON.parse(localStorage.getItem('clock') || 'null');
  if (!old || Math.abs(old.ahead - ahead) > 100) localStorage.setItem('clock', JSON.stringify({ ahead }));
}
if (!known) hear(told, 0, -Infinity, begun);

// An entry whose times came from a guess, with the time that the box had then.
function righted(entry) {
  if (!entry.isGuess) return entry.facts;
  const by = (entry.page === pageID ? boxTime(entry.mono) : entry.wall + now() - Date.now()) - entry.made;
  const facts = { ...entry.facts };
  for (const field of ['at', 'from', 'to']) if (facts[field]) facts[field] = time(Date.parse(facts[field]) + by);
  return facts;
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
const minute = (ms) => new Date(ms).toTimeString().slice(0, 5);

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
    const part = db.transaction('queue', mode, { durability: 'strict' });
    const ask = work(part.objectStore('queue'));
    part.oncomplete = () => good(ask.result);
    part.onerror = part.onabort = () => bad(part.error);
  });
}
const keep = (entry) => tx('readwrite', (s) => s.put(entry));
const drop = (id) => tx('readwrite', (s) => s.delete(id));
const all = async () => (await tx('readonly', (s) => s.getAll())).sort((a, b) => a.made - b.made);

function line(entry) {
  let item = at('e-' + entry.id);
  if (!item) {
    item = document.createElement('li');
    item.id = 'e-' + entry.id;
    list.prepend(item);
    while (list.children.length > most) list.lastChild.remove();
  }
  item.className = entry.state;
  const tick = document.createElement('span');
  tick.className = 'tick';
  tick.textContent = entry.state === 'sent' ? '✔' : entry.state === 'refused' ? '✖' : '✓';
  const text = document.createElement('span');
  const key = entry.state === 'refused' && entry.why ? 'refusedWhy' : entry.state;
  text.textContent = t('operator.entry.' + key, { entry: entry.words, why: entry.why || '' });
  item.replaceChildren(tick, text);
  if (entry.state === 'kept' && entry.page === pageID && performance.now() < entry.until) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn quiet undo';
    button.textContent = t('operator.tile.undo');
    button.onclick = async () => {
      // Another page of this tablet may have sent it: then there is nothing to take back.
      if (!(await all()).some((e) => e.id === entry.id)) { line({ ...entry, state: 'sent' }); return; }
      await drop(entry.id);
      item.remove();
      say.textContent = t('operator.entry.undone', { entry: entry.words });
      forget();
      look();
    };
    item.append(button);
  }
  return item;
}

// `wait` is the time in which it can be taken back; 0 goes at once.
async function tell(kind, facts, words, wait = undo) {
  const isGuess = !isHeard && !['stop.reason', 'stop.cut', 'stop.noted', 'state.corrected'].includes(kind); // those hold times of the box
  const entry = {
    id: newID(), kind, facts, words, machine, made: now(), mono: performance.now(), wall: Date.now(), isGuess,
    page: pageID, state: 'kept', until: performance.now() + wait, undo: wait,
  };
  try {
    await keep(entry);
  } catch {
    say.textContent = t('operator.entry.cannotKeep');
    net.textContent = say.textContent;
    net.hidden = false;
    return;
  }
  line(entry);
  say.textContent = words;
  if (navigator.vibrate) navigator.vibrate(30);
  setTimeout(async () => { await send(); if (!wait) look(); }, wait + 50);
}

// A finer reason for the same stop takes the place of what was not sent yet.
function refine(facts, words) {
  turn = turn.then(() => replace(facts, words)).catch(() => {});
  return turn;
}

async function replace(facts, words) {
  for (const old of await all()) {
    if (old.kind === 'stop.reason' && old.facts.at === facts.at && old.machine === machine) {
      await drop(old.id);
      at('e-' + old.id)?.remove();
    }
  }
  await tell('stop.reason', facts, words);
}

// Why the box did not take an entry, in the tablet's language.
function refusal(status, problem, entry) {
  const field = problem.errors?.[0]?.field || '';
  if (field === 'machine') return t('operator.refused.noMachine', { machine: entry.machine });
  if (field === 'reason') return t('operator.refused.noReason', { reason: entry.words });
  if (field === 'at') return t('operator.refused.future', { time: minute(now()) });
  if (status === 400) return t('operator.refused.unread');
  return problem.detail || t('operator.refused.other');
}

// Sends what is kept, oldest first; an entry goes from here only once the box has it.
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (const entry of await all()) {
      // It can still be taken back, on the page that made it: others leave it that time too.
      // Where the clock was put back meanwhile nobody knows how long ago that was.
      const past = Date.now() - entry.wall;
      const rest = entry.page === pageID ? entry.until - performance.now() : past < 0 ? 0 : (entry.undo ?? 0) - past;
      if (rest > 0) {
        setTimeout(send, rest + 50);
        continue;
      }
      if (entry.isGuess && !isHeard) continue;
      // Put right once: what is sent again is the same.
      const facts = righted(entry);
      if (entry.isGuess) await keep({ ...entry, facts, isGuess: false });
      const asked = performance.now();
      const response = await fetch('/api/v1/journal', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: entry.id, kind: entry.kind, facts }),
        signal: AbortSignal.timeout(10000),
      });
      hear(Date.parse(response.headers.get('date') || ''), 1000, asked, performance.now());
      found(response.ok ? '' : trouble);
      if (response.ok) {
        await drop(entry.id);
        line({ ...entry, state: 'sent' });
      } else if ([401, 403, 408, 429].includes(response.status) || response.status >= 500) {
        // Kept: the pass may come back, the box may be busy.
        found(refused(response));
        if (say.textContent !== trouble) say.textContent = trouble;
        return;
      } else {
        const problem = await response.json().catch(() => ({}));
        await drop(entry.id);
        line({ ...entry, state: 'refused', why: refusal(response.status, problem, entry) });
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
const found = (words = '') => { lostSince = null; trouble = words; bar(); };

// Why the box takes nothing now; the pass may come back, the box may be busy.
function refused(response) {
  if (response.status === 401 || response.redirected) return t('operator.refused.noPass');
  return response.status === 403 ? t('operator.refused.notAllowed', { machine: name }) : t('operator.refused.busy');
}

async function bar() {
  body.classList.toggle('lost', lostSince !== null);
  net.hidden = lostSince === null && !trouble;
  if (lostSince === null) {
    if (net.textContent !== trouble) net.textContent = trouble;
    return;
  }
  const count = (await all()).length;
  net.textContent = t('operator.offline.bar', { time: minute(lostSince), count });
}

// Asks the box how the machine does, and changes what differs.
async function look() {
  try {
    const asked = performance.now();
    const response = await fetch(address, { headers: { accept: 'text/html' }, cache: 'no-store', signal: AbortSignal.timeout(8000) });
    const answered = performance.now();
    if (response.headers.get('x-kept')) { lost(); return; }
    if (!response.ok || response.redirected) { found(response.status === 404 ? '' : refused(response)); return; }
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    hear(Number(fresh.body.dataset.now), 0, asked, answered);
    found();
    fresh.querySelector('[data-ended="' + confirmed + '"]')?.remove();
    for (const part of fresh.querySelectorAll('[data-part]')) {
      const old = document.querySelector('[data-part="' + part.dataset.part + '"]');
      // What somebody is choosing stays under their finger.
      const isBusy = (chosen || picked) && ['why', 'more'].includes(part.dataset.part);
      if (!old || old.outerHTML === part.outerHTML || isBusy || old.closest('dialog')?.open) continue;
      old.replaceWith(document.adoptNode(part));
    }
  } catch {
    lost();
  }
}

// Nothing is chosen any more: a reason is for the stop under way again, and the page says so.
function forget() {
  clearTimeout(forgetting);
  chosen = null;
  picked = null;
  const stands = Boolean(at('ask').closest('[data-stop]'));
  at('ask').hidden = !stands;
  at('q2').hidden = !stands;
  at('hint').hidden = !stands;
  if (at('calm')) at('calm').hidden = stands;
  at('which').textContent = '';
  for (const tile of document.querySelectorAll('.rz')) { tile.classList.remove('sel'); tile.setAttribute('aria-pressed', 'false'); }
  for (const group of document.querySelectorAll('.sg')) group.hidden = true;
}

function forgetLater() {
  clearTimeout(forgetting);
  forgetting = setTimeout(() => { forget(); look(); }, choice);
}

// Opens the reasons for a stop: the one under way, or one that was picked from the list.
function pick(start, words) {
  forget();
  picked = start;
  forgetLater();
  at('ask').hidden = false;
  at('q2').hidden = false;
  at('hint').hidden = false;
  if (at('calm')) at('calm').hidden = true;
  at('which').textContent = words || minute(start);
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  document.querySelector('.rz')?.focus();
}

async function reason(tile) {
  const stop = picked ?? Number(tile.closest('[data-stop]')?.dataset.stop);
  if (!stop) return;
  chosen = { reason: tile.dataset.reason, at: time(stop), name: tile.querySelector('b').textContent };
  for (const other of document.querySelectorAll('.rz')) {
    other.classList.toggle('sel', other === tile);
    other.setAttribute('aria-pressed', String(other === tile));
  }
  for (const group of document.querySelectorAll('.sg')) group.hidden = group.dataset.of !== chosen.reason;
  at('q2').textContent = t('operator.why.whatExactlyOf', { reason: chosen.name });
  at('hint').textContent = t('operator.why.savedHint', { seconds: undo / 1000 });
  forgetLater();
  await refine({ machine, at: chosen.at, reason: chosen.reason, detail: '' }, chosen.name);
}

async function finer(button) {
  for (const other of document.querySelectorAll('.sg .sz')) other.classList.toggle('sel', other === button);
  const detail = button.dataset.detail;
  const words = detail ? t('operator.why.reasonDetail', { reason: chosen.name, detail }) : chosen.name;
  await refine({ machine, at: chosen.at, reason: chosen.reason, detail }, words);
}

function count(kind) {
  at('pad').dataset.kind = kind;
  at('pad-name').textContent = t(kind === 'good' ? 'operator.pad.howManyGood' : 'operator.pad.howManyScrap');
  at('pad-value').textContent = '0';
  at('pad').showModal();
}

function press(key) {
  const shown = at('pad-value');
  if (key === 'no') { at('pad').close(); return; }
  if (key === 'back') { shown.textContent = shown.textContent.slice(0, -1) || '0'; return; }
  if (key !== 'ok') {
    if (shown.textContent.length < 6) shown.textContent = String(Number(shown.textContent + key));
    return;
  }
  const number = Number(shown.textContent);
  at('pad').close();
  if (!number) return;
  if (at('pad').dataset.kind === 'good') {
    book(number, 0, '');
  } else {
    counted = number;
    at('cause-text').value = '';
    at('cause').showModal();
  }
}

function book(good, scrap, cause) {
  const moment = time(now());
  const words = good
    ? t('operator.entry.good', { count: good })
    : cause ? t('operator.entry.scrapCause', { count: scrap, cause }) : t('operator.entry.scrap', { count: scrap });
  tell('count.booked', { machine, from: moment, to: moment, good, scrap, rework: 0, cause }, words);
}

function because(cause) {
  at('cause').close();
  if (counted) book(0, counted, cause);
  counted = 0;
}

// A job by its button, its typed number or its scanned code; an address of a job card is one too.
function start(code, isScanned) {
  const found = /\/j\/([^/?#]+)/.exec(code);
  let job = code.trim();
  if (found) { try { job = decodeURIComponent(found[1]); } catch { job = found[1]; } }
  if (!job) return;
  const button = [...document.querySelectorAll('[data-job-start]')].find((b) => b.dataset.jobStart.toLowerCase() === job.toLowerCase());
  // A code that is on no list is looked at before it starts: anything can be scanned.
  if (isScanned && !button) {
    if (!at('job').open) at('job').showModal();
    at('job-text').value = job;
    at('job-text').focus();
    return;
  }
  at('job').close();
  const facts = button
    ? JSON.parse(button.dataset.facts)
    : { machine, job, product: '', ideal_per_part_ns: null, estimate: false, planned_parts: null };
  facts.at = time(now());
  tell('job.started', facts, t('operator.job.started', { job: facts.job, time: minute(now()) }));
}

async function end(isFinished) {
  const job = document.querySelector('[data-part="head"]').dataset.job;
  at('job').close();
  const words = isFinished ? t('operator.tile.finishJob') + ' ' + job : t('operator.job.paused', { job, time: minute(now()) });
  await tell('job.ended', { machine, at: time(now()) }, words);
  if (isFinished && job) await tell('job.closed', { job, closed: true }, words);
}

function showSplit() {
  at('split-name').textContent = t('operator.split.title', { from: minute(split.start), to: minute(split.end) });
  at('split-value').textContent = t('operator.split.at', { time: minute(split.at) });
  for (const button of at('split').querySelectorAll('[data-move]')) {
    const minutes = Number(button.dataset.move);
    button.textContent = t(minutes < 0 ? 'operator.split.earlier' : 'operator.split.later', { minutes: Math.abs(minutes) });
  }
}

const wholeMinute = (ms) => Math.round(ms / 60000) * 60000;

// The second tap of a double tap lands on the same place, whatever stands there by then.
function isSecond(event) {
  const { at: before, x, y } = lastTap;
  if (event.clientX || event.clientY) lastTap = { at: event.timeStamp, x: event.clientX, y: event.clientY };
  return lastTap.at === event.timeStamp && event.timeStamp - before < double
    && Math.hypot(event.clientX - x, event.clientY - y) < 24
    && !event.target.closest('[data-move], .keys9 button:not([data-key="ok"])');
}

document.addEventListener('click', async (event) => {
  if (isSecond(event)) { event.preventDefault(); return; }
  const hit = (selector) => event.target.closest(selector);
  let found = hit('.rz');
  if (found) { await reason(found); return; }
  found = hit('.sg .sz');
  if (found && chosen) { await finer(found); return; }
  found = hit('[data-count]');
  if (found) { count(found.dataset.count); return; }
  found = hit('#pad button');
  if (found) { press(found.dataset.key || found.textContent); return; }
  found = hit('[data-cause]');
  if (found) { because(found.dataset.cause); return; }
  found = hit('[data-open]');
  if (found) { at(found.dataset.open).showModal(); return; }
  found = hit('[data-close]');
  if (found) { found.closest('dialog').close(); return; }
  found = hit('[data-job-start]');
  if (found) { start(found.dataset.jobStart); return; }
  found = hit('[data-job-end]');
  if (found) { await end(found.dataset.jobEnd === 'finish'); return; }
  found = hit('[data-help]');
  if (found) {
    at('help').close();
    const kind = found.dataset.help;
    await tell('help.called', { machine, at: time(now()), kind }, found.textContent + ', ' + minute(now()), 0);
    if (lostSince !== null) { net.textContent = t('operator.help.offline'); }
    return;
  }
  found = hit('[data-tell]');
  if (found) {
    const state = found.dataset.tell;
    await tell('state.told', { machine, at: time(now()), state }, t(state === 'running' ? 'operator.byHand.saidRunning' : 'operator.byHand.saidStopped', { time: minute(now()) }), 0);
    return;
  }
  found = hit('[data-pick]');
  if (found) { pick(Number(found.dataset.pick), found.dataset.words); return; }
  found = hit('[data-split]');
  if (found) {
    split = { start: Number(found.dataset.split), end: Number(found.dataset.end) };
    split.at = wholeMinute((split.start + split.end) / 2);
    at('stops').close();
    showSplit();
    at('split').showModal();
    return;
  }
  found = hit('[data-move]');
  if (found) {
    const moved = split.at + Number(found.dataset.move) * 60000;
    if (moved > split.start && moved < split.end) split.at = moved;
    showSplit();
    return;
  }
  if (hit('#split-ok')) {
    at('split').close();
    await tell('stop.cut', { machine, at: time(split.at), cut: true }, t('operator.split.at', { time: minute(split.at) }));
    return;
  }
  found = hit('[data-join]');
  if (found) {
    joint = { from: found.dataset.from, to: found.dataset.to, done: found.dataset.done };
    at('join-name').textContent = joint.from === joint.to ? found.textContent : found.dataset.join;
    at('stops').close();
    at('join').showModal();
    return;
  }
  if (hit('#join-ok')) {
    at('join').close();
    // A stop that was parted is one again; a run between two stops was a try.
    if (joint.from === joint.to) await tell('stop.cut', { machine, at: joint.from, cut: false }, joint.done);
    else await tell('state.corrected', { machine, from: joint.from, to: joint.to, state: 'idle' }, joint.done);
    return;
  }
  found = hit('[data-note]');
  if (found) {
    noted = Number(found.dataset.note);
    at('note-of').textContent = found.dataset.words;
    at('note-text').value = '';
    at('stops').close();
    at('note').showModal();
    return;
  }
  found = hit('[data-confirm]');
  if (found) {
    confirmed = found.closest('[data-ended]').dataset.ended;
    say.textContent = found.dataset.confirm;
    found.closest('[data-ended]').remove();
    return;
  }
  if (hit('#seen')) await tell('problem.seen', { machine, at: time(now()) }, t('operator.tile.seen'));
});

at('cause-form').addEventListener('submit', (event) => { event.preventDefault(); because(at('cause-text').value.trim()); });
at('note-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const note = at('note-text').value.trim();
  at('note').close();
  if (note) tell('stop.noted', { machine, at: time(noted), note }, t('operator.note.saved', { time: minute(noted) }));
});
at('job-form').addEventListener('submit', (event) => { event.preventDefault(); start(at('job-text').value); at('job-text').value = ''; });

// Keys: a scanner types fast and ends with Enter; a number pad chooses a reason, U takes back.
let keys = '';
let lastKey = 0;
let isFast = true;
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const gap = event.timeStamp - lastKey;
  lastKey = event.timeStamp;
  if (event.key === 'Enter') {
    if (keys.length >= 3 && isFast && gap <= burst) { event.preventDefault(); if (!document.querySelector('dialog[open]:not(#job)')) start(keys, true); }
    keys = '';
    return;
  }
  if (event.key.length !== 1) return;
  if (gap > burst) { keys = ''; isFast = true; }
  keys += event.key;
  if (keys.length > 1) event.preventDefault(); // a blank in a code presses no button
  const only = keys;
  setTimeout(() => {
    if (keys !== only || only.length !== 1) return;
    keys = '';
    if (document.querySelector('dialog[open]')) return;
    if (/^[1-8]$/.test(only) && !at('ask').hidden) document.querySelectorAll('.rz')[Number(only) - 1]?.click();
    if (only.toLowerCase() === 'u') list.querySelector('.undo')?.click();
  }, burst + 20);
});

for (const entry of await all()) line(entry);
send();
look();
setInterval(() => { look(); send(); }, retry);
addEventListener('online', () => { look(); send(); });
// With HTTPS, and on the box itself, the page also opens without the network.
// What was loaded before its worker woke is asked for once more, so that the worker keeps it too.
function stock() {
  look();
  const links = [...document.querySelectorAll('link[href]')].map((l) => l.href);
  const loaded = performance.getEntriesByType('resource').map((r) => r.name);
  for (const file of new Set([...links, ...loaded])) {
    if (new URL(file).pathname.startsWith('/assets/')) fetch(file).catch(() => {});
  }
}
if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/o/sw.js', { scope: '/o/' }).then(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((good) => navigator.serviceWorker.addEventListener('controllerchange', good, { once: true }));
    stock();
  }).catch(() => {});
}
