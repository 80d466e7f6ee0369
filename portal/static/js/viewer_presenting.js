/* Present mode: the page and nothing else, by keys, clicker and taps; afterwards a note of what was shown to whom. */

const FORWARD = new Set(['ArrowRight', 'ArrowDown', 'PageDown', ' ', 'Enter', 'n']);
const BACK = new Set(['ArrowLeft', 'ArrowUp', 'PageUp', 'Backspace']);
const BLACK = new Set(['b', '.']);
/* who only looked at the mode has shown nothing */
const LEAST_MS = 2_000;

export class Presenter {
  #stage;
  #pages;
  #dialog;
  #shown = new Map();
  #turnedAt = 0;
  #lock = null;
  isOn = false;

  constructor(root, pages) {
    this.#stage = root.querySelector('[data-stage]');
    this.#pages = pages;
    this.#dialog = root.querySelector('[data-shown]');
    pages.addEventListener('turned', ({ detail }) => { if (this.isOn) this.#count(detail.before); });
    this.#stage.addEventListener('click', (event) => this.#tap(event));
    document.addEventListener('fullscreenchange', () => { if (this.isOn && !document.fullscreenElement) this.stop(); });
    // keys go on turning the page that was shown last
    this.#dialog?.addEventListener('close', () => root.querySelector('[data-paper]').focus());
    this.#dialog?.querySelector('[data-not-now]').addEventListener('click', () => this.#dialog.close());
    this.#dialog?.querySelector('[data-account]')?.addEventListener('input', (event) => this.#offer(event.target));
  }

  async start() {
    if (this.isOn) return;
    this.isOn = true;
    this.#shown.clear();
    this.#turnedAt = performance.now();
    this.#stage.classList.add('is-presenting');
    document.documentElement.classList.add('is-presenting');
    getSelection()?.removeAllRanges();
    /* where there is no full screen for a page (an iPhone), the page fills the window */
    await this.#stage.requestFullscreen?.().catch(() => null);
    await screen.orientation?.lock?.('landscape').catch(() => null);
    this.#lock = await navigator.wakeLock?.request('screen').catch(() => null);
  }

  stop() {
    if (!this.isOn) return;
    this.#count(this.#pages.current);
    this.isOn = false;
    this.#stage.classList.remove('is-presenting', 'is-black');
    document.documentElement.classList.remove('is-presenting');
    if (document.fullscreenElement) document.exitFullscreen();
    this.#lock?.release().catch(() => null);
    this.#ask();
  }

  /* Whether the key was meant for the presentation. */
  takes(event) {
    if (!this.isOn || isForButton(event)) return false;
    const { key } = event;
    if (key === 'Escape') this.stop();
    else if (FORWARD.has(key)) this.#turn(1);
    else if (BACK.has(key)) this.#turn(-1);
    else if (BLACK.has(key)) this.#stage.classList.toggle('is-black');
    else return false;
    event.preventDefault();
    return true;
  }

  #turn(by) {
    this.#stage.classList.remove('is-black');
    this.#pages.show(this.#pages.current + by);
  }

  #tap(event) {
    if (!this.isOn) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.target.closest('[data-stop-presenting]')) return this.stop();
    const { left, width } = this.#stage.getBoundingClientRect();
    this.#turn(event.clientX - left < width / 3 ? -1 : 1);
  }

  #count(page) {
    const now = performance.now();
    this.#shown.set(page, (this.#shown.get(page) ?? 0) + now - this.#turnedAt);
    this.#turnedAt = now;
  }

  #ask() {
    const all = [...this.#shown.values()].reduce((sum, ms) => sum + ms, 0);
    if (!this.#dialog || all < LEAST_MS) return;
    const seconds = Object.fromEntries([...this.#shown].map(([page, ms]) => [page, Math.max(1, Math.round(ms / 1000))]));
    const form = this.#dialog.querySelector('form');
    form.elements.pages.value = JSON.stringify(seconds);
    form.elements.page.value = this.#pages.current;
    const total = Math.round(all / 1000);
    const time = `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
    const numbers = Object.keys(seconds).map(Number).sort((one, other) => one - other);
    const words = numbers.length === 1 ? this.#dialog.dataset.wordOfOne : this.#dialog.dataset.words;
    this.#dialog.querySelector('[data-told]').textContent = words.replace('{pages}', numbers.join(', ')).replace('{time}', time);
    this.#dialog.showModal();
  }

  async #offer(field) {
    const list = this.#dialog.querySelector('datalist');
    const answer = await fetch(`${this.#dialog.dataset.accounts}?${new URLSearchParams({ q: field.value })}`).catch(() => null);
    if (!answer?.ok) return;
    list.replaceChildren(...(await answer.json()).accounts.map(([value, label]) => Object.assign(document.createElement('option'), { value, label })));
  }
}

/* the button that stops answers to its keys, as any button does */
function isForButton({ key, target }) {
  return (key === 'Enter' || key === ' ') && target.closest('[data-stop-presenting]');
}
