// Long forms keep what was typed in this tab: over a reload, an error and an expired log-in. <form data-draft="NAME">
const PREFIX = 'draft:';
const SKIPPED = new Set(['password', 'file', 'hidden', 'submit', 'button']);

const store = {
  read: key => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
  write: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or closed */ } },
  drop: key => { try { sessionStorage.removeItem(key); } catch { /* closed */ } },
  keys: () => { try { return Object.keys(sessionStorage).filter(key => key.startsWith(PREFIX)); } catch { return []; } },
};

// another person who logs in within the same tab must not see it
const keyOf = form => `${PREFIX}${document.body.dataset.person}:${form.dataset.draft}`;
const fieldsOf = form => [...form.elements].filter(field => field.name && !SKIPPED.has(field.type));
const isTick = field => field.type === 'checkbox' || field.type === 'radio';

function collect(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    if (!isTick(field)) values[field.name] = [{ value: field.value }];
    else {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push({ value: field.value, label: field.dataset.label });
    }
  }
  return values;
}

function restore(form, values) {
  form.dispatchEvent(new CustomEvent('draft:restore', { detail: values }));
  for (const field of fieldsOf(form)) {
    const kept = values[field.name];
    if (!kept) continue;
    if (isTick(field)) field.checked = kept.some(one => one.value === field.value);
    else if (kept[0]) field.value = kept[0].value;
  }
  form.querySelector('[data-draft-note]')?.removeAttribute('hidden');
}

function keep(form) {
  const key = keyOf(form);
  const untouched = JSON.stringify(collect(form));
  const draft = store.read(key);
  if (draft) {
    restore(form, draft.values);
    store.write(key, { values: draft.values });
  }
  let timer = 0;
  const save = () => store.write(key, { values: collect(form) });
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 300); });
  form.addEventListener('change', save);
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    store.write(key, { values: collect(form), sent: true });
  });
  form.querySelector('[data-draft-discard]')?.addEventListener('click', () => {
    store.drop(key);
    restore(form, JSON.parse(untouched));
    form.querySelector('[data-draft-note]')?.setAttribute('hidden', '');
  });
}

export function keepDrafts() {
  document.querySelectorAll('form[data-draft]').forEach(keep);
}

// What was sent and did not come back to its form, to the log-in or to an error has arrived.
export function settleDrafts() {
  if ('keepsDrafts' in document.body.dataset) return;
  const here = new Set([...document.querySelectorAll('form[data-draft]')].map(keyOf));
  for (const key of store.keys()) {
    if (!here.has(key) && store.read(key)?.sent) store.drop(key);
  }
}

export function forgetAll() {
  store.keys().forEach(store.drop);
}
