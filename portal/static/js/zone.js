/* The place of a partner's name: dragged on the page, moved by keys, or typed; fields are the truth. */

const form = document.querySelector('[data-zone]');
const ground = form.querySelector('[data-zone-ground]');
const box = form.querySelector('[data-zone-box]');
const grip = form.querySelector('[data-zone-grip]');
const preview = form.querySelector('[data-zone-preview]');
const fields = Object.fromEntries(['x', 'y', 'width', 'height'].map((name) => [name, form.elements[name]]));
const LEAST = { width: 5, height: 2 };
const STEP = 0.5;
const PREVIEW_AFTER = 700;
let timer = 0;
let drag = null;

const read = () => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, Number(field.value) || 0]));
const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

function put(wanted) {
  const width = within(wanted.width, LEAST.width, 100);
  const height = within(wanted.height, LEAST.height, 100);
  const place = { width, height, x: within(wanted.x, 0, 100 - width), y: within(wanted.y, 0, 100 - height) };
  for (const [name, value] of Object.entries(place)) fields[name].value = value.toFixed(2).replace(/\.?0+$/, '');
  draw();
}

function draw() {
  const place = read();
  for (const [name, value] of Object.entries(place)) box.setAttribute(name, value);
  grip.style.left = `${place.x + place.width}%`;
  grip.style.top = `${place.y + place.height}%`;
  clearTimeout(timer);
  timer = setTimeout(showPreview, PREVIEW_AFTER);
}

function showPreview() {
  const names = ['page', 'x', 'y', 'width', 'height', 'background', 'alignment'];
  const wanted = `${form.dataset.preview}?${new URLSearchParams(names.map((name) => [name, form.elements[name].value]))}`;
  if (preview.getAttribute('src') === wanted) return;
  preview.classList.add('is-late');
  preview.src = wanted;
}

function start(event, sizes) {
  if (event.button) return;
  event.preventDefault();
  const { width, height } = ground.getBoundingClientRect();
  drag = { from: [event.clientX, event.clientY], scale: [100 / width, 100 / height], place: read(), sizes };
  event.target.setPointerCapture(event.pointerId);
}

function move(event) {
  if (!drag) return;
  const across = (event.clientX - drag.from[0]) * drag.scale[0];
  const down = (event.clientY - drag.from[1]) * drag.scale[1];
  const { place } = drag;
  if (!drag.sizes) return put({ ...place, x: place.x + across, y: place.y + down });
  return put({ ...place, width: Math.min(place.width + across, 100 - place.x), height: Math.min(place.height + down, 100 - place.y) });
}

function onKey(event) {
  const [across, down] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
  if (!across && !down) return;
  event.preventDefault();
  const place = read();
  if (event.shiftKey) put({ ...place, width: Math.min(place.width + across, 100 - place.x), height: Math.min(place.height + down, 100 - place.y) });
  else put({ ...place, x: place.x + across, y: place.y + down });
}

box.addEventListener('pointerdown', (event) => start(event, false));
grip.addEventListener('pointerdown', (event) => start(event, true));
for (const each of [box, grip]) {
  each.addEventListener('pointermove', move);
  for (const end of ['pointerup', 'pointercancel']) each.addEventListener(end, () => { drag = null; });
}
ground.addEventListener('keydown', onKey);
preview.addEventListener('load', () => preview.classList.remove('is-late'));
for (const field of Object.values(fields)) field.addEventListener('change', () => put(read()));
for (const name of ['background', 'alignment']) form.elements[name].addEventListener('change', draw);
form.elements.page.addEventListener('change', ({ target }) => {
  form.querySelector('[data-zone-image]').src = form.dataset.image.replace('/pages/0/', `/pages/${target.value}/`);
  draw();
});
draw();
