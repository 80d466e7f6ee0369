// The list of content: how many rows are ticked, all of them at once, and a range with Shift.
const form = document.querySelector('[data-bulk]');
const count = document.querySelector('[data-bulk-count]');
const everyRow = document.querySelector('[data-tick-all]');
const ticks = [...document.querySelectorAll('input[name="id"][form="bulk"]')];
const unticked = count?.textContent ?? '';
let last = null;

function tell() {
  const chosen = ticks.filter(tick => tick.checked).length;
  count.classList.remove('is-missing');
  count.textContent = chosen ? form.dataset.some.replace('{count}', chosen) : unticked;
  everyRow.checked = chosen > 0 && chosen === ticks.length;
  everyRow.indeterminate = chosen > 0 && chosen < ticks.length;
}

/* Said where the ticks are counted, before anything is sent. */
function missing(event) {
  if (ticks.some(tick => tick.checked) || form.querySelector('[name="all"]:checked')) return;
  event.preventDefault();
  count.textContent = form.dataset.none;
  count.classList.add('is-missing');
  ticks[0]?.focus();
}

if (form && everyRow) {
  form.addEventListener('submit', missing);
  document.querySelector('[data-tick-page]').hidden = false;
  everyRow.addEventListener('change', () => {
    for (const tick of ticks) tick.checked = everyRow.checked;
    tell();
  });
  for (const tick of ticks) {
    tick.addEventListener('click', event => {
      if (event.shiftKey && last) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      }
      last = tick;
      tell();
    });
  }
  addEventListener('pageshow', tell);
}
