// Uploading with its progress: the form works without this, the page then just waits. <form data-upload>
const size = new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });

function start(form) {
  const file = form.querySelector('input[type="file"]');
  const drop = form.querySelector('[data-drop]');
  const chosen = form.querySelector('[data-chosen]');
  const show = () => { chosen.textContent = file.files[0]?.name ?? chosen.dataset.none; };
  file.addEventListener('change', () => {
    show();
    const title = form.elements.title;
    if (title && !title.value && file.files[0]) title.value = file.files[0].name.replace(/\.[^.]+$/, '').replaceAll(/[_-]+/g, ' ');
  });
  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, () => drop.classList.add('is-over'));
  for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('is-over'));
  show();
  form.addEventListener('submit', event => {
    if (!file.files.length) return;
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const box = form.querySelector('[data-progress]');
  const bar = box.querySelector('progress');
  const said = box.querySelector('[data-said]');
  const button = form.querySelector('.btn-primary');
  const refused = sentence => {
    button.disabled = false;
    box.hidden = true;
    tell(form, sentence);
  };
  const request = new XMLHttpRequest();
  request.upload.addEventListener('progress', event => {
    bar.value = 100 * event.loaded / event.total;
    said.textContent = said.dataset.sending.replace('{done}', size.format(event.loaded / 1e6)).replace('{all}', size.format(event.total / 1e6));
  });
  request.upload.addEventListener('load', () => {
    bar.removeAttribute('value');
    said.textContent = said.dataset.storing;
  });
  request.addEventListener('load', () => {
    const answer = request.response ?? {};
    if (answer.address) return location.assign(answer.address);
    if (request.status === 401) return location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    return refused(answer.sentence ?? said.dataset.broken);
  });
  request.addEventListener('error', () => refused(said.dataset.broken));
  button.disabled = true;
  bar.value = 0;
  box.hidden = false;
  tell(form, '');
  request.open('POST', form.action);
  request.responseType = 'json';
  request.setRequestHeader('X-Requested-With', 'fetch');
  request.setRequestHeader('X-CSRFToken', document.querySelector('meta[name="csrf-token"]').content);
  request.send(new FormData(form));
}

function tell(form, sentence) {
  const place = form.querySelector('[data-refusal]');
  place.replaceChildren();
  if (!sentence) return;
  const box = document.createElement('p');
  box.className = 'mg-call is-bad';
  box.textContent = sentence;
  place.append(box);
  place.scrollIntoView({ block: 'center' });
}

document.querySelectorAll('form[data-upload]').forEach(start);
