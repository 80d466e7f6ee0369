/* Cumulative active milliseconds of each page: visible, in focus, and with input in the last 30 seconds. */

const INPUT_LASTS = 30_000;
const TICK = 250;
/* a longer gap between two ticks is a machine that slept, not a person who read */
const LONGEST_TICK = 1_000;
const SIGNS = ['pointermove', 'pointerdown', 'wheel', 'touchstart', 'touchmove', 'keydown'];

export class ActiveTime extends EventTarget {
  #pages = new Map();
  #page;
  #last = performance.now();
  #lastInput = this.#last;
  #isPlaying;
  human = false;

  constructor({ page, isPlaying }) {
    super();
    this.#page = page;
    this.#isPlaying = isPlaying;
    for (const sign of SIGNS) addEventListener(sign, (event) => this.#input(event), { passive: true, capture: true });
    addEventListener('focus', (event) => { if (event.target === window) this.#input(event); }, true);
    for (const name of ['blur', 'pagehide', 'pageshow']) addEventListener(name, () => this.tick());
    document.addEventListener('visibilitychange', () => this.tick());
    setInterval(() => this.tick(), TICK);
  }

  /* {page: milliseconds}, whole and never falling while a view lasts */
  get pages() {
    this.tick();
    return Object.fromEntries([...this.#pages].map(([page, ms]) => [page, Math.floor(ms)]).filter(([, ms]) => ms > 0));
  }

  get isActive() {
    const now = performance.now();
    if (this.#isPlaying()) this.#lastInput = now;
    return document.visibilityState === 'visible' && document.hasFocus() && now - this.#lastInput < INPUT_LASTS;
  }

  /* a sign of a person that this page cannot see: the demo in a frame tells of it */
  touched() {
    this.tick();
    this.#lastInput = performance.now();
    if (this.human) return;
    this.human = true;
    this.dispatchEvent(new Event('human'));
  }

  turnTo(page) {
    this.tick();
    this.#page = page;
  }

  startAgain() {
    this.tick();
    this.#pages.clear();
  }

  tick() {
    const now = performance.now();
    const passed = Math.min(now - this.#last, LONGEST_TICK);
    this.#last = now;
    if (!this.isActive) return;
    this.#pages.set(this.#page, (this.#pages.get(this.#page) ?? 0) + passed);
    this.dispatchEvent(new Event('active'));
  }

  #input(event) {
    if (event.isTrusted) this.touched();
  }
}
