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
  if (event.key !== 'Escape') return;
  for (const menu of menus) {
    // what is closed over the focus gives it back
    if (menu.open && menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  }
});
