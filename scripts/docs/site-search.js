/* Search over all pages, in the browser: no server is asked. `MiniSearch` and `PARALLAX_SECTIONS` are loaded before. */
(() => {
  const input = document.querySelector('#search');
  const pages = document.querySelector('#pages');
  const found = document.querySelector('#found');
  const { sections, fields, options } = globalThis.PARALLAX_SECTIONS;
  let index;
  const show = () => {
    const typed = input.value.trim();
    pages.hidden = typed !== '';
    found.hidden = typed === '';
    found.replaceChildren();
    if (typed === '') return;
    if (index === undefined) {
      index = new globalThis.MiniSearch(fields);
      index.addAll(sections);
    }
    for (const { href, heading, title } of index.search(typed, options).slice(0, 30)) {
      const link = document.createElement('a');
      link.href = document.body.dataset.root + href;
      link.textContent = heading;
      if (title !== heading) link.appendChild(document.createElement('small')).textContent = title;
      found.appendChild(document.createElement('li')).appendChild(link);
    }
    if (found.childElementCount === 0)
      found.appendChild(document.createElement('li')).textContent = 'No page has these words.';
  };
  input.addEventListener('input', show);
  show();
})();
