/* The words of a page over its picture: to be selected, copied, and marked where they were found. */

const SVG = 'http://www.w3.org/2000/svg';
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
const PLAIN = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', æ: 'ae', œ: 'oe', ı: 'i', þ: 'th', ß: 'ss' };
/* where a letter's baseline stands in the box around its font */
const BASELINE = 0.78;

/* as the search folds words: without case, accents and apostrophes */
export function fold(word) {
  const bare = word.replace(/['’]s?$/, '').replace(/['’]/g, '').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return [...bare].map((sign) => PLAIN[sign] ?? sign).join('');
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/* `layer` is [[x, y, width, height, word], …] in pixels of a picture of that size */
export function drawLayer(sheet, layer, { width, height }) {
  sheet.querySelector('svg')?.remove();
  if (!layer.length) return;
  const svg = element('svg', { class: 'v-layer', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  svg.append(element('g', { class: 'v-marks' }));
  let line = null;
  let before = null;
  for (const [x, y, w, h, word] of layer) {
    if (!before || Math.abs(y - before.y) > h / 2 || x < before.x) {
      line = element('text', { 'xml:space': 'preserve' });
      svg.append(line);
    } else {
      line.append(' ');
    }
    const size = Math.max(h * 0.8, 1);
    const span = element('tspan', { x, y: y + h * BASELINE, 'font-size': size, textLength: Math.max(w, 1), lengthAdjust: 'spacingAndGlyphs' });
    span.textContent = word;
    line.append(span);
    before = { x, y };
  }
  sheet.append(svg);
}

/* Marks on the picture; returns them in reading order. */
export function markLayer(sheet, layer, forms) {
  const marks = sheet.querySelector('.v-marks');
  if (!marks) return [];
  marks.replaceChildren();
  for (const [x, y, w, h, word] of layer) {
    for (const found of word.matchAll(WORD)) {
      if (!forms.has(fold(found[0]))) continue;
      const start = x + (w * found.index) / word.length;
      const wide = (w * found[0].length) / word.length;
      marks.append(element('rect', { class: 'v-mark', x: start - 3, y, width: wide + 6, height: h, rx: 4 }));
    }
  }
  return [...marks.children];
}

/* Marks in a page that is text; returns them in reading order. */
export function markText(place, text, forms) {
  place.replaceChildren();
  let at = 0;
  for (const found of forms.size ? text.matchAll(WORD) : []) {
    if (!forms.has(fold(found[0]))) continue;
    const mark = document.createElement('mark');
    mark.textContent = found[0];
    place.append(text.slice(at, found.index), mark);
    at = found.index + found[0].length;
  }
  place.append(text.slice(at));
  return [...place.querySelectorAll('mark')];
}
