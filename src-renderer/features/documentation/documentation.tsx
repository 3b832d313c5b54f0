import { useEffect, useRef, useState } from 'react';
import { FilterBox } from '../../components/filter-box.tsx';
import { DocumentPageView } from './document-page.tsx';
import { PAGES, pageAt, search } from './library.ts';

type Place = { readonly path: string; readonly anchor: string };

const START: Place = { path: 'README.md', anchor: '' };

/** The documentation of this version: pages at the left, found by what is typed, the chosen one beside them. */
export function Documentation() {
  const [typed, setTyped] = useState('');
  const [place, setPlace] = useState<Place>(START);
  const text = useRef<HTMLElement>(null);
  const found = search(typed);
  const page = pageAt(place.path) ?? PAGES[0];
  const go = (path: string, anchor: string): void => setPlace({ path, anchor });
  useEffect(() => {
    const target = place.anchor === '' ? null : text.current?.querySelector(`[id="doc-${place.anchor}"]`);
    if (target == null) text.current?.scrollTo({ top: 0 });
    else target.scrollIntoView();
  }, [place]);
  return (
    <div className="documentation">
      <nav aria-label="Pages">
        <FilterBox label="Search the documentation" placeholder="Search" value={typed} onChange={setTyped} />
        {typed.trim() === '' ? (
          <ul>
            {PAGES.map(({ path, title }) => (
              <li key={path}>
                <button
                  type="button"
                  aria-current={path === page?.path ? 'page' : undefined}
                  onClick={() => go(path, '')}
                >
                  {title}
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <ul aria-label="Found">
            {found.map(({ path, title, heading, anchor }) => (
              <li key={`${path}#${anchor}`}>
                <button type="button" onClick={() => go(path, anchor)}>
                  {heading}
                  {heading !== title && <small>{title}</small>}
                </button>
              </li>
            ))}
          </ul>
        )}
        {typed.trim() !== '' && found.length === 0 && <p className="dim">No page has these words.</p>}
      </nav>
      <article ref={text} className="document" tabIndex={0} aria-label={page?.title ?? 'Documentation'}>
        {page !== undefined && <DocumentPageView page={page} onFollow={go} />}
      </article>
    </div>
  );
}
