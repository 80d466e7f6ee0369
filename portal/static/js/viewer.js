/* The viewer: turning pages by key, button, finger and address; and the time that is spent on each page. */
import { ActiveTime } from './active_time.js';
import { Beats } from './beats.js';
import { followDemo } from './demo.js';
import { PlayedSpans } from './played_spans.js';
import { startPlayer } from './viewer_media.js';
import { Finder } from './viewer_finding.js';
import { Pages } from './viewer_pages.js';
import { Presenter } from './viewer_presenting.js';
import { followText, startTabs } from './viewer_side.js';
import { Strip } from './viewer_strip.js';
import { Zoom } from './viewer_zoom.js';

const root = document.querySelector('[data-viewer]');
const stage = root.querySelector('[data-stage]');
const paper = root.querySelector('[data-paper]');
const players = [...root.querySelectorAll('[data-player]')];
const SWIPE = 48;

const pages = paper ? new Pages(root) : null;
let presenter = null;
/* a playing video and present mode count as input (domain rules of active time) */
const isPlaying = () => Boolean(presenter?.isOn) || players.some((player) => !player.paused && !player.ended);
const time = new ActiveTime({ page: pages?.wanted() ?? 1, isPlaying });
/* who looks through a partner's eyes is not counted, and has no token */
const played = players.length ? new PlayedSpans(players[0]) : null;
const beats = root.dataset.token ? new Beats(time, root.dataset, played) : null;

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

function startPages() {
  const strip = new Strip(root, pages);
  const finder = new Finder(root, pages, strip);
  const zoom = new Zoom(stage, paper, pages);
  presenter = new Presenter(root, pages);
  const help = root.querySelector('[data-help]');
  pages.addEventListener('turned', ({ detail }) => {
    time.turnTo(detail.page);
    beats?.send();
    strip.mark(detail.page);
  });
  followText(root, pages);
  followSwipes(zoom);
  addEventListener('hashchange', () => pages.show(pages.wanted()));
  document.addEventListener('keydown', (event) => onKey(event, { finder, zoom, help }));
  root.addEventListener('click', (event) => onClick(event, { finder, zoom, help }));
  pages.show(pages.wanted());
}

function onKey(event, { finder, zoom, help }) {
  if (event.altKey || event.ctrlKey || event.metaKey || help.open || presenter.takes(event)) return;
  if (event.target.closest('input, textarea, select, audio, video, [role=tab], dialog')) return;
  if (zoom.pans(event)) return;
  const turns = { ArrowRight: pages.current + 1, PageDown: pages.current + 1, ArrowLeft: pages.current - 1, PageUp: pages.current - 1, Home: 1, End: pages.count };
  const deeds = {
    '+': () => zoom.step(1), '-': () => zoom.step(-1), 0: () => zoom.step(0),
    '/': () => finder.focus(), f: toggleFullScreen, p: () => presenter.start(), '?': () => help.showModal(),
  };
  const deed = event.key in turns ? () => pages.show(turns[event.key]) : deeds[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
}

function onClick(event, { finder, zoom, help }) {
  const button = event.target.closest('button, [data-turn]');
  if (!button || button.disabled) return;
  if (button.dataset.turn) {
    event.preventDefault();
    pages.show(pages.current + Number(button.dataset.turn));
  } else if (button.dataset.zoom) zoom.step(Number(button.dataset.zoom));
  else if (button.dataset.stepHit) finder.step(Number(button.dataset.stepHit));
  else if ('stopFinding' in button.dataset) finder.stop();
  else if ('openHelp' in button.dataset) help.showModal();
  else if ('present' in button.dataset) presenter.start();
}

function followSwipes(zoom) {
  let start = null;
  paper.addEventListener('touchstart', (event) => { start = event.touches.length === 1 && !zoom.isOn ? event.touches[0] : null; }, { passive: true });
  paper.addEventListener('touchend', (event) => {
    if (!start || getSelection()?.toString()) return;
    const [end] = event.changedTouches;
    const across = end.clientX - start.clientX;
    if (Math.abs(across) > SWIPE && Math.abs(end.clientY - start.clientY) < Math.abs(across) / 2) pages.show(pages.current + (across < 0 ? 1 : -1));
  }, { passive: true });
}

startTabs(root);
startPlayer(root);
root.addEventListener('click', (event) => { if (event.target.closest('[data-full-screen]')) toggleFullScreen(); });
if (pages) startPages();
const demo = root.querySelector('[data-demo]');
if (demo && beats) followDemo({ frame: demo, origin: root.querySelector('[data-demo-origin]').dataset.demoOrigin, steps: root.dataset.steps }, time, beats);
