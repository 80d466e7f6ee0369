/* Filter menus: one open at a time, closed by a click beside them or by Escape. */
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
