// What every page does: theme, palette, toasts, drafts, and htmx with the form token.
import { forgetAll, keepDrafts, settleDrafts } from './drafts.js';
import './asking.js';
import './palette.js';
import { startStaying } from './staying.js';
import { startToasts, toast } from './toast.js';

function toggleTheme() {
  const root = document.documentElement;
  const theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  root.dataset.bsTheme = theme;
  try { localStorage.setItem('theme', theme); } catch { /* it lasts for this page then */ }
  // charts are drawn with resolved colours and have to be drawn again
  dispatchEvent(new CustomEvent('themechange', { detail: theme }));
}

document.addEventListener('click', event => {
  if (event.target.closest('[data-theme-toggle]')) toggleTheme();
  const back = event.target.closest('[data-go-back]');
  if (back && history.length > 1 && document.referrer.startsWith(location.origin)) {
    event.preventDefault();
    history.back();
  }
});

document.addEventListener('submit', event => {
  const form = event.target;
  if (form.matches('[data-ends-drafts]')) forgetAll();
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.classList.contains('is-sent')) event.preventDefault();
  else markSent(form);
});

/* until the next page is there; what is answered with a file leaves this one */
function markSent(form) {
  form.classList.add('is-sent');
  const settle = () => form.classList.remove('is-sent');
  setTimeout(settle, 10_000);
  addEventListener('pagehide', settle, { once: true });
}

// menus that htmx or a form of filters sends at once
document.addEventListener('change', event => {
  const form = event.target.closest('form[data-sends-on-change]');
  if (form) form.requestSubmit();
});

document.addEventListener('htmx:config:request', event => {
  event.detail.ctx.request.headers['X-CSRFToken'] = document.querySelector('meta[name="csrf-token"]').content;
});
document.addEventListener('htmx:error', () => toast(document.body.dataset.offline, 'bad'));

// a form that was refused stands under its own address: the way back and a reload send nothing again
const refused = performance.getEntriesByType('navigation')[0]?.responseStatus >= 400;
if (refused && document.body.dataset.formPage) history.replaceState(history.state, '', document.body.dataset.formPage);

startToasts();
startStaying();
settleDrafts();
// a page that came back says first what was wrong
(document.querySelector('[data-takes-focus]') ?? document.querySelector('main [aria-invalid="true"]'))?.focus();
// once the page's own modules listen for what is restored
document.addEventListener('DOMContentLoaded', keepDrafts);
