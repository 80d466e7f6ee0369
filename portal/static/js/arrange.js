// Ordering by dragging: the rows follow the pointer, and the form at the end sends the whole order.
let dragged = null;
// what it lay before, should it be let go elsewhere
let stoodBefore = null;

const list = () => document.querySelector('[data-arranged]');

document.addEventListener('dragstart', event => {
  const grip = event.target.closest?.('[data-grip]');
  if (!grip) return;
  dragged = grip.closest('[data-item]');
  stoodBefore = dragged.nextElementSibling;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', dragged.dataset.item);
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add('is-dragged');
});

document.addEventListener('dragover', event => {
  const over = event.target.closest?.('[data-item]');
  if (!dragged || !list().contains(event.target)) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const box = over.getBoundingClientRect();
  const isBelow = event.clientY > box.top + box.height / 2;
  list().insertBefore(dragged, isBelow ? over.nextElementSibling : over);
});

document.addEventListener('drop', event => {
  if (dragged) event.preventDefault();
});

document.addEventListener('dragend', event => {
  if (!dragged) return;
  dragged.classList.remove('is-dragged');
  const isDropped = event.dataTransfer.dropEffect !== 'none';
  if (!isDropped) list().insertBefore(dragged, stoodBefore);
  dragged = null;
  if (!isDropped) return;
  const form = document.getElementById('order-form');
  form.elements.order.value = [...list().querySelectorAll('[data-item]')].map(row => row.dataset.item).join(',');
  form.requestSubmit();
});

// a button that can do nothing stays in reach of the keyboard, and does nothing
document.addEventListener('click', event => {
  if (!event.target.closest?.('[data-arranged] [aria-disabled="true"]')) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// a heading that was added leaves its field empty for the next one
document.addEventListener('htmx:after:swap', () => {
  const field = document.getElementById('heading');
  if (field && document.activeElement?.closest('.co-add')) field.value = '';
});
