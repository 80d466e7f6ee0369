// A field with a list of links below it: arrow keys walk the list while the field keeps the focus, Enter opens.
export function combobox(field, box) {
  const options = () => [...box.querySelectorAll('[role="option"]')];
  const active = () => box.querySelector('[role="option"][aria-selected="true"]');

  function mark(option) {
    active()?.setAttribute('aria-selected', 'false');
    field.removeAttribute('aria-activedescendant');
    if (!option) return;
    option.setAttribute('aria-selected', 'true');
    field.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  field.addEventListener('keydown', event => {
    const all = box.hidden ? [] : options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      event.stopPropagation();
      const at = all.indexOf(active()) + step;
      // past either end lies the field itself
      mark(at === -2 ? all.at(-1) : all[at]);
    } else if (event.key === 'Enter' && active() && !box.hidden && isCurrent()) {
      event.preventDefault();
      active().click();
    }
  });
  // the list may be of what was typed before
  const isCurrent = () => (box.querySelector('[data-for]')?.dataset.for ?? '') === field.value.trim();
  // a press on the list must not take the focus from the field
  box.addEventListener('mousedown', event => event.preventDefault());
  return { options, mark };
}
