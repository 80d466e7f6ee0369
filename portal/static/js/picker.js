// A list to tick from: what is ticked moves to the top and stays, whatever is searched next.
function rowOf(value, label) {
  const row = document.createElement('li');
  const box = document.createElement('label');
  box.className = 'mg-check';
  const tick = document.createElement('input');
  Object.assign(tick, { type: 'checkbox', name: 'shown', value, checked: true, className: 'form-check-input' });
  tick.dataset.label = label;
  const words = document.createElement('span');
  words.textContent = label;
  box.append(tick, words);
  row.append(box);
  return row;
}

for (const picker of document.querySelectorAll('[data-picker]')) {
  const chosen = picker.querySelector('[data-chosen]');
  const picks = picker.querySelector('[data-picks]');
  const ticked = () => new Set([...chosen.querySelectorAll('input:checked')].map(tick => tick.value));

  picker.addEventListener('change', event => {
    const row = event.target.closest('[data-picks] li');
    if (row && event.target.checked) {
      chosen.append(row);
      event.target.focus();
    }
  });

  // the answer to a search may hold what was chosen before
  picks.addEventListener('htmx:after:swap', () => {
    const known = ticked();
    for (const tick of picks.querySelectorAll('input')) if (known.has(tick.value)) tick.closest('li').remove();
  });

  picker.closest('form').addEventListener('draft:restore', event => {
    for (const { value, label } of event.detail.shown ?? []) {
      const there = picker.querySelector(`input[value="${CSS.escape(value)}"]`);
      chosen.append(there ? there.closest('li') : rowOf(value, label));
    }
  });
}
