/** Draws the last trades into rows that it made once; only texts that differ are touched. */
import { TRADE_FIELDS, type TradesView } from '../../../src-engine/contract/market-records.ts';
import { atLeast, formatUnits, groupThousands, priceText, type PriceUnits } from '../../lib/decimal-text.ts';
import { formatClock, type Zone } from '../../lib/time-text.ts';

export type TapeUnits = PriceUnits & { readonly qtyDecimals: number };

type Row = {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly texts: string[];
};

/** A trade of this many times the median of the visible ones is highlighted. */
const LARGE = 5;

export class TapePainter {
  readonly #rows: Row[];

  constructor(host: HTMLElement, rows: number) {
    this.#rows = Array.from({ length: rows }, makeRow);
    host.replaceChildren(...this.#rows.map(({ element }) => element));
  }

  paint({ trades }: TradesView, units: TapeUnits, zone: Zone): void {
    const count = Math.min(this.#rows.length, trades.length / TRADE_FIELDS);
    const large = LARGE * median(trades, count);
    this.#rows.forEach((row, nth) => {
      const at = nth * TRADE_FIELDS;
      if (nth >= count) return setRow(row, ['', '', '', ''], 'tape-row');
      const [atUs = 0, price = 0, qty = 0, side = 0] = trades.slice(at, at + TRADE_FIELDS);
      const isLarge = count >= 10 && qty >= large;
      setRow(
        row,
        [
          formatClock(atUs, zone, true),
          side > 0 ? 'Buy' : 'Sell',
          groupThousands(priceText(price, units)),
          atLeast(qty, groupThousands(formatUnits(qty, units.qtyDecimals))),
        ],
        `tape-row ${side > 0 ? 'tape-buy' : 'tape-sell'} ${isLarge ? 'tape-large' : ''}`,
      );
    });
  }
}

/** What takers bought and sold in the stored trades, in quantity units, and over which time. */
export function tapeFlow({ trades }: Pick<TradesView, 'trades'>): {
  readonly count: number;
  readonly bought: number;
  readonly sold: number;
  readonly overUs: number;
} {
  const count = trades.length / TRADE_FIELDS;
  let [bought, sold] = [0, 0];
  for (let nth = 0; nth < count; nth++) {
    const qty = trades[nth * TRADE_FIELDS + 2] ?? 0;
    if ((trades[nth * TRADE_FIELDS + 3] ?? 0) > 0) bought += qty;
    else sold += qty;
  }
  const overUs = count === 0 ? 0 : (trades[0] ?? 0) - (trades[(count - 1) * TRADE_FIELDS] ?? 0);
  return { count, bought, sold, overUs };
}

function median(trades: readonly number[], count: number): number {
  const sizes = Array.from({ length: count }, (_, nth) => trades[nth * TRADE_FIELDS + 2] ?? 0);
  return sizes.sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0;
}

function setRow(row: Row, texts: readonly string[], className: string): void {
  texts.forEach((text, at) => {
    if (row.texts[at] === text) return;
    row.texts[at] = text;
    const cell = row.cells[at];
    if (cell !== undefined) cell.textContent = text;
  });
  if (row.element.className !== className) row.element.className = className;
}

function makeRow(): Row {
  const element = document.createElement('div');
  element.className = 'tape-row';
  element.setAttribute('role', 'row');
  const cells = ['num dim', 'tape-side', 'num right tape-price', 'num right'].map((className) => {
    const cell = document.createElement('span');
    cell.className = className;
    cell.setAttribute('role', 'cell');
    return cell;
  });
  element.append(...cells);
  return { element, cells, texts: ['', '', '', ''] };
}
