import { createContext, memo, type ReactNode, useContext, useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { followLink } from './library.ts';
import { anchorOf, type DocumentPage, textOf } from './pages.ts';

type Reading = { readonly path: string; readonly onFollow: (path: string, anchor: string) => void };

/** The page that is shown, for the links on it. */
const ReadingContext = createContext<Reading>({ path: '', onFollow: () => undefined });

type Children = { readonly children?: ReactNode };

/** Links to other pages stay in this view; others open in a browser; files of the project are not served. */
function PageLink({ href = '', children }: Children & { readonly href?: string | undefined }) {
  const { path, onFollow } = useContext(ReadingContext);
  const target = followLink(path, href);
  if (target !== undefined) {
    return (
      <button type="button" className="link-button" onClick={() => onFollow(target.path, target.anchor)}>
        {children}
      </button>
    );
  }
  if (!href.startsWith('https://')) return <code>{children}</code>;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function Table({ children }: Children) {
  return (
    <div className="doc-table" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  );
}

/** Where a link to a heading leads. */
function idOf(children: ReactNode): string {
  return `doc-${anchorOf(textOf(children))}`;
}

const COMPONENTS: Components = {
  h1: ({ children }) => <h1 id={idOf(children)}>{children}</h1>,
  h2: ({ children }) => <h2 id={idOf(children)}>{children}</h2>,
  h3: ({ children }) => <h3 id={idOf(children)}>{children}</h3>,
  // Pictures are of the product, which is beside the text here.
  img: () => null,
  table: Table,
  a: PageLink,
};
const PLUGINS = [remarkGfm];

type DocumentPageProps = { readonly page: DocumentPage; readonly onFollow: Reading['onFollow'] };

/** One page of the documentation. */
export const DocumentPageView = memo(function DocumentPageView({ page, onFollow }: DocumentPageProps) {
  const reading = useMemo(() => ({ path: page.path, onFollow }), [page, onFollow]);
  return (
    <ReadingContext value={reading}>
      <Markdown remarkPlugins={PLUGINS} components={COMPONENTS}>
        {page.text}
      </Markdown>
    </ReadingContext>
  );
});
