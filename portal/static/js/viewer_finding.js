/* Words in the document: how often and on which pages, marked where they stand, stepped through one by one. */
import { markLayer, markText } from './viewer_layer.js';

export class Finder {
  #root;
  #pages;
  #strip;
  #form;
  #forms = new Set();
  #hits = [];
  #marks = [];
  #at = -1;
  /* where to start on the page that is being turned to: 1 its first mark, -1 its last */
  #coming = 0;

  constructor(root, pages, strip) {
    this.#root = root;
    this.#pages = pages;
    this.#strip = strip;
    this.#form = root.querySelector('[data-find-form]');
    this.#form.addEventListener('submit', (event) => { event.preventDefault(); this.#submit(); });
    this.#form.q.addEventListener('keydown', (event) => this.#key(event));
    this.#form.q.addEventListener('search', () => { if (!this.#form.q.value) this.stop(); });
    pages.addEventListener('shown', ({ detail }) => this.#mark(detail));
    if (root.dataset.query) this.#arrive(root.dataset.query);
  }

  /* The words of the search that led here; where only its title has them, there is nothing to show. */
  async #arrive(words) {
    await this.find(words);
    if (!this.#hits.length) this.stop();
  }

  focus() {
    this.#form.q.focus();
    this.#form.q.select();
  }

  stop() {
    this.#form.q.value = '';
    this.find('');
  }

  async find(words) {
    const answer = words.trim() ? await this.#answer(words.trim()) : null;
    const found = answer ?? { pages: [], words: [] };
    /* what was not answered is asked again by Enter */
    this.#found = answer ? words.trim() : '';
    this.#hits = found.pages.map(([page]) => page);
    this.#forms = new Set(found.words);
    this.#strip.dot(this.#hits);
    /* pages that were shown before still carry the marks of what was sought then */
    for (const marks of this.#root.querySelectorAll('.v-marks')) marks.replaceChildren();
    this.#root.querySelector('[data-hit-buttons]').hidden = !this.#hits.length;
    const total = found.pages.reduce((sum, [, count]) => sum + count, 0);
    const { hitWords, oneHit, onWords, onOne, noHits } = this.#root.dataset;
    const said = total > 1 ? hitWords.replace('{hits}', total) : total ? oneHit : noHits;
    this.#root.querySelector('[data-hits]').textContent = answer ? said : '';
    const places = this.#hits.length > 1 ? onWords.replace('{pages}', this.#hits.length) : this.#hits.length ? onOne : '';
    this.#root.querySelector('[data-hit-pages]').textContent = places;
    const page = this.#pages.current;
    if (this.#pages.article) this.#mark({ page, article: this.#pages.article, words: await this.#pages.words(page) });
  }

  step(by) {
    if (!this.#hits.length) return;
    const next = this.#at + by;
    if (this.#marks.length && next >= 0 && next < this.#marks.length) return this.#stand(next);
    const { current } = this.#pages;
    const ahead = by > 0 ? this.#hits.find((page) => page > current) : this.#hits.findLast((page) => page < current);
    const page = ahead ?? (by > 0 ? this.#hits[0] : this.#hits.at(-1));
    this.#coming = by;
    if (page === current) this.#stand(by > 0 ? 0 : this.#marks.length - 1);
    else this.#pages.show(page);
  }

  #found = '';

  #submit() {
    if (this.#form.q.value.trim() === this.#found) this.step(1);
    else this.find(this.#form.q.value).then(() => { if (!this.#marks.length) this.step(1); });
  }

  #key(event) {
    if (event.key === 'Enter' && event.shiftKey) { event.preventDefault(); this.step(-1); }
    if (event.key === 'Escape') { this.stop(); this.#root.querySelector('[data-paper]').focus(); }
  }

  #mark({ article, words }) {
    const sheet = article.querySelector('[data-sheet]');
    const place = article.querySelector('.v-words');
    const text = place ? markText(place, words.text, this.#forms) : [];
    this.#marks[this.#at]?.classList.remove('is-here');
    this.#marks = [...(sheet ? markLayer(sheet, words.layer, this.#forms) : []), ...text];
    this.#at = -1;
    if (this.#marks.length && (this.#coming || this.#forms.size)) this.#stand(this.#coming < 0 ? this.#marks.length - 1 : 0);
    this.#coming = 0;
  }

  #stand(place) {
    this.#marks[this.#at]?.classList.remove('is-here');
    this.#at = place;
    const mark = this.#marks[place];
    if (!mark) return;
    mark.classList.add('is-here');
    mark.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  async #answer(words) {
    const answer = await fetch(`${this.#root.dataset.find}?${new URLSearchParams({ q: words })}`).catch(() => null);
    this.#pages.found(answer);
    return answer?.ok ? answer.json() : null;
  }
}
