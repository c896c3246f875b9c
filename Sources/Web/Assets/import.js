// Shows how far the storing of a file is; without this script the page waits until it is done.
const place = document.getElementById('storing');
const form = document.querySelector('form[data-store]');
const address = place?.dataset.address;
let isOurs = false; // this page stores the file itself

function show(part, says) {
  place.hidden = false;
  place.querySelector('progress').value = part;
  place.querySelector('[role=status]').textContent = says;
}

// Asks how far it is; when it is done, what came of it is on the page.
async function watch() {
  const response = await fetch(address + '/progress', { cache: 'no-store' }).catch(() => null);
  const found = response?.ok ? await response.json() : null;
  if (found?.is_storing) show(found.progress, found.words);
  else if (found && !isOurs) { location.assign(address); return; }
  setTimeout(watch, 300);
}

form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  isOurs = true;
  form.querySelector('button').disabled = true;
  show(0, place.dataset.begin);
  setTimeout(watch, 300);
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!answer) { isOurs = false; return; } // the line broke: what came of it is asked
  if (answer.ok) { location.assign(address); return; }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
});
if (place && !place.hidden) watch();
