import { figureParts, formatAmount, formatSigned, signOf, withPoint } from '../lib/decimal-text.ts';

/** Decimal text in full, its last zeros drawn faintly so that the figures stand out. */
export function Exact({ text }: { readonly text: string }) {
  const [figures, zeros] = figureParts(text);
  return (
    <span className="num" data-exact={text}>
      {figures}
      {zeros !== '' && <span className="faint">{zeros}</span>}
    </span>
  );
}

type RoundedProps = {
  readonly text: string;
  readonly places: number;
  /** Shown in its place, where the rounded figures of a sum are to add up. */
  readonly shown?: string | undefined;
};

/** Decimal text rounded for reading; the exact text is its tooltip. */
export function Amount({ text, places, shown = text }: RoundedProps) {
  return (
    <span className="num" title={withPoint(text)} data-exact={text}>
      {formatAmount(shown, places)}
    </span>
  );
}

/** A profit or loss with its sign; the exact text is its tooltip. */
export function Signed({ text, places, shown = text }: RoundedProps) {
  const body = formatSigned(shown, places);
  return (
    <span className={`num ${signClass(signOf(body))}`} title={withPoint(text)} data-exact={text}>
      {body}
    </span>
  );
}

export function signClass(sign: number): string {
  return sign > 0 ? 'gain' : sign < 0 ? 'loss' : 'even';
}
