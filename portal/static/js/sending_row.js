/* How one file stands, with what can be done about it: a row made of <template data-upload-row>. */
const locale = document.documentElement.lang;
const inUnit = (unit, digits) => new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: digits });
const MINUTES = inUnit('minute', 0), SECONDS = inUnit('second', 0);

/* as the portal writes them elsewhere: 1.4 MB, in decimal units */
const UNITS = ['B', 'kB', 'MB', 'GB'];
const SIZES = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export const bytes = count => {
  const step = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), UNITS.length - 1);
  return `${SIZES.format(step ? count / 1000 ** step : Math.round(count))} ${UNITS[step]}`;
};
const time = left => (left > 90 ? MINUTES.format(Math.round(left / 60)) : SECONDS.format(Math.max(1, Math.round(left))));
const words = document.querySelector('[data-upload-words]').dataset;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function rowOf(sending) {
  const row = document.querySelector('[data-upload-row]').content.firstElementChild.cloneNode(true);
  row.querySelector('[data-name]').textContent = sending.file.name;
  row.querySelector('progress').setAttribute('aria-label', sending.file.name);
  row.querySelector('[data-pause]').addEventListener('click', () => sending.pause());
  row.querySelector('[data-resume]').addEventListener('click', () => sending.run());
  row.querySelector('[data-cancel]').addEventListener('click', () => sending.cancel());
  sending.addEventListener('change', () => show(row, sending));
  show(row, sending);
  return row;
}

function show(row, sending) {
  row.dataset.state = sending.state;
  row.querySelector('progress').value = sending.size ? 100 * sending.done / sending.size : Number(sending.isOver) * 100;
  row.querySelector('[data-figures]').textContent = figures(sending);
  const said = sending.sentence || words[sending.state] || '';
  // a screen reader hears a change, not every figure
  const place = row.querySelector('[data-said]');
  if (place.textContent !== said) place.textContent = said;
  row.querySelector('[data-pause]').hidden = !sending.isRunning || sending.state === 'checking';
  row.querySelector('[data-resume]').hidden = sending.state !== 'paused';
  row.querySelector('[data-cancel]').hidden = sending.state === 'used' || sending.state === 'cancelled';
}

function figures(sending) {
  const values = { done: bytes(sending.done), all: bytes(sending.size), speed: `${bytes(sending.speed)}/s`, left: time(sending.secondsLeft ?? 0) };
  if (sending.isOver || sending.state === 'same' || !(sending.done || sending.countdown)) return values.all;
  const so = filled(sending.state === 'sending' && sending.speed ? words.figures : words.part, values);
  // the seconds stand here and not in what a screen reader is told
  return sending.countdown ? `${so} · ${sending.countdown}` : so;
}
