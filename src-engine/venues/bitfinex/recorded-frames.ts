/** Bitfinex's frames as a recording keeps them, with the channel of each, and which record of a recorded wire is which. */
import { plainDecimal } from '../capture/plain-decimal.ts';
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject, type Json, numericOf, wordOf } from '../toolkit/json.ts';
import { NOTHING, type WireReading, type WireRules } from '../toolkit/wire-frames.ts';
import { channelIn, Channels, kindOf, namedFrame } from './channels.ts';
import { BitfinexDecoder } from './decoder.ts';
import { eventFrame } from './events.ts';
import { BOOK_DEPTH, BOOK_DEPTHS } from './feed.ts';
import { instrumentsFromConf } from './instruments.ts';

/** Channels are those of each connection of the capture. */
function wire(): WireRules {
  const connections = new Map<string, Channels>();
  const channelsOf = (connection: string): Channels => {
    const known = connections.get(connection) ?? new Channels();
    connections.set(connection, known);
    return known;
  };
  return {
    list: {
      url: /\/v2\/conf\/pub:info:pair/,
      name: 'pairs without their prices',
      read: (conf) => instrumentsFromConf({ conf, priceOf: () => undefined }),
    },
    rest: 'other channels',
    beforehand({ text, connection }): WireReading | undefined {
      const id = channelIn(Buffer.from(text.slice(0, 24)));
      if (id < 0) return undefined;
      const channel = channelsOf(connection).of(id);
      if (channel === undefined) return /^\[\d+,"hb"/.test(text) ? NOTHING : 'a channel that is not read';
      return [{ symbol: channel.symbol, text: namedFrame(channel.kind, channel.symbol, text) }];
    },
    message(json, { connection, text }) {
      const { event, symbol } = json;
      // A recording of ours has the channel beside each message.
      if (event === undefined) return typeof symbol === 'string' ? [{ symbol, text }] : 'nameless';
      const channels = channelsOf(connection);
      if (event === 'info' && 'version' in json) channels.clear();
      const answer = eventFrame(Object.fromEntries(Object.entries(json).map(asText)), channels);
      if (event === 'subscribed' && answer.kind === 'other')
        return `channel ${wordOf(json['channel']).slice(0, 20)}`;
      return NOTHING;
    },
  };
}

export const bitfinexFrames = frameCodec({
  decoder: (instruments, sink, venue) => new BitfinexDecoder(instruments, sink, venue),
  mark: '"frame":',
  bookOf({ channel, symbol, frame }) {
    if (kindOf(channel) !== 'books' || typeof symbol !== 'string' || !Array.isArray(frame)) return undefined;
    const levels: unknown = frame[1];
    if (!Array.isArray(levels)) return undefined;
    const isSnapshot = levels.length === 0 || Array.isArray(levels[0]);
    const rows = (isSnapshot ? (levels as unknown[]) : [levels]).filter((row) => Array.isArray(row));
    return { symbol, isSnapshot, bids: sideOf(rows, 1), asks: sideOf(rows, -1) };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= Math.max(levels, BOOK_DEPTH)) ?? levels,
  wire,
  bookFrame: (symbol, _seq, bids, asks) => {
    const rows = [
      ...bids.map(([price, qty]) => `[${price},1,${qty}]`),
      ...asks.map(([price, qty]) => `[${price},1,-${qty}]`),
    ];
    return namedFrame('books', symbol, `[0,[${rows.join(',')}]],"own":true`);
  },
});

/** Numbers of an event as text. */
function asText([key, value]: [string, unknown]): [string, unknown] {
  if (key === 'platform' && isObject(value)) {
    const { status }: Json = value;
    return [key, { status: wordOf(status) }];
  }
  return [key, typeof value === 'number' ? String(value) : value];
}

/** Rows of one side with price and quantity as text, by whose digits a recording without a list of instruments is read. */
function sideOf(rows: readonly unknown[][], sign: 1 | -1): readonly (readonly string[])[] {
  return rows
    .filter(([, , amount]) => numericOf(amount) * sign > 0)
    .map(([price, , amount]) => [decimalText(price), decimalText(Math.abs(numericOf(amount)))]);
}

function decimalText(value: unknown): string {
  try {
    return plainDecimal(wordOf(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return '';
  }
}
