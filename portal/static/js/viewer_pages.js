/* The pages of a document: made when they are turned to, their words asked for when they are shown. */
import { drawLayer } from './viewer_layer.js';

export class Pages extends EventTarget {
  #root;
  #paper;
  #counter;
  #base;
  #facts = null;
  #articles = new Map();
  #words = new Map();
  current = 1;

  constructor(root) {
    super();
    this.#root = root;
    this.#paper = root.querySelector('[data-paper]');
    this.#counter = root.querySelector('[data-current-page]');
    this.#base = root.dataset.pages;
    this.count = Number(root.dataset.pageCount);
    const first = this.#paper.querySelector('[data-page]');
    this.#articles.set(Number(first.dataset.page), first);
    this.current = Number(first.dataset.page);
  }

  get article() {
    return this.#articles.get(this.current);
  }

  get sheet() {
    return this.article?.querySelector('[data-sheet]') ?? null;
  }

  /* the words of a page that is read as such: beside them a cover is a picture only */
  get plainWords() {
    return this.article?.querySelector('.v-words') ?? null;
  }

  wanted() {
    const number = Number(new URLSearchParams(location.hash.slice(1)).get('page'));
    return number >= 1 && number <= this.count ? number : this.current;
  }

  /* The number changes at once; "turned" says so, "shown" comes when the page stands with its words. */
  async show(number) {
    const page = Math.min(Math.max(number, 1), this.count);
    const before = this.current;
    this.current = page;
    this.#tell(page);
    if (page !== before) this.dispatchEvent(new CustomEvent('turned', { detail: { page, before } }));
    const article = await this.#made(page);
    if (this.current !== page) return;
    for (const each of this.#articles.values()) each.hidden = each !== article;
    this.#paper.scrollTo(0, 0);
    const words = await this.words(page);
    if (this.current !== page) return;
    this.dispatchEvent(new CustomEvent('shown', { detail: { page, article, words } }));
    for (const near of [page + 1, page - 1]) if (near >= 1 && near <= this.count) this.#made(near);
  }

  /* {text, layer} of a page */
  async words(number) {
    if (!this.#words.has(number)) {
      const answer = await fetch(`${this.#base}/${number}/words`).catch(() => null);
      this.found(answer);
      if (!answer?.ok) return { text: '', layer: [] };
      this.#words.set(number, await answer.json());
      this.#fill(number);
    }
    return this.#words.get(number);
  }

  /* Says so where the portal does not answer, or no longer opens the document; and takes it back. */
  found(answer) {
    this.#root.querySelector('[data-lost]').hidden = Boolean(answer?.ok);
  }

  async facts() {
    this.#facts ??= fetch(this.#base).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer))).then((found) => found.pages).catch(() => {
      this.#facts = null;
      return [];
    });
    return this.#facts;
  }

  #fill(number) {
    const article = this.#articles.get(number);
    const words = this.#words.get(number);
    if (!article || !words) return;
    article.querySelector('[data-words]').textContent = words.text;
    const image = article.querySelector('img');
    /* a picture that was asked for while nobody answered is not asked for again by itself */
    if (image?.complete && !image.naturalWidth) image.src = image.getAttribute('src');
    if (image) drawLayer(image.parentElement, words.layer, { width: Number(image.getAttribute('width')), height: Number(image.getAttribute('height')) });
  }

  #tell(page) {
    this.#counter.dataset.currentPage = page;
    this.#counter.querySelector('b').textContent = page;
    for (const button of this.#root.querySelectorAll('[data-turn]')) {
      const to = page + Number(button.dataset.turn);
      button.setAttribute('aria-disabled', String(to < 1 || to > this.count));
      if (to >= 1 && to <= this.count) button.href = `#page=${to}`;
      else button.removeAttribute('href');
    }
    if (location.hash !== `#page=${page}` && (page !== 1 || location.hash)) history.replaceState(history.state, '', `#page=${page}`);
  }

  async #made(number) {
    if (this.#articles.has(number)) return this.#articles.get(number);
    const facts = (await this.facts())[number - 1];
    if (facts && !this.#articles.has(number)) {
      const article = this.#article(number, facts);
      this.#articles.set(number, article);
      this.#paper.append(article);
      this.#fill(number);
    }
    return this.#articles.get(number) ?? null;
  }

  #article(number, [title, width, height, smallWidth, hasPicture]) {
    const article = document.createElement('article');
    const isCover = number === 1 && 'coverHasWords' in this.#root.dataset;
    article.className = `v-page${isCover ? ' is-cover' : ''}`;
    article.dataset.page = number;
    article.hidden = true;
    const label = this.#root.dataset.pageWords.replace('{page}', number).replace('{pages}', this.count);
    article.setAttribute('aria-label', label);
    const words = document.createElement('div');
    words.dataset.words = '';
    words.className = hasPicture && !isCover ? 'visually-hidden' : 'v-words';
    if (hasPicture) article.append(this.#sheet(number, title || label, { width, height, smallWidth }));
    article.append(words);
    return article;
  }

  #sheet(number, alt, { width, height, smallWidth }) {
    const sheet = document.createElement('div');
    sheet.className = 'v-sheet';
    sheet.dataset.sheet = '';
    const image = document.createElement('img');
    const base = `${this.#base}/${number}`;
    Object.assign(image, { width, height, alt, draggable: false, sizes: '(max-width: 640px) 92vw, 60vw' });
    const { namedPage, namedPicture } = this.#root.dataset;
    const isNamed = number === Number(namedPage);
    if (smallWidth && !isNamed) image.srcset = `${base}/small ${smallWidth}w, ${base}/image ${width}w`;
    image.src = isNamed ? namedPicture : `${base}/image`;
    sheet.append(image);
    return sheet;
  }
}
