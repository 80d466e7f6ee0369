/* The viewer: turning pages, zoom, full screen, finding words, tabs; and the time that is spent on each page. */
import { ActiveTime } from './active_time.js';
import { Beats } from './beats.js';
import { followDemo } from './demo.js';

const root = document.querySelector('[data-viewer]');
const stage = root.querySelector('[data-stage]');
const paper = root.querySelector('[data-paper]');
const pages = [...root.querySelectorAll('[data-page]')];
const counter = root.querySelector('[data-current-page]');
const players = [...root.querySelectorAll('[data-player]')];
const STEPS = [1, 1.25, 1.5, 2, 3];
const SWIPE = 48;

const isPlaying = () => players.some((player) => !player.paused && !player.ended);
const time = new ActiveTime({ page: wanted(), isPlaying });
// who looks through a partner's eyes is not counted, and has no token
const beats = root.dataset.token ? new Beats(time, root.dataset) : null;
let current = wanted();
let zoom = 0;
let fitWidth = 0;
let hits = [];

function wanted() {
  const number = Number(new URLSearchParams(location.hash.slice(1)).get('page'));
  return number >= 1 && number <= pages.length ? number : 1;
}

function show(number) {
  const page = Math.min(Math.max(number, 1), pages.length);
  if (page !== current) {
    time.turnTo(page);
    beats?.send();
  }
  current = page;
  pages.forEach((each, index) => { each.hidden = index + 1 !== page; });
  counter.dataset.currentPage = page;
  counter.querySelector('b').textContent = page;
  root.querySelector('[data-turn="-1"]').disabled = page === 1;
  root.querySelector('[data-turn="1"]').disabled = page === pages.length;
  markInStrip(page);
  for (const near of [page, page + 1, page - 1]) load(near);
  if (location.hash !== `#page=${page}` && (page !== 1 || location.hash)) history.replaceState(history.state, '', `#page=${page}`);
  paper.scrollTo(0, 0);
}

function markInStrip(page) {
  root.querySelectorAll('.v-strip a').forEach((link, index) => {
    if (index + 1 !== page) return link.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'page');
    link.scrollIntoView({ block: 'nearest' });
  });
}

async function load(number) {
  const page = pages[number - 1];
  if (!page || page.dataset.isLoaded) return;
  page.dataset.isLoaded = 'yes';
  const image = page.querySelector('img');
  if (image && !image.src) image.src = image.dataset.src;
  const answer = await fetch(page.dataset.text).catch(() => null);
  if (answer?.ok) page.querySelector('[data-words]').textContent = await answer.text();
}

function zoomTo(step) {
  if (!zoom) fitWidth = pages[current - 1].querySelector('img')?.clientWidth ?? 0;
  zoom = step === 0 || !fitWidth ? 0 : Math.min(Math.max(zoom + step, 0), STEPS.length - 1);
  stage.classList.toggle('is-zoomed', zoom > 0);
  for (const image of paper.querySelectorAll('img')) image.style.width = zoom ? `${Math.round(STEPS[zoom] * fitWidth)}px` : '';
}

async function find(words) {
  const found = words.trim() ? await answerOf(words.trim()) : [];
  hits = found.map(([page]) => page);
  root.querySelectorAll('.v-strip .hit').forEach((dot, index) => { dot.hidden = !hits.includes(index + 1); });
  root.querySelector('[data-hit-buttons]').hidden = !hits.length;
  const total = found.reduce((sum, [, count]) => sum + count, 0);
  const text = hits.length ? root.dataset.hitWords.replace('{hits}', total) : root.dataset.noHits;
  root.querySelector('[data-hits]').textContent = words.trim() ? text : '';
  root.querySelector('[data-hit-pages]').textContent = hits.length ? root.dataset.onWords.replace('{pages}', hits.length) : '';
}

async function answerOf(words) {
  const answer = await fetch(`${root.dataset.find}?${new URLSearchParams({ q: words })}`).catch(() => null);
  return answer?.ok ? (await answer.json()).pages : [];
}

function stepHit(step) {
  const ahead = step > 0 ? hits.find((page) => page > current) : hits.findLast((page) => page < current);
  if (hits.length) show(ahead ?? (step > 0 ? hits[0] : hits.at(-1)));
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input, textarea, select, audio, video, [role=tab]')) return;
  const turns = { ArrowRight: current + 1, PageDown: current + 1, ArrowLeft: current - 1, PageUp: current - 1, Home: 1, End: pages.length };
  if (event.key in turns) {
    event.preventDefault();
    show(turns[event.key]);
  } else if (event.key === '+' || event.key === '-') {
    zoomTo(event.key === '+' ? 1 : -1);
  }
}

function onClick(event) {
  const button = event.target.closest('button, .v-strip a');
  if (!button) return;
  if (button.dataset.turn) show(current + Number(button.dataset.turn));
  else if (button.dataset.zoom) zoomTo(Number(button.dataset.zoom));
  else if (button.dataset.stepHit) stepHit(Number(button.dataset.stepHit));
  else if ('stopFinding' in button.dataset) { root.querySelector('[data-find-form] input').value = ''; find(''); }
  else if ('fullScreen' in button.dataset) toggleFullScreen();
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

function followSwipes() {
  let start = null;
  paper.addEventListener('touchstart', (event) => { start = event.touches.length === 1 && !zoom ? event.touches[0] : null; }, { passive: true });
  paper.addEventListener('touchend', (event) => {
    if (!start) return;
    const [end] = event.changedTouches;
    const across = end.clientX - start.clientX;
    if (Math.abs(across) > SWIPE && Math.abs(end.clientY - start.clientY) < Math.abs(across) / 2) show(current + (across < 0 ? 1 : -1));
  }, { passive: true });
}

function startPages() {
  document.addEventListener('keydown', onKey);
  addEventListener('hashchange', () => show(wanted()));
  followSwipes();
  const form = root.querySelector('[data-find-form]');
  form.addEventListener('submit', (event) => { event.preventDefault(); find(form.q.value).then(() => stepHit(1)); });
  form.q.addEventListener('search', () => { if (!form.q.value) find(''); });
  if (root.dataset.query) find(root.dataset.query);
  show(current);
}

function startTabs() {
  const tabs = [...root.querySelectorAll('[role=tab]')];
  const choose = (chosen) => tabs.forEach((tab) => {
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = tab !== chosen;
  });
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
      const next = tabs[(index + 1) % tabs.length];
      choose(next);
      next.focus();
    });
  });
}

root.addEventListener('click', onClick);
startTabs();
if (pages.length) startPages();
const demo = root.querySelector('[data-demo]');
if (demo && beats) followDemo({ frame: demo, origin: root.querySelector('[data-demo-origin]').dataset.demoOrigin, steps: root.dataset.steps }, time, beats);
