// Live values of a device that is being connected: asked for once a second while the page is seen.
const place = document.querySelector('[data-trial]');

function text(part, says) {
  const element = document.querySelector(`[data-value="${CSS.escape(part)}"]`);
  if (element && element.textContent !== says) element.textContent = says;
}

// A drawing made by the box takes the place of the one before.
function draw(markup) {
  const chart = document.getElementById('chart');
  if (!chart) return;
  if (!markup) { chart.replaceChildren(); return; }
  const drawing = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
  if (drawing) chart.replaceChildren(document.adoptNode(drawing));
}

async function ask() {
  let pause = 1000;
  if (!document.hidden) {
    const above = document.querySelector('[name=above]')?.value;
    const signal = document.querySelector('[name=signal]')?.value;
    const query = new URLSearchParams();
    if (above !== undefined) query.set('above', above);
    if (signal !== undefined) query.set('signal', signal);
    const response = await fetch(`${place.dataset.trial}?${query}`, { cache: 'no-store' }).catch(() => null);
    const found = response?.ok ? await response.json() : null;
    if (found) {
      text('words', found.words);
      for (const value of found.values) { text(value.id, value.text); text(value.id + '-note', value.note); }
      text('state', found.state);
      text('suggestion', found.suggestion);
      text('top', found.top);
      const mark = document.querySelector('[name=above]');
      if (mark && mark.value === '' && document.activeElement !== mark && found.suggested) mark.value = found.suggested;
      const title = document.querySelector('h1');
      if (document.getElementById('state') && title.textContent !== found.sentence) title.textContent = found.sentence;
      document.getElementById('state')?.setAttribute('data-state', found.code);
      draw(found.chart);
    } else { text('words', 'No news from the box. Trying again.'); pause = 3000; }
  }
  setTimeout(ask, pause);
}

// − and + of a number field.
for (const button of document.querySelectorAll('[data-step]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const field = document.querySelector('[name=above]');
    const value = Number(field.value.replace(',', '.'));
    if (!Number.isFinite(value)) return;
    const size = Math.max(Math.abs(value) / 10, 0.001);
    const unit = 10 ** Math.floor(Math.log10(size));
    field.value = String(Number((value + Number(button.dataset.step) * unit).toPrecision(6)));
  });
}
if (place) ask();
