// Lets the tablet's page open without the network: the newest copy of it and of its files is kept.
const shelf = 'millwright-tablet-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// A copy that says of itself that it was kept.
async function kept(request) {
  const found = await caches.match(request, { ignoreVary: true });
  if (!found) return null;
  const headers = new Headers(found.headers);
  headers.set('x-kept', '1');
  return new Response(await found.blob(), { status: found.status, headers });
}

// The network first. A page, script or style that does not come in time is shown as it was kept; what
// the page itself asks for has the page's own limit.
const patience = 3000; // ms

async function answer(request) {
  const cache = await caches.open(shelf);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) await cache.put(request, response.clone()).catch(() => {});
    return response;
  });
  fresh.catch(() => {}); // said below
  try {
    const isPart = ['document', 'script', 'style'].includes(request.destination);
    const late = new Promise((good) => { if (isPart) setTimeout(good, patience); });
    return await Promise.race([fresh, late]) ?? await kept(request) ?? await fresh;
  } catch (error) {
    const old = await kept(request);
    if (old) return old;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (/^\/o\/[a-z0-9-]+$/.test(url.pathname) || url.pathname.startsWith('/assets/')) {
    event.respondWith(answer(event.request));
  }
});
