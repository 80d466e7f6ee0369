/* A bar while a plain form's file goes up. The page that comes back replaces this one's content, as it
   would without script; data-working and data-lost of the form are what is said meanwhile. */
const listen = root => {
  for (const form of root.querySelectorAll('form[data-progress]')) form.addEventListener('submit', send);
};

const send = event => {
  event.preventDefault();
  const form = event.target;
  const bar = form.querySelector('[data-bar]');
  const said = form.querySelector('[data-said]');
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  // what leads on to another page is followed by the page itself (portal/web/staying.py)
  request.setRequestHeader('X-Stays', '1');
  request.upload.addEventListener('progress', at => {
    bar.hidden = !at.lengthComputable;
    bar.value = at.lengthComputable ? (100 * at.loaded) / at.total : 0;
    said.textContent = at.loaded === at.total ? form.dataset.working : '';
  });
  request.addEventListener('error', () => { bar.hidden = true; said.textContent = form.dataset.lost; });
  request.addEventListener('load', () => show(request, form));
  request.send(new FormData(form, event.submitter));
};

const show = (request, form) => {
  const on = request.getResponseHeader('HX-Redirect');
  if (on) return location.assign(on);
  const main = new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('main');
  document.querySelector('main').replaceWith(main);
  const chosen = main.querySelector('form[data-keeps-file] input[type=file]');
  if (chosen) chosen.files = form.querySelector('input[type=file]').files;
  listen(main);
  main.focus();
};

listen(document);
