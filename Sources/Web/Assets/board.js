// The wall board: reads itself again every few seconds for months, and says when what it shows is old.
const address = document.body.dataset.address;
const often = 3000; // ms between two looks at the box
const whole = 600000; // ms after which the figures of the day before are read again
const late = 10000; // ms without news after which the board says so
const leafTime = 12000; // ms that a leaf of machines stays
const places = 12; // rows on a leaf
const bar = document.getElementById('late');
let heard = performance.now();
let heardAt = new Date();
let lastWhole = performance.now();
let leaf = 0;
let turned = performance.now();
const version = programs(document);

// Which scripts and style sheets a page asks for: others mean that the program is a newer one.
function programs(root) {
  return [...root.querySelectorAll('script[src], link[rel=stylesheet]')].map((e) => e.getAttribute('src') || e.getAttribute('href')).join(' ');
}

function parts(root) {
  return new Map([...root.querySelectorAll('[data-part]')].map((e) => [e.dataset.part, e]));
}

// Machines that need a person stay; the others take turns in the places that are left.
function turn() {
  const rows = [...document.querySelectorAll('tbody tr')];
  const hot = rows.filter((r) => r.classList.contains('hot'));
  const stay = hot.length < places ? hot : [];
  const turning = rows.filter((r) => !stay.includes(r));
  const free = places - stay.length;
  const leaves = Math.max(1, Math.ceil(turning.length / free));
  if (performance.now() - turned >= leafTime) { leaf += 1; turned = performance.now(); }
  leaf %= leaves;
  const isOver = rows.length > places;
  turning.forEach((row, i) => row.classList.toggle('away', isOver && Math.floor(i / free) !== leaf));
  for (const row of stay) row.classList.remove('away');
  document.getElementById('leaf').textContent = isOver ? 'Leaf ' + (leaf + 1) + ' of ' + leaves : '';
}

async function look() {
  const isWhole = performance.now() - lastWhole >= whole;
  try {
    const mark = address.includes('?') ? '&' : '?';
    const response = await fetch(address + (isWhole ? '' : mark + 'brief=1'), { signal: AbortSignal.timeout(8000) });
    if (response.redirected || response.status === 401 || response.status === 403) throw new Error('This board’s pass was withdrawn. Pair it again.');
    if (!response.ok) throw new Error('');
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    // A newer program brings newer scripts: the board takes them up by itself.
    if (programs(fresh) !== version) { location.reload(); return; }
    const next = parts(fresh);
    for (const [name, old] of parts(document)) {
      const part = next.get(name);
      if (part && part.outerHTML !== old.outerHTML) old.replaceWith(document.adoptNode(part));
    }
    document.getElementById('fresh').textContent = fresh.getElementById('fresh').textContent;
    heard = performance.now();
    heardAt = new Date();
    if (isWhole) lastWhole = heard;
    bar.textContent = '';
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('This board')) bar.textContent = error.message;
  }
  show();
  setTimeout(look, often);
}

function show() {
  const isOld = performance.now() - heard > late;
  document.body.classList.toggle('old', isOld);
  if (isOld && !bar.textContent.startsWith('This board')) {
    bar.textContent = 'No contact with the box since ' + heardAt.toTimeString().slice(0, 5) + '. What stands here is old.';
  }
  bar.hidden = !isOld && !bar.textContent;
  turn();
}

turn();
setTimeout(look, often);
setInterval(show, 1000);
