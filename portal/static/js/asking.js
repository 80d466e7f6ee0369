// A question or sheet that is open keeps the keyboard: Tab goes round in it. Escape and the way back are the browser's.
const STOPS = 'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]';

document.addEventListener('keydown', event => {
  if (event.key !== 'Tab') return;
  const box = document.querySelector('.mg-ask:popover-open, .mg-sheet:popover-open');
  const stops = box ? [...box.querySelectorAll(STOPS)].filter(one => !one.disabled && one.checkVisibility()) : [];
  if (!stops.length) return;
  const last = stops[stops.length - 1];
  const at = document.activeElement;
  const isAtEdge = event.shiftKey ? at === stops[0] || at === box : at === last;
  if (!isAtEdge && box.contains(at)) return;
  event.preventDefault();
  (event.shiftKey ? last : stops[0]).focus();
});
