/* A film or a sound: goes on where one stopped, by keys, with what is said beside it. */

const STEP = 10;
/* nobody resumes the first moments, or the end */
const LEAST = 5;

export function startPlayer(root) {
  const player = root.querySelector('[data-player]');
  if (!player) return;
  resume(player);
  document.addEventListener('keydown', (event) => onKey(event, player));
  const transcript = root.querySelector('[data-transcript]');
  if (transcript) followTranscript(transcript, player);
}

/* an address may name the second to start at: #t=83 */
const named = () => Number(/^#t=(\d{1,6})$/.exec(location.hash)?.[1] ?? NaN);

function resume(player) {
  const key = `makegood.at ${player.dataset.player}`;
  const start = () => {
    const kept = Number(localStorage.getItem(key));
    if (named() >= 0) player.currentTime = Math.min(named(), player.duration || 0);
    else if (kept > LEAST && kept < player.duration - LEAST) player.currentTime = kept;
  };
  if (player.readyState >= HTMLMediaElement.HAVE_METADATA) start();
  else player.addEventListener('loadedmetadata', start, { once: true });
  addEventListener('hashchange', () => { if (named() >= 0) start(); });
  const keep = () => localStorage.setItem(key, String(Math.floor(player.currentTime)));
  player.addEventListener('pause', keep);
  player.addEventListener('ended', () => localStorage.removeItem(key));
  addEventListener('pagehide', () => { if (!player.ended && player.currentTime > LEAST) keep(); });
}

function onKey(event, player) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input, textarea, select, button, a, [role=tab], dialog')) return;
  /* the browser's own controls take these when they have the focus */
  if (event.target === player && event.key === ' ') return;
  const deeds = {
    ' ': () => toggle(player), k: () => toggle(player),
    ArrowLeft: () => seek(player, -STEP), j: () => seek(player, -STEP), ArrowRight: () => seek(player, STEP), l: () => seek(player, STEP),
    Home: () => { player.currentTime = 0; }, m: () => { player.muted = !player.muted; }, c: () => captions(player), f: () => player.requestFullscreen?.(),
  };
  if (!deeds[event.key]) return;
  event.preventDefault();
  deeds[event.key]();
}

function toggle(player) {
  if (player.paused) player.play().catch(() => null);
  else player.pause();
}

function seek(player, by) {
  player.currentTime = Math.min(Math.max(player.currentTime + by, 0), player.duration || 0);
}

function captions(player) {
  const [track] = player.textTracks;
  if (track) track.mode = track.mode === 'showing' ? 'hidden' : 'showing';
}

function followTranscript(transcript, player) {
  const lines = [...transcript.querySelectorAll('[data-from]')];
  let said = null;
  player.addEventListener('timeupdate', () => {
    const at = player.currentTime * 1000;
    const now = lines.find((line) => at >= Number(line.dataset.from) && at < Number(line.dataset.to)) ?? null;
    if (now === said) return;
    said?.removeAttribute('aria-current');
    now?.setAttribute('aria-current', 'true');
    if (now) showIn(transcript.closest('.v-side'), now);
    said = now;
  });
  transcript.addEventListener('click', (event) => {
    const line = event.target.closest('[data-from]');
    if (line) player.currentTime = Number(line.dataset.from) / 1000;
  });
  transcript.querySelector('[data-find-said]').addEventListener('input', (event) => find(transcript, lines, event.target.value.trim().toLowerCase()));
}

/* only the panel scrolls: on a phone it does not, and nobody is taken away from the film */
function showIn(panel, line) {
  const [place, room] = [line.getBoundingClientRect(), panel.getBoundingClientRect()];
  if (place.top < room.top) panel.scrollTop -= room.top - place.top;
  else if (place.bottom > room.bottom) panel.scrollTop += place.bottom - room.bottom;
}

function find(transcript, lines, words) {
  let hits = 0;
  for (const line of lines) {
    const place = line.querySelector('[data-said]');
    const text = place.textContent;
    const at = words ? text.toLowerCase().indexOf(words) : -1;
    line.parentElement.hidden = Boolean(words) && at < 0;
    place.replaceChildren(text);
    if (at < 0) continue;
    hits += 1;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(at, at + words.length);
    place.replaceChildren(text.slice(0, at), mark, text.slice(at + words.length));
  }
  const place = transcript.querySelector('[data-found]');
  place.textContent = words ? (hits ? place.dataset.words.replace('{hits}', hits) : place.dataset.none) : '';
}
