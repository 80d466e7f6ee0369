/* The upload form: a file goes up in parts as soon as it is chosen, while the form is filled in; the form
   then names it. Without this script the form brings the file itself. <form data-upload> */
import { Sending } from './sending.js';
import { dropped, takeFolder, withPaths } from './folder.js';
import { rowOf } from './sending_row.js';

function start(form) {
  const file = form.querySelector('input[type="file"]');
  const drop = form.querySelector('[data-drop]');
  const place = form.querySelector('[data-sendings]');
  const named = form.elements.upload;
  let current = null;

  const take = chosen => {
    if (current && !current.isOver) current.cancel();
    file.removeAttribute('name');
    nameTitle(form, chosen.name);
    show(new Sending(chosen));
  };
  const show = sending => {
    current = sending;
    place.replaceChildren(rowOf(sending));
    sending.addEventListener('change', () => follow(sending));
    follow(sending);
    sending.run();
  };
  const follow = sending => {
    if (sending !== current) return;
    named.value = sending.state === 'stored' ? sending.ref : '';
    if (sending.state === 'cancelled') forget();
    if (sending.state === 'same' || (sending.state === 'stored' && sending.same.length)) offer(form, place, sending);
    if (sending.state === 'stored' && !sending.same.length && form.dataset.waits) form.requestSubmit();
    if (['refused', 'same', 'paused'].includes(sending.state)) waitNoMore();
  };
  const forget = () => {
    current = null;
    file.value = '';
    file.setAttribute('name', 'file');
    place.replaceChildren();
    waitNoMore();
  };
  const waitNoMore = () => {
    delete form.dataset.waits;
    form.querySelector('[data-waits-note]').hidden = true;
  };

  const several = document.querySelector('[data-folder-place]');
  const takeAll = chosen => {
    if (!chosen.length) return;
    if (!several || (chosen.length === 1 && !chosen[0].path.includes('/'))) return take(chosen[0].file);
    // its fields would stand twice on the page
    form.remove();
    takeFolder(chosen, several);
  };
  if (several) chooseSeveral(form, file, takeAll);
  file.addEventListener('change', () => takeAll(withPaths(file.files)));
  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, event => { event.preventDefault(); drop.classList.add('is-over'); });
  for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('is-over'));
  drop.addEventListener('drop', async event => {
    event.preventDefault();
    takeAll(await dropped(event.dataTransfer));
  });
  form.addEventListener('submit', event => {
    if (!current || current.isOver) return;
    event.preventDefault();
    // the question comes before the sending
    const question = place.querySelector('[data-same] [data-keep]');
    if (question) return question.focus();
    form.dataset.waits = 'true';
    form.querySelector('[data-waits-note]').hidden = false;
    current.run();
  });
  window.addEventListener('beforeunload', event => {
    if (current?.isRunning && !form.dataset.waits) event.preventDefault();
  });
  listUnfinished(form, known => show(new Sending({ name: known.name, size: known.size }, { known })));
}

/* With this script more than one file may be chosen, and a whole folder. */
function chooseSeveral(form, file, takeAll) {
  file.multiple = true;
  const choose = form.querySelector('[data-choose-folder]');
  choose.hidden = false;
  choose.querySelector('input').addEventListener('change', event => takeAll(withPaths(event.target.files)));
}

/* What was sent before this page was opened: used as it is, or gone on with once it is chosen again. */
function listUnfinished(form, use) {
  const list = form.querySelector('[data-unfinished]');
  if (!list) return;
  list.hidden = false;
  for (const row of list.querySelectorAll('[data-ref]')) {
    const known = { ref: row.dataset.ref, name: row.dataset.name, size: Number(row.dataset.size) };
    row.querySelector('[data-use]')?.addEventListener('click', () => { row.remove(); nameTitle(form, known.name); use(known); });
    row.querySelector('[data-forget]').addEventListener('click', () => {
      row.remove();
      new Sending({ name: known.name, size: known.size }, { known }).cancel();
    });
  }
  const first = form.elements.upload.value;
  if (first) list.querySelector(`[data-ref="${CSS.escape(first)}"] [data-use]`)?.click();
}

/* "This file is already here as …": open it, add it there as a new version, or keep both. */
function offer(form, place, sending) {
  if (place.querySelector('[data-same]')) return;
  const [first] = sending.same;
  const box = document.querySelector('[data-upload-same]').content.firstElementChild.cloneNode(true);
  const open = box.querySelector('[data-open]');
  open.textContent = first.title;
  open.href = `/library/${encodeURIComponent(first.ref)}`;
  const asVersion = box.querySelector('[data-as-version]');
  asVersion.hidden = form.dataset.upload === first.ref;
  asVersion.addEventListener('click', async () => {
    box.remove();
    await sending.keepBoth();
    if (sending.ref) location.assign(`/library/${encodeURIComponent(first.ref)}/versions/new?upload=${sending.ref}`);
  });
  box.querySelector('[data-keep]').addEventListener('click', () => { box.remove(); sending.keepBoth(); });
  place.append(box);
}

function nameTitle(form, fileName) {
  const title = form.elements.title;
  if (title && !title.value) title.value = fileName.replace(/\.[^.]+$/, '').replaceAll(/[_-]+/g, ' ');
}

document.querySelectorAll('form[data-upload]').forEach(start);
