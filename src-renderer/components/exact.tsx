import {
  ABSENT,
  cutText,
  figureParts,
  formatAmount,
  formatSigned,
  placesFor,
  signOf,
  withPoint,
} from '../lib/decimal-text.ts';

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

const HELD_PLACES = [4, 8] as const;

type HeldProps = {
  readonly asset: string;
  readonly text: string;
  /** Places of currencies and stablecoins, and of coins. */
  readonly places?: readonly [money: number, coin: number];
};

/** A held amount, cut to what can be read, never rounded up; the exact one is its tooltip and what is copied. */
export function Held({ asset, text, places: [money, coin] = HELD_PLACES }: HeldProps) {
  return (
    <span title={withPoint(text)} data-exact={text}>
      <Exact text={cutText(text, placesFor(asset) === 2 ? money : coin)} />
    </span>
  );
}

type PriceProps = {
  readonly text: string | null;
  /** Behind the figure in its tooltip; the whole tooltip where there is no figure. */
  readonly note?: string | undefined;
  readonly isBest?: boolean;
};

/** A price in full, or a dash with the reason. */
export function Price({ text, note, isBest = false }: PriceProps) {
  if (text === null)
    return (
      <span className="dim" title={note}>
        {ABSENT}
      </span>
    );
  const figure = withPoint(text);
  return (
    <span
      className={isBest ? 'best-price' : undefined}
      title={note === undefined ? figure : `${figure}: ${note}`}
    >
      {isBest && <span aria-hidden="true">▸ </span>}
      <Exact text={text} />
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
