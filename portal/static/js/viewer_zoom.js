/* Larger and smaller: by button and key in steps, by two fingers or a trackpad freely, by a double tap to and fro.
   A page of words has larger words, in lines of the same length; one that is a picture becomes wider than the stage. */

const STEPS = [1, 1.25, 1.5, 2, 3, 4];
const LARGEST = 4;
const PAN = 80;
const ARROWS = { ArrowLeft: [-PAN, 0], ArrowRight: [PAN, 0], ArrowUp: [0, -PAN], ArrowDown: [0, PAN] };

export class Zoom {
  #stage;
  #paper;
  #pages;
  #factor = 1;
  #fit = 0;

  constructor(stage, paper, pages) {
    this.#stage = stage;
    this.#paper = paper;
    this.#pages = pages;
    this.#followFingers();
    paper.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    paper.addEventListener('dblclick', (event) => this.#double(event));
    pages.addEventListener('shown', () => { if (this.#factor > 1) this.#apply(); });
    /* the address bar and the keyboard of a phone change the height alone */
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth !== width) this.to(1);
      width = innerWidth;
    });
  }

  get isOn() {
    return this.#factor > 1 && !this.#pages.plainWords;
  }

  /* Whether the key moved the enlarged page. */
  pans(event) {
    if (!this.isOn || !(event.key in ARROWS)) return false;
    event.preventDefault();
    this.#paper.scrollBy(...ARROWS[event.key]);
    return true;
  }

  step(by) {
    if (!by) return this.to(1);
    const next = by > 0 ? STEPS.find((step) => step > this.#factor + 0.01) : STEPS.findLast((step) => step < this.#factor - 0.01);
    this.to(next ?? this.#factor);
  }

  /* `at` is the point of the window that stays where it is */
  to(factor, at = null) {
    const { sheet, plainWords } = this.#pages;
    if (!sheet && !plainWords) return;
    const before = sheet?.getBoundingClientRect();
    if (this.#factor === 1) this.#fit = plainWords ? 0 : before.width;
    this.#factor = Math.min(Math.max(factor, 1), LARGEST);
    this.#apply();
    if (!at || !this.isOn) return;
    const after = sheet.getBoundingClientRect();
    const share = { x: (at.x - before.left) / before.width, y: (at.y - before.top) / before.height };
    this.#paper.scrollBy(after.left + share.x * after.width - at.x, after.top + share.y * after.height - at.y);
  }

  #apply() {
    this.#stage.classList.toggle('is-zoomed', this.isOn);
    const { plainWords } = this.#pages;
    if (plainWords) plainWords.style.setProperty('--larger', this.#factor);
    else this.#size();
  }

  #size() {
    const { sheet } = this.#pages;
    if (!sheet) return;
    this.#fit ||= sheet.getBoundingClientRect().width;
    const wide = this.isOn ? Math.round(this.#fit * this.#factor) : 0;
    sheet.style.width = wide ? `${wide}px` : '';
    /* the browser then takes the picture that is sharp at this size */
    sheet.querySelector('img').sizes = wide ? `${wide}px` : '(max-width: 640px) 92vw, 60vw';
  }

  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.to(this.#factor * Math.exp(-event.deltaY / 200), { x: event.clientX, y: event.clientY });
  }

  #double(event) {
    if (getSelection()?.toString()) return;
    this.to(this.isOn ? 1 : 2, { x: event.clientX, y: event.clientY });
  }

  #followFingers() {
    let start = null;
    this.#paper.addEventListener('touchstart', (event) => {
      start = event.touches.length === 2 ? { apart: apart(event.touches), factor: this.#factor } : null;
      /* else the browser would scroll by two fingers and tell only now and then where they are */
      if (start) hold(event);
    }, { passive: false });
    this.#paper.addEventListener('touchmove', (event) => {
      if (!start || event.touches.length !== 2) return;
      hold(event);
      const [one, other] = event.touches;
      const middle = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 };
      this.to((start.factor * apart(event.touches)) / start.apart, middle);
    }, { passive: false });
    this.#paper.addEventListener('touchend', () => { start = null; }, { passive: true });
  }
}

/* what scrolls already cannot be held */
function hold(event) {
  if (event.cancelable) event.preventDefault();
}

function apart([one, other]) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
}
