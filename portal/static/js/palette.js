// The command palette: Ctrl-K or Cmd-K opens it on every page; what it finds comes from the server.
import { combobox } from './combobox.js';

const palette = document.getElementById('palette');
if (palette) {
  const field = palette.querySelector('input');
  const box = palette.querySelector('[data-list]');
  const list = combobox(field, box);

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    field.select();
    htmx.trigger(field, 'palette:open');
  };

  // the first one is what Enter opens
  new MutationObserver(() => list.mark(list.options()[0])).observe(box, { childList: true });
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });
  // a field of this type would first empty itself
  field.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    palette.close();
  });
  document.addEventListener('click', event => {
    const asks = event.target.closest('[data-palette]');
    if (asks && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      // a sheet that holds the button would lie above it
      asks.closest('[popover]')?.hidePopover();
      open();
    } else if (event.target === palette || event.target.closest('[data-close-palette]')) palette.close();
  });
}
