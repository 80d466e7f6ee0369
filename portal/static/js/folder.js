/* A folder, or several files: a table to look over, then each goes up and becomes a draft. upload.js hands over. */
import { checked } from './folder_check.js';
import { Sending } from './sending.js';
import { rowOf } from './sending_row.js';

const AT_ONCE = 3;
const words = () => document.querySelector('[data-folder-words]').dataset;
const headers = () => ({ 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content, 'X-Requested-With': 'fetch' });

/* Files of an input with webkitdirectory carry their paths; those of several chosen files are their names. */
export const withPaths = files => [...files].map(file => ({ file, path: file.webkitRelativePath || file.name }));

/* What was dropped: files, and folders with all that is in them. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry, above, found) {
  const path = above + entry.name;
  if (entry.isFile) return found.push({ file: await new Promise((done, failed) => entry.file(done, failed)), path });
  const reader = entry.createReader();
  // a reader gives a hundred at a time, and nothing at the end
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}/`, found);
  }
}

export async function takeFolder(chosen, place) {
  const form = new FormData();
  form.append('paths', JSON.stringify(chosen.map(one => one.path)));
  const answer = await fetch('/library/new/folder', { method: 'POST', body: form, headers: headers() });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  place.replaceChildren(...page.body.children);
  // what htmx fetches into it: how many partners an audience reaches
  globalThis.htmx?.process(place);
  place.querySelector('[data-folder-note]').focus();
  const files = new Map(chosen.map(one => [one.path, one.file]));
  const table = place.querySelector('[data-folder-form]');
  table.addEventListener('submit', event => {
    event.preventDefault();
    sendAll(table, files);
  });
}

async function sendAll(form, files) {
  const batch = form.dataset.batch ??= crypto.randomUUID?.() ?? String(Date.now()) + Math.random().toString(36).slice(2, 14);
  const rows = [...form.querySelectorAll('tr[data-path]:not([data-refused], [data-ref])')];
  const tags = tagsOf(form);
  const button = form.querySelector('[data-send-folder]');
  button.disabled = true;
  if (!await checked(form, common(form, tags), headers())) {
    button.disabled = false;
    return;
  }
  const leaving = event => event.preventDefault();
  window.addEventListener('beforeunload', leaving);
  tell(form);
  for (const line of rounds(rows, files)) {
    const next = async () => {
      for (let row = line.shift(); row; row = line.shift()) {
        await take(row, files.get(row.dataset.path), { form, tags, batch });
        tell(form);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }
  window.removeEventListener('beforeunload', leaving);
  settle(form, batch);
}

/* Files of one size never go up together: whether they are one file twice is seen when the first is a draft. */
function rounds(rows, files) {
  const found = [];
  const seen = new Map();
  for (const row of rows) {
    const { size } = files.get(row.dataset.path);
    const round = seen.get(size) ?? 0;
    seen.set(size, round + 1);
    (found[round] ??= []).push(row);
  }
  return found;
}

/* How far all of them are, where the button was pressed: the rows may be far above. */
function tell(form) {
  const place = form.querySelector('[data-folder-progress]');
  const rows = [...form.querySelectorAll('tr[data-path]:not([data-refused])')];
  const done = rows.filter(row => row.isSettled).length;
  place.hidden = false;
  place.querySelector('progress').value = done;
  place.querySelector('[data-so-far]').textContent = words().soFar.replace('{done}', done).replace('{all}', rows.length);
}

/* One row from its file to its draft; resolves when nothing more happens by itself. */
async function take(row, file, { form, tags, batch }) {
  const sending = row.sending ??= new Sending(file, { batch });
  const place = row.querySelector('[data-state-of-file]');
  row.isSettled = false;
  place.replaceChildren(rowOf(sending));
  for (const field of row.querySelectorAll('input, select')) field.disabled = true;
  const onward = async () => {
    await sending.run();
    if (sending.state === 'same' || sending.same.length) return offer(row, sending, onward);
    if (sending.state === 'stored') return draft(row, sending, form, tags);
  };
  // resumed by hand later on: then, too, it becomes a draft
  sending.addEventListener('change', () => { if (row.isSettled && sending.state === 'stored') draft(row, sending, form, tags).then(() => settle(form, batch)); });
  await onward();
  row.isSettled = true;
}

/* What the files share: the fields below, and the tags of all folders. */
function common(form, tags) {
  const fields = new FormData(form);
  for (const { name, vocabulary } of tags.values()) if (vocabulary && name) fields.append(vocabulary, name);
  return fields;
}

async function draft(row, sending, form, tags) {
  if (row.dataset.ref) return;
  const fields = new FormData(form);
  fields.append('upload', sending.ref);
  fields.append('title', row.querySelector('[data-title]').value);
  fields.append('kind', row.querySelector('[data-kind]').value);
  for (const word of JSON.parse(row.dataset.words)) {
    const tag = tags.get(word);
    if (tag?.vocabulary && tag.name) fields.append(tag.vocabulary, tag.name);
  }
  const answer = await fetch('/library/arrivals', { method: 'POST', body: fields, headers: headers() }).catch(() => null);
  const body = await answer?.json().catch(() => null);
  const place = row.querySelector('[data-state-of-file]');
  if (!body?.ref) return place.append(line('mg-error', body?.sentence ?? words().broken));
  row.dataset.ref = body.ref;
  const link = document.createElement('a');
  link.href = `/library/${encodeURIComponent(body.ref)}`;
  link.textContent = words().draft;
  place.replaceChildren(link);
}

/* It is here already: left out unless somebody wants it twice. */
function offer(row, sending, onward) {
  const [first] = sending.same;
  const place = row.querySelector('[data-state-of-file]');
  const box = line('mg-small', `${words().same} `);
  const link = document.createElement('a');
  Object.assign(link, { href: `/library/${encodeURIComponent(first.ref)}`, textContent: first.title, target: '_blank' });
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'btn btn-sm', textContent: words().keep });
  button.addEventListener('click', () => { Object.assign(sending, { mayBeSame: false, same: [], state: 'waiting' }); place.replaceChildren(rowOf(sending)); onward(); });
  box.append(link, ' ', button);
  place.replaceChildren(box);
}

function tagsOf(form) {
  const fields = [...form.querySelectorAll('[data-folder-word]')];
  return new Map(fields.map(one => [one.dataset.folderWord, { name: one.querySelector('input').value.trim(), vocabulary: one.querySelector('select').value }]));
}

/* All is up: on to the list, or what did not go is said and can be sent again. */
function settle(form, batch) {
  const rows = [...form.querySelectorAll('tr[data-path]:not([data-refused])')];
  const here = rows.filter(row => row.dataset.ref);
  const same = rows.filter(row => row.sending?.state === 'same');
  const left = rows.length - here.length - same.length;
  const address = `/library/arrivals/${batch}`;
  if (!left && here.length && !same.length) return location.assign(address);
  const said = form.querySelector('[data-folder-said]');
  said.hidden = false;
  said.textContent = words().settled.replace('{here}', here.length).replace('{same}', same.length).replace('{left}', left);
  form.querySelector('[data-folder-progress]').hidden = true;
  const again = form.querySelector('[data-send-folder]');
  again.disabled = false;
  again.hidden = !left;
  again.textContent = again.dataset.again;
  const onward = form.querySelector('[data-onward]');
  onward.hidden = !here.length;
  onward.href = address;
  onward.classList.toggle('btn-primary', !left);
  if (!left) (here.length ? onward : form.querySelector('[data-state-of-file] button'))?.focus();
}

function line(className, text) {
  const made = document.createElement('p');
  Object.assign(made, { className, textContent: text });
  return made;
}
