// Keys of every page: g then n, t, c goes to a page, / finds a machine, ? lists the keys.
const off = document.getElementById('keys-off');
const box = document.getElementById('keys');
const places = { n: '/now', t: '/time', c: '/machines' };
let wasG = 0;

function isOff() {
  try { return localStorage.getItem('mw-keys') === 'off'; } catch { return false; }
}

if (off) {
  off.checked = isOff();
  off.addEventListener('change', () => {
    try { localStorage.setItem('mw-keys', off.checked ? 'off' : 'on'); } catch { /* private window */ }
  });
}

function find() {
  const field = document.querySelector('main select, main input[type=search]');
  if (field) field.focus();
  else location.href = '/machines';
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (typing || isOff() || (box && box.open)) return;
  const second = event.timeStamp - wasG < 1500;
  wasG = 0;
  if (second && places[event.key]) { event.preventDefault(); location.href = places[event.key]; return; }
  if (event.key === 'g') wasG = event.timeStamp;
  else if (event.key === '/') { event.preventDefault(); find(); }
  else if (event.key === '?' && box) { event.preventDefault(); box.showModal(); }
});

// Errors of a form: the summary is read first.
const flaws = document.querySelector('.flaws');
if (flaws) flaws.focus();
