import { isValidElement, memo, type ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { anchorOf, type DocumentPage, followLink } from './library.ts';

type DocumentPageProps = {
  readonly page: DocumentPage;
  readonly onFollow: (path: string, anchor: string) => void;
};

const PLUGINS = [remarkGfm];

/** One page of the documentation. Links to other pages stay in this view; others open in a browser. */
export const DocumentPageView = memo(function DocumentPageView({ page, onFollow }: DocumentPageProps) {
  const heading =
    (Tag: 'h1' | 'h2' | 'h3' | 'h4') =>
    ({ children }: { readonly children?: ReactNode }) => (
      <Tag id={`doc-${anchorOf(textOf(children))}`}>{children}</Tag>
    );
  const components: Components = {
    h1: heading('h1'),
    h2: heading('h2'),
    h3: heading('h3'),
    h4: heading('h4'),
    // Pictures are on the forge's page; here the product itself is beside the text.
    img: () => null,
    table: ({ children }) => (
      <div className="doc-table" tabIndex={0} role="group" aria-label="Table">
        <table>{children}</table>
      </div>
    ),
    a: ({ href = '', children }) => {
      const target = followLink(page.path, href);
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
    },
  };
  return (
    <Markdown remarkPlugins={PLUGINS} components={components}>
      {page.text}
    </Markdown>
  );
});

function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map((each: ReactNode) => textOf(each)).join('');
  if (isValidElement<{ children?: ReactNode }>(node)) return textOf(node.props.children);
  return '';
}
