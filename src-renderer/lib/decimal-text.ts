/**
 * Exact figures as text. Prices and quantities arrive as integers or as plain decimal text and are cut and
 * grouped digit by digit: no figure on the screen goes through floating point on its way.
 */
import { assetName } from '../../src-engine/domain/venue-asset.ts';

/** Shown where there is no figure. */
export const ABSENT = '—';

/**
 * An integer count of 10^-decimals as plain decimal text, trailing zeros kept: (12345, 2) → "123.45".
 * ABSENT for what is not a safe integer: beyond 2^53 the digits would be wrong.
 */
export function formatUnits(units: number, decimals: number): string {
  if (!Number.isSafeInteger(units)) return ABSENT;
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return units < 0 ? `-${text}` : text;
}

/** How the prices of an instrument are counted, and the digits that its tick leaves. */
export type PriceUnits = { readonly priceDecimals: number; readonly tickSize?: string };

const decimalsOfTick = new Map<string, number>();

/** Digits behind the point that prices on this tick have: "0.01000000" has 2. */
export function tickDecimals(tickSize: string): number {
  const known = decimalsOfTick.get(tickSize);
  if (known !== undefined) return known;
  const [, fraction = ''] = tickSize.split('.');
  const decimals = fraction.replace(/0+$/, '').length;
  decimalsOfTick.set(tickSize, decimals);
  return decimals;
}

/**
 * A price with the digits of its tick: venues count prices in more digits than they trade in ("98320.53000000" at a tick of 0.01 is
 * "98320.53"). A price between two ticks keeps every digit that it has.
 */
export function priceText(units: number, { priceDecimals, tickSize }: PriceUnits): string {
  const text = formatUnits(units, priceDecimals);
  const kept = tickSize === undefined ? priceDecimals : tickDecimals(tickSize);
  if (text === ABSENT || kept >= priceDecimals) return text;
  const least = text.length - (priceDecimals - kept);
  let end = text.length;
  while (end > least && text.charCodeAt(end - 1) === 48) end--;
  return text.slice(0, end).replace(/\.$/, '');
}

/** Before a quantity that the engine cut to what a double counts exactly, or a sum with such a one: there is more of it. */
export function atLeast(units: number, text: string): string {
  return units >= Number.MAX_SAFE_INTEGER ? `≥${text}` : text;
}

/** The separators between thousands, and between the whole and its parts. Files and the clipboard know only the point. */
export type Separators = { readonly group: string; readonly point: string };

let separators: Separators = { group: ',', point: '.' };

/** From now on figures are written this way, everywhere in the window. */
export function setSeparators(chosen: Separators): void {
  separators = chosen;
}

/** "1234567.8901" → "1,234,567.8901", as the trader writes figures; only the whole part is grouped. */
export function groupThousands(text: string): string {
  const at = text.indexOf('.');
  const whole = at < 0 ? text : text.slice(0, at);
  const rest = at < 0 ? '' : separators.point + text.slice(at + 1);
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, separators.group) + rest;
}

/** A short figure of ours as the trader writes it: "0.25" → "0,25". */
export function withPoint(text: string): string {
  return separators.point === '.' ? text : text.replace('.', separators.point);
}

/**
 * A sentence of the engine with its figures as the trader writes them: "net 0.95 bps" → "net 0,95 bps". Its figures have no groups; what has
 * two points (a version, an address) or a letter beside its digits is no figure.
 */
export const shownSentence = (text: string): string =>
  separators.point === '.' ? text : text.replaceAll(SENTENCE_FIGURE, `$1${separators.point}$2`);

const SENTENCE_FIGURE = /(?<![\w.])(\d+)\.(\d+)(?![\w]|\.\w)/g;

/** A value of a setting as it is read: a figure as the window writes it, a word as it is. */
export const shownValue = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? withPoint(text) : text);

/**
 * Back from how the trader writes it: "1.234,56" → "1234.56". Whatever is not written so comes back as it is: only threes of digits are
 * thousands, so that a "10.5" beside a decimal comma does not become 105.
 */
export function plainFigure(text: string): string {
  const { group, point } = separators;
  const typed = text.replaceAll(KEYED[group] ?? group, group);
  const at = typed.indexOf(point);
  const whole = at < 0 ? typed : typed.slice(0, at);
  const [first = '', ...more] = whole.split(group);
  const isGrouped =
    more.length === 0 || (GROUPED.test(first) && more.every((three) => /^\d{3}$/.test(three)));
  const plain = first + more.join('') + (at < 0 ? '' : `.${typed.slice(at + 1)}`);
  return isGrouped && /^[+-]?\d+(\.\d+)?$/.test(plain) ? plain : text;
}

/** What a keyboard has in place of a separator. */
const KEYED: Readonly<Record<string, RegExp>> = { '\u00a0': /\s/g, '’': /'/g };
/** Digits before the first separator. */
const GROUPED = /^[+-]?[1-9]\d{0,2}$/;

/** Grouped, with the last zeros apart so that they can be drawn faintly. */
export function figureParts(text: string): readonly [figures: string, zeros: string] {
  const [figures, zeros] = splitTrailingZeros(text);
  return [groupThousands(figures), withPoint(zeros)];
}

/**
 * Plain decimal text at exactly `places` digits behind the point, ties away from zero. For reading only: the
 * exact text goes beside it as a tooltip. Text that is not a plain decimal comes back as it is.
 */
export function roundText(text: string, places: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const kept = fraction.slice(0, places).padEnd(places, '0');
  let units = BigInt(whole + kept);
  if ((fraction[places] ?? '0') >= '5') units += 1n;
  const digits = units.toString().padStart(places + 1, '0');
  const point = digits.length - places;
  const body = places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return units === 0n ? body : sign + body;
}

/** Cut after `places` digits, never rounded up: a balance shows no more than is there. */
export function cutText(text: string, places: number): string {
  const point = text.indexOf('.');
  return point < 0 || text.length - point - 1 <= places ? text : text.slice(0, point + 1 + places);
}

/** Decimal text for reading: rounded to `places`, thousands grouped. */
export function formatAmount(text: string, places: number): string {
  return groupThousands(roundText(text, places));
}

/** As formatAmount, with a plus before what is above zero: profit and loss are never shown by colour alone. */
export function formatSigned(text: string, places: number): string {
  const body = formatAmount(text, places);
  return signOf(body) > 0 ? `+${body}` : body;
}

/** −1, 0 or 1 of decimal text, grouped or not. */
export function signOf(text: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(text)) return 0;
  return text.startsWith('-') ? -1 : 1;
}

/** Exact text without the zeros that carry nothing: "0.250000" → "0.25", "5.000" → "5". */
export function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Splits off the zeros at the end of a fraction, so that they can be drawn faintly: ["0.25", "0000"]. */
export function splitTrailingZeros(text: string): readonly [figures: string, zeros: string] {
  if (!text.includes('.')) return [text, ''];
  const figures = text.replace(/\.?0+$/, '');
  return [figures, text.slice(figures.length)];
}

/** Places that suit an amount of `asset`: cents for currencies and stablecoins, else eight. */
export function placesFor(asset: string): number {
  return MONEY.has(assetName(asset)) ? 2 : 8;
}

/** Places for the profit of one cycle: hundredths of a cent, since edges are a few bps of small sizes. */
export function profitPlaces(asset: string): number {
  return MONEY.has(assetName(asset)) ? 4 : 8;
}

const MONEY = new Set(['USD', 'EUR', 'GBP', 'CHF', 'AUD', 'CAD', 'USDT', 'USDC', 'DAI', 'PYUSD', 'RLUSD']);
