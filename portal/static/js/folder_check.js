/* What all files of a folder share is checked before the first byte goes up; what is wrong is said beside its field. */
import { toast } from './toast.js';

/* Whether the portal would take the files so. */
export async function checked(form, fields, headers) {
  forget(form);
  const answer = await fetch('/library/arrivals/check', { method: 'POST', body: fields, headers }).catch(() => null);
  if (answer?.ok && !answer.redirected) return true;
  const said = await answer?.json().catch(() => null);
  if (!said?.sentence) toast(document.body.dataset.offline, 'bad');
  else mark(fieldOf(form, said), said.sentence);
  return false;
}

function fieldOf(form, { field, sentence }) {
  const folders = [...form.querySelectorAll('[data-folder-word]')].filter(one => one.querySelector('select').value === field).map(one => one.querySelector('input'));
  return folders.find(input => sentence.includes(`“${input.value.trim()}”`)) ?? form.querySelector(`[name="${CSS.escape(field)}"]`) ?? form.querySelector('input');
}

function mark(field, sentence) {
  const place = document.createElement('p');
  Object.assign(place, { className: 'mg-error', id: 'folder-refused', textContent: sentence });
  place.setAttribute('role', 'alert');
  // beside a tick is under the row of ticks, beside a folder's name under the row of that folder
  const beside = field.closest('.up-checks, [data-folder-word]') ?? field;
  if (beside === field) field.after(place);
  else beside.append(place);
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${place.id}`.trim());
  field.focus();
  field.scrollIntoView({ block: 'center' });
  field.addEventListener('input', () => forget(field.form), { once: true });
}

function forget(within) {
  document.getElementById('folder-refused')?.remove();
  const field = within.querySelector('[aria-describedby~="folder-refused"]');
  if (!field) return;
  field.removeAttribute('aria-invalid');
  field.setAttribute('aria-describedby', field.getAttribute('aria-describedby').replace('folder-refused', '').trim());
}
