// The library: a choice is applied at once; arrow keys go through suggestions, and from hit to hit.
import { combobox } from './combobox.js';

const hits = () => [...document.querySelectorAll('#results h2 a, #results .title, #results .t a')];

document.addEventListener('change', event => {
  const form = event.target.closest('form[data-library]');
  // the words are sent by Enter, whose change event comes with the submit event
  if (form && event.target.type !== 'search') form.requestSubmit();
});

document.addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const found = hits();
  const at = found.indexOf(document.activeElement);
  if (!step || !found.length) return;
  if (event.target.matches('#words') && step > 0) {
    event.preventDefault();
    found[0].focus();
  } else if (at >= 0) {
    event.preventDefault();
    (found[at + step] ?? (step < 0 ? document.getElementById('words') : found[at])).focus();
  }
});

// an address says only what is asked
document.addEventListener('formdata', event => {
  if (!event.target.matches('form[data-library]')) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

// what the field offers: own searches, titles, and how the words may go on
const words = document.getElementById('words');
const box = document.getElementById('suggestions');
const list = combobox(words, box);

function show(isShown) {
  box.hidden = !isShown || !list.options().length;
  words.setAttribute('aria-expanded', String(!box.hidden));
  if (box.hidden) list.mark(null);
}

new MutationObserver(() => {
  list.mark(null);
  show(document.activeElement === words);
}).observe(box, { childList: true });
words.addEventListener('blur', () => show(false));
words.addEventListener('keydown', event => {
  if (event.key === 'Escape' && !box.hidden) {
    event.preventDefault();
    show(false);
  }
});
words.form.addEventListener('submit', () => show(false));
