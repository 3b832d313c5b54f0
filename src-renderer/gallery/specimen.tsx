/** The frames in which components are shown. */
import { type ReactNode, useEffect, useRef } from 'react';

export function Section({
  title,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={wide ? 'gallery-section gallery-wide' : 'gallery-section'} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One state of a component, with its name. */
export function Specimen({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="specimen">
      <p className="specimen-name">{name}</p>
      {children}
    </div>
  );
}

/** A component that is put into a state by what a trader would do. */
export function Driven({
  drive,
  children,
}: {
  readonly drive: (host: HTMLElement) => void;
  readonly children: ReactNode;
}) {
  const host = useRef<HTMLDivElement>(null);
  const driving = useRef(drive);
  useEffect(() => {
    if (host.current !== null) driving.current(host.current);
  }, []);
  return <div ref={host}>{children}</div>;
}

/** Types into the first field. */
export function typeText(host: HTMLElement, text: string): void {
  const field = host.querySelector('input');
  if (field === null) throw new Error('there is no field to type into');
  // React hears of a value only when it was set past its own tracking.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
