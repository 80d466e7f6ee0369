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

function sayWrong() {
  forget(form);
  const wrong = document.querySelector('#examples [data-error-field]');
  if (wrong) sayAt(form, wrong.dataset.errorField, wrong.dataset.error);
}

document.addEventListener('htmx:after:swap', sayWrong);

// a button that adds or moves a row loads the page anew, and so does Enter: go back to where it was
form.addEventListener('submit', event => {
  const button = event.submitter;
  const isEnter = button?.value === 'show';
  if (!isEnter && !button?.hasAttribute('data-keeps-place')) return;
  const field = isEnter ? document.activeElement?.name : '';
  try { sessionStorage.setItem(PLACE, JSON.stringify({ y: scrollY, act: button.value, field })); } catch { /* the page starts at its top then */ }
});

const button = act => form.querySelector(`button[value="${CSS.escape(act)}"]:not(:disabled)`);
const last = list => list[list.length - 1];
const fieldsIn = (part, row) => form.querySelectorAll(`#part-${part} ${row}`);

// the row that was added or moved; where one was removed, its neighbour
function placeOf(act, field) {
  const [verb, where = ''] = act.split(':');
  const [part, row] = where.split('.').map(Number);
  switch (verb) {
    case 'show': return form.elements.namedItem(field);
    case 'add': return last(form.querySelectorAll('.plan-part [name$="].name"]'));
    case 'add-rate': return last(fieldsIn(part, '.is-rate'))?.querySelector('input');
    case 'add-tier': return [...fieldsIn(part, '.is-tier')].at(-2)?.querySelector('input');
    case 'up': return button(`up:${part - 1}`) ?? button(`down:${part - 1}`);
    case 'down': return button(`down:${part + 1}`) ?? button(`up:${part + 1}`);
    case 'remove': return button(act) ?? button(`remove:${part - 1}`) ?? button('add:percent');
    default: return button(act) ?? button(`${verb}:${part}.${row - 1}`) ?? button(`${verb.replace('drop', 'add')}:${part}`);
  }
}

try {
  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null');
  sessionStorage.removeItem(PLACE);
  if (place) {
    scrollTo(0, place.y);
    placeOf(place.act, place.field)?.focus();
  }
} catch { /* without storage the page starts at its top */ }
sayWrong();
