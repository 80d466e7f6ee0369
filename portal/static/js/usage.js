/* The usage reports: charts, and filter menus that close when another opens. */
import { draw } from './charts.js';

for (const element of document.querySelectorAll('[data-chart]')) draw(element);

const menus = document.querySelectorAll('details.mg-menu');
for (const menu of menus) {
  menu.addEventListener('toggle', () => {
    if (menu.open) menus.forEach((other) => { if (other !== menu) other.open = false; });
  });
}
document.addEventListener('pointerdown', (event) => {
  if (!event.target.closest('details.mg-menu')) menus.forEach((menu) => { menu.open = false; });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') menus.forEach((menu) => { menu.open = false; });
});
