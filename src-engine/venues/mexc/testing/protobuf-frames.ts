/** MEXC's messages, encoded. */

export type Level = readonly [price: string, qty: string];

/** One field: a text, or the bytes of an inner message. */
export function field(number: number, value: string | Buffer): Buffer {
  const body = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** A field that is a number. */
export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

export const levelFields = (number: number, rows: readonly Level[]): Buffer[] =>
  rows.map(([price, qty]) => field(number, Buffer.concat([field(1, price), field(2, qty)])));

const SENT_MS = 1_782_208_005_090;

/** A change of a book that covers these versions. */
export function changeFrame(
  symbol: string,
  [from, to]: readonly [from: string, to: string],
  bids: readonly Level[],
  asks: readonly Level[] = [],
): Buffer {
  const book = Buffer.concat([
    ...levelFields(1, asks),
    ...levelFields(2, bids),
    field(3, 'spot@public.aggre.depth.v3.api.pb@10ms'),
    field(4, from),
    field(5, to),
    // A field that is newer than this reader: the time of the last order, a number.
    numberField(6, SENT_MS),
  ]);
  return wrapped('depth', symbol, 313, book);
}

/** A trade. @param type 1: the taker bought; 2: it sold. */
export function dealFrame(symbol: string, [price, qty]: Level, type: number, atMs = SENT_MS): Buffer {
  const deal = Buffer.concat([field(1, price), field(2, qty), numberField(3, type), numberField(4, atMs)]);
  return wrapped('deals', symbol, 314, field(1, deal));
}

function wrapped(kind: string, symbol: string, number: number, body: Buffer): Buffer {
  return Buffer.concat([
    field(1, `spot@public.aggre.${kind}.v3.api.pb@10ms@${symbol}`),
    field(3, symbol),
    numberField(6, SENT_MS),
    field(number, body),
  ]);
}
