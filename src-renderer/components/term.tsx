import type { ReactNode } from 'react';
import { termOf } from '../lib/glossary.ts';

/** A word of the trade: what it means is its tooltip, and the help of its panel lists it. */
export function Term({ children }: { readonly children: string }) {
  const term = termOf(children);
  return term === undefined ? (
    children
  ) : (
    <span className="term" title={term.means}>
      {children}
    </span>
  );
}

type ColumnHeadProps = {
  readonly className?: string;
  /** What it means here, where the glossary says it too generally. */
  readonly title?: string;
  readonly children: ReactNode;
};

/** The head of a column of a short table. */
export function ColumnHead({ className, title, children }: ColumnHeadProps) {
  const means = typeof children === 'string' ? termOf(children)?.means : undefined;
  return (
    <th scope="col" className={className} title={title ?? means}>
      {children}
    </th>
  );
}
