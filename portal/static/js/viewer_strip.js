/* The strip of thumbnails: links for all pages, pictures only as they scroll into sight. */

export class Strip {
  #strip;
  #links = [];
  #hits = [];

  constructor(root, pages) {
    this.#strip = root.querySelector('[data-strip]');
    if (!this.#strip) return;
    const template = root.querySelector('template[data-strip-link]');
    pages.facts().then((facts) => {
      this.#links = facts.map((fact, index) => this.#link(template, `${root.dataset.pages}/${index + 1}`, index + 1, fact));
      this.#strip.replaceChildren(...this.#links);
      this.mark(pages.current);
      this.dot(this.#hits);
    });
  }

  mark(page) {
    this.#links.forEach((link, index) => {
      if (index + 1 !== page) return link.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest' });
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
