/** Numbers of the fields of MEXC's messages (its published .proto files), and how a recording keeps a message. */

/** Of the wrapper. */
export const CHANNEL = 1;
export const SYMBOL = 3;
export const SENT_AT = 6;
/** Bodies of the wrapper have this number or a higher one: whole books of the best levels, changes, trades. */
export const FIRST_BODY = 301;
export const WHOLE = 303;
export const CHANGES = 313;
export const DEALS = 314;
/** Of a book: the asks come first, and each of their rows has a price and a quantity. */
export const ASKS = 1;
export const BIDS = 2;
export const PRICE = 1;
export const QUANTITY = 2;
export const FROM_VERSION = 4;
export const TO_VERSION = 5;
/** Of a trade, beside price and quantity. */
export const DEAL = 1;
export const TAKER = 3;
export const DEALT_AT = 4;
/** Texts are JSON, all else is protobuf. */
export const OPEN_BRACE = 123;

const HEAD = '{"pb":"';
const TAIL = '"}';
const PACKED = /^\{"pb":"([A-Za-z0-9+/]*={0,2})"\}$/;

/** Bytes as a frame of a recording, which is text. */
export function packedText(bytes: Buffer): string {
  return HEAD + bytes.toString('base64') + TAIL;
}

/** The bytes in a frame of a recording; undefined for any other text. */
export function packedBytes(text: string): Buffer | undefined {
  const packed = PACKED.exec(text)?.[1];
  return packed === undefined ? undefined : Buffer.from(packed, 'base64');
}
