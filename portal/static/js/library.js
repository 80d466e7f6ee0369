// The library: a choice is applied at once; arrow keys go from hit to hit.
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
