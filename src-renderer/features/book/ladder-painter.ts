/**
 * Draws a book into plain elements that it made once: at twenty views a second only texts and bar widths
 * change, and only where they differ. Prices are tick-exact, straight from the integers.
 */
import type { BookView } from '../../../src-engine/contract/topics.ts';
import {
  atLeast,
  figureParts,
  formatUnits,
  groupThousands,
  priceText,
  type PriceUnits,
} from '../../lib/decimal-text.ts';
import { formatSpread, spreadBps } from '../../lib/figures.ts';
import { partTaken, type Take } from './taken.ts';

export type LadderUnits = PriceUnits & { readonly qtyDecimals: number };

const NO_ORDERS: ReadonlyMap<number, number> = new Map();

type Cell = { readonly element: HTMLElement; text: string };
type Row = {
  readonly element: HTMLElement;
  readonly price: Cell;
  readonly qty: Cell;
  readonly zeros: Cell;
  readonly sum: Cell;
  readonly bar: HTMLElement;
  readonly take: HTMLElement;
  width: string;
  taken: string;
  own: string;
};

export class LadderPainter {
  readonly #asks: Row[];
  readonly #bids: Row[];
  readonly #spread: Cell;
  readonly #host: HTMLElement;
  /** Characters of the longest figures so far: rows keep their columns when a shorter book comes. */
  #priceChars = 0;
  #qtyChars = 0;

  /** Builds `depth` rows a side inside `host`, asks above bids. */
  constructor(host: HTMLElement, depth: number) {
    host.replaceChildren();
    this.#host = host.closest<HTMLElement>('.ladder') ?? host;
    this.#asks = Array.from({ length: depth }, () => makeRow('ask'));
    this.#bids = Array.from({ length: depth }, () => makeRow('bid'));
    const middle = make('div', 'ladder-spread');
    middle.setAttribute('role', 'row');
    const spreadCell = make('span', 'num');
    spreadCell.setAttribute('role', 'cell');
    middle.append(spreadCell);
    this.#spread = { element: spreadCell, text: '' };
    host.append(
      ...this.#asks.toReversed().map(({ element }) => element),
      middle,
      ...this.#bids.map(({ element }) => element),
    );
  }

  /**
   * @param own quantity of our own open orders by price, in units.
   * @param take an order whose part of each level is shaded.
   */
  paint(book: BookView, units: LadderUnits, own: ReadonlyMap<number, number> = NO_ORDERS, take?: Take): void {
    const depth = this.#asks.length;
    const deepest = Math.max(total(book.asks, depth), total(book.bids, depth), 1);
    paintSide(this.#asks, book.asks, deepest, units, own);
    paintSide(this.#bids, book.bids, deepest, units, own);
    setText(this.#spread, spreadText(book, units));
    this.#measure();
    shade(this.#asks, take?.side === 'buy' ? take : undefined, book.asks);
    shade(this.#bids, take?.side === 'sell' ? take : undefined, book.bids);
  }

  #measure(): void {
    let [price, qty] = [this.#priceChars, this.#qtyChars];
    for (const side of [this.#asks, this.#bids])
      for (const row of side) {
        price = Math.max(price, row.price.text.length);
        qty = Math.max(qty, row.qty.text.length + row.zeros.text.length);
      }
    if (price === this.#priceChars && qty === this.#qtyChars) return;
    this.#priceChars = price;
    this.#qtyChars = qty;
    this.#host.style.setProperty('--price-chars', String(price));
    this.#host.style.setProperty('--qty-chars', String(qty));
  }
}

/** "0.1 · 0.15 bps", or which side is missing. */
export function spreadText(book: Pick<BookView, 'bids' | 'asks'>, units: LadderUnits): string {
  const bid = book.bids[0];
  const ask = book.asks[0];
  if (bid === undefined || ask === undefined) {
    return bid === ask ? 'empty book' : bid === undefined ? 'no bids' : 'no asks';
  }
  return `${groupThousands(priceText(ask - bid, units))}  ·  ${formatSpread(spreadBps(bid, ask))} bps`;
}

function paintSide(
  rows: readonly Row[],
  levels: readonly number[],
  deepest: number,
  units: LadderUnits,
  own: ReadonlyMap<number, number>,
): void {
  let sum = 0;
  rows.forEach((row, i) => {
    const price = levels[2 * i];
    const qty = levels[2 * i + 1];
    if (price === undefined || qty === undefined) return blank(row);
    sum += qty;
    const [figures, zeros] = figureParts(formatUnits(qty, units.qtyDecimals));
    setText(row.price, groupThousands(priceText(price, units)));
    setText(row.qty, atLeast(qty, figures));
    setText(row.zeros, zeros);
    setText(row.sum, atLeast(sum, shortSum(Math.min(sum, Number.MAX_SAFE_INTEGER), units.qtyDecimals)));
    setWidth(row, (sum / deepest).toFixed(3));
    const ordered = own.get(price);
    setOwn(row, ordered === undefined ? '' : formatUnits(ordered, units.qtyDecimals));
  });
}

/** Marks what an order would take of each level; nothing where there is no order. */
function shade(rows: readonly Row[], take: Take | undefined, levels: readonly number[]): void {
  let left = take?.qty ?? 0;
  rows.forEach((row, i) => {
    const price = levels[2 * i];
    const qty = levels[2 * i + 1];
    const isOf = take !== undefined && price !== undefined && qty !== undefined && qty > 0 && left > 0;
    const part = isOf ? partTaken(take, left, price, qty) : 0;
    left = part === 0 ? 0 : left - part;
    setTaken(row, isOf ? (part / qty).toFixed(3) : '0');
  });
}

function setTaken(row: Row, taken: string): void {
  if (row.taken === taken) return;
  row.taken = taken;
  row.take.style.transform = `scaleX(${taken})`;
}

/** A running total needs no more than four decimals to be compared by eye; cut, never rounded up. */
function shortSum(units: number, decimals: number): string {
  const text = formatUnits(units, decimals);
  const point = text.indexOf('.');
  return groupThousands(point < 0 ? text : text.slice(0, point + 5));
}

function total(levels: readonly number[], depth: number): number {
  let sum = 0;
  for (let i = 0; i < depth; i++) sum += levels[2 * i + 1] ?? 0;
  return sum;
}

function blank(row: Row): void {
  for (const cell of [row.price, row.qty, row.zeros, row.sum]) setText(cell, '');
  setWidth(row, '0');
  setOwn(row, '');
}

function setText(cell: Cell, text: string): void {
  if (cell.text === text) return;
  cell.text = text;
  cell.element.textContent = text;
}

function setWidth(row: Row, width: string): void {
  if (row.width === width) return;
  row.width = width;
  row.bar.style.transform = `scaleX(${width})`;
}

/** A level that holds an order of ours carries a diamond, and says how much of it is ours. */
function setOwn(row: Row, own: string): void {
  if (row.own === own) return;
  row.own = own;
  row.element.classList.toggle('ladder-own', own !== '');
  row.element.title = own === '' ? '' : `Our own open order: ${groupThousands(own)}`;
}

function makeRow(side: 'bid' | 'ask'): Row {
  const element = make('div', `ladder-row ladder-${side}`);
  element.setAttribute('role', 'row');
  const bar = make('span', 'ladder-bar');
  bar.setAttribute('aria-hidden', 'true');
  const take = make('span', 'ladder-take');
  take.setAttribute('aria-hidden', 'true');
  const price = cellOf('ladder-price num');
  const quantity = cellOf('ladder-qty num');
  const figures = make('span', '');
  const zeros = make('span', 'faint');
  quantity.append(figures, zeros);
  const sum = cellOf('ladder-sum num');
  element.append(bar, take, price, quantity, sum);
  return {
    element,
    bar,
    take,
    price: { element: price, text: '' },
    qty: { element: figures, text: '' },
    zeros: { element: zeros, text: '' },
    sum: { element: sum, text: '' },
    width: '0',
    taken: '0',
    own: '',
  };
}

function cellOf(className: string): HTMLElement {
  const cell = make('span', className);
  cell.setAttribute('role', 'cell');
  return cell;
}

function make(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
