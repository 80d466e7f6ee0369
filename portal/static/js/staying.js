// Small forms that stay open while they are refused: the sentence beside the field, and the field at hand.
import { toast } from './toast.js';

const FIELD = 'input:not([type=hidden]), textarea, select';

export function startStaying() {
  document.addEventListener('htmx:config:request', ({ detail }) => {
    if (detail.ctx.sourceElement.matches?.('[data-stays]')) detail.ctx.request.headers['X-Stays'] = '1';
  });
  document.addEventListener('htmx:after:swap', ({ detail }) => {
    const place = detail.ctx.target;
    if (!place?.matches?.('[data-refused]') || !place.querySelector('[role=alert]')) return;
    if (place.hidden) tell(place);
    else mark(place);
  });
}

/* a button alone has no room for a sentence */
function tell(place) {
  toast(place.textContent.trim(), 'bad');
  place.replaceChildren();
}

function mark(place) {
  const [field, ...others] = place.closest('form').querySelectorAll(FIELD);
  if (!field) return;
  // of several fields only the sentence says which one is meant
  if (others.length) {
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: 'center' });
    return;
  }
  place.id ||= `refused-${Math.random().toString(36).slice(2)}`;
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', place.id);
  field.focus();
  field.select?.();
  field.addEventListener('input', () => {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
    place.replaceChildren();
  }, { once: true });
}
