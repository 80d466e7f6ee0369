/* The panel beside the page: its tabs, and the text of the page to be selected and copied. */

export function startTabs(root) {
  const tabs = [...root.querySelectorAll('[role=tab]')];
  const choose = (chosen) => tabs.forEach((tab) => {
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = tab !== chosen;
  });
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => {
      choose(tab);
      // on a phone the panel begins at the foot of the page, and what was asked for below it
      if (matchMedia('(max-width: 640px)').matches) tab.closest('.v-side').scrollIntoView({ block: 'start' });
    });
    tab.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
      const next = tabs[(index + (event.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length];
      choose(next);
      next.focus();
    });
  });
}

export function followText(root, pages) {
  const place = root.querySelector('[data-page-text]');
  if (!place) return;
  pages.addEventListener('shown', ({ detail }) => {
    root.querySelector('[data-text-head]').textContent = detail.article.getAttribute('aria-label');
    place.textContent = detail.words.text || place.dataset.none;
  });
  const button = root.querySelector('[data-copy-text]');
  button.addEventListener('click', async () => {
    const said = button.querySelector('span');
    const before = said.textContent;
    await navigator.clipboard.writeText(place.textContent).catch(() => getSelection().selectAllChildren(place));
    said.textContent = button.dataset.done;
    setTimeout(() => { said.textContent = before; }, 2_000);
  });
}
