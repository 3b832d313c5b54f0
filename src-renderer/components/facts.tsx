import type { ReactNode } from 'react';
import { termOf } from '../lib/glossary.ts';

/** A list of names with their figures. */
export function Facts({
  className = '',
  children,
}: {
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return <dl className={`facts ${className}`}>{children}</dl>;
}

export function Fact({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <div title={title ?? termOf(name)?.means}>
      <dt>{name}</dt>
      <dd className="num">{children}</dd>
    </div>
  );
}
