/* Opens the trace of a line below it. Without script the same link loads the page with the trace open. */
const traceButton = event => event.target.closest('[data-traces] [data-trace]');

document.addEventListener('click', async event => {
  const button = traceButton(event);
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const row = button.closest('tr');
  const open = button.getAttribute('aria-expanded') === 'true';
  const there = row.nextElementSibling?.classList.contains('trace') ? row.nextElementSibling : null;
  if (!open && !there) {
    const answer = await fetch(button.dataset.trace, { headers: { 'X-Requested-With': 'fetch' } });
    if (!answer.ok) { location.assign(button.href); return; }
    row.insertAdjacentHTML('afterend', await answer.text());
  } else if (there) there.hidden = open;
  button.setAttribute('aria-expanded', String(!open));
  row.classList.toggle('is-open', !open);
});

document.addEventListener('keydown', event => {
  if (event.key !== ' ' || !traceButton(event)) return;
  event.preventDefault();
  event.target.click();
});
