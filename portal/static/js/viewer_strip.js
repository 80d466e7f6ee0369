/* The strip of thumbnails: links for all pages, pictures only as they scroll into sight. */

export class Strip {
  #strip;
  #links = [];
  #hits = [];

  constructor(root, pages) {
    this.#strip = root.querySelector('[data-strip]');
    if (!this.#strip) return;
    this.#strip.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      pages.show(pages.current + step);
    });
    const template = root.querySelector('template[data-strip-link]');
    pages.facts().then((facts) => {
      this.#links = facts.map((fact, index) => this.#link(template, `${root.dataset.pages}/${index + 1}`, index + 1, fact));
      this.#strip.replaceChildren(...this.#links);
      this.mark(pages.current);
      this.dot(this.#hits);
    });
  }

  mark(page) {
    const hadFocus = this.#strip?.contains(document.activeElement);
    this.#links.forEach((link, index) => {
      /* one stop on the way through the page, however long the document; arrows go on from there */
      link.tabIndex = index + 1 === page ? 0 : -1;
      if (index + 1 !== page) return link.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest' });
      if (hadFocus) link.focus();
    });
  }

  dot(hits) {
    this.#hits = hits;
    this.#links.forEach((link, index) => { link.querySelector('.hit').hidden = !hits.includes(index + 1); });
  }

  #link(template, base, number, [title, width, height, , , hasThumbnail]) {
    const link = template.content.firstElementChild.cloneNode(true);
    link.href = `#page=${number}`;
    if (title) link.title = title;
    link.querySelector('[data-number]').textContent = number;
    const image = link.querySelector('img');
    if (!hasThumbnail) image.remove();
    else {
      Object.assign(image, { width: width || 64, height: height || 83, src: `${base}/thumbnail` });
      link.querySelector('.v-blank').remove();
    }
    return link;
  }
}
