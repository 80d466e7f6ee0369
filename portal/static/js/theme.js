// Light or dark before the first paint; a classic script, since modules run after it.
(() => {
  let kept = null;
  try { kept = localStorage.getItem('theme'); } catch { /* storage is closed: follow the system */ }
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.bsTheme = dark ? 'dark' : 'light';
})();
