// The plan editor: what is wrong stands at its field while one types, and buttons leave the page where it is.
const PLACE = 'plan-editor-place';

function forget(form) {
  for (const note of form.querySelectorAll('[data-live-error]')) note.remove();
  for (const field of form.querySelectorAll('[data-was-live]')) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
    field.removeAttribute('data-was-live');
  }
}

function sayAt(form, name, sentence) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLElement) || field.type === 'hidden') return;
  const note = document.createElement('p');
  Object.assign(note, { className: 'mg-error', id: `${name}-live-error`, textContent: sentence });
  note.dataset.liveError = '';
  field.after(note);
  field.dataset.wasLive = '';
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', note.id);
}

const form = document.querySelector('[data-plan-editor]');

document.addEventListener('htmx:after:swap', () => {
  forget(form);
  const wrong = document.querySelector('#examples [data-error-field]');
  if (wrong) sayAt(form, wrong.dataset.errorField, wrong.dataset.error);
});

// a button that adds or moves a row loads the page anew: go back to where it was, and to the button
form.addEventListener('submit', event => {
  const button = event.submitter;
  if (!button?.hasAttribute('data-keeps-place')) return;
  try { sessionStorage.setItem(PLACE, JSON.stringify({ y: scrollY, act: button.value })); } catch { /* the page starts at its top then */ }
});

try {
  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null');
  sessionStorage.removeItem(PLACE);
  if (place) {
    form.querySelector(`button[value="${CSS.escape(place.act)}"]`)?.focus({ preventScroll: true });
    scrollTo(0, place.y);
  }
} catch { /* without storage the page starts at its top */ }
