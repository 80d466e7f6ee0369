// What was done, said in a corner: toasts of the page, and toast(text, tone) for scripts.
const STAY = 8000;

function watch(box) {
  box.dataset.isWatched = 'yes';
  box.querySelector('[data-dismiss]')?.addEventListener('click', () => box.remove());
  // what went wrong stays until it was read
  if (box.dataset.toast !== 'good') return;
  let timer = setTimeout(() => box.remove(), STAY);
  box.addEventListener('pointerenter', () => clearTimeout(timer));
  box.addEventListener('pointerleave', () => { timer = setTimeout(() => box.remove(), STAY); });
}

export function toast(text, tone = 'good') {
  const box = document.createElement('div');
  box.className = `mg-toast is-${tone}`;
  box.dataset.toast = tone;
  const words = document.createElement('span');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn btn-quiet btn-sm btn-ico';
  close.dataset.dismiss = '';
  close.setAttribute('aria-label', document.body.dataset.close);
  close.textContent = '×';
  box.append(words, close);
  document.getElementById('toasts')?.append(box);
  watch(box);
}

export function startToasts() {
  document.querySelectorAll('[data-toast]').forEach(watch);
  // a fragment may bring one, with its undo
  const place = document.getElementById('toasts');
  if (place) {
    // what stood there when the page came is not read out; what is put there is
    setTimeout(() => place.append(...place.children), 200);
    new MutationObserver(changes => {
      for (const box of changes.flatMap(change => [...change.addedNodes])) if (box.matches?.('[data-toast]') && !box.dataset.isWatched) watch(box);
    }).observe(place, { childList: true });
  }
  // a fragment may say what was done: HX-Trigger: {"toast": {"text": "…", "tone": "good"}}
  document.addEventListener('toast', event => toast(event.detail.text, event.detail.tone));
}
