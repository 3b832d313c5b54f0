/**
 * What Bitfinex says of the connection itself (Bitfinex, "WebSocket: General", info and error codes). Numbers are text here, as all of a
 * frame is read exactly.
 */
import type { Json } from '../toolkit/json.ts';
import { OTHER, type StreamAck, type StreamFrame } from '../toolkit/stream-frame.ts';
import { type Channels, kindOf } from './channels.ts';
import { numericOf, wordIn, wordOf } from '../toolkit/json.ts';

/** Behind every array: its number on the connection. */
export const SEQUENCE_FLAG = 65_536;
/** Checksums of books. */
export const CHECKSUM_FLAG = 131_072;
/** The only precision that is asked for: prices as they are. */
const PRECISION = 'P0';
const MAINTENANCE = 'the venue is in maintenance';
/** Codes of `info`: the server restarts; maintenance begins; it is over, and all must be subscribed to again. */
const ENDS: Readonly<Record<string, string>> = {
  20051: 'the venue asked for another connection',
  20060: MAINTENANCE,
  20061: 'the venue’s maintenance is over',
};
const UNKNOWN_PAIR = '10001';
/** Of a subscription that failed: what the text says decides. */
const FAILED = '10300';
const INVALID = /invalid|unknown|not found/i;

export function eventFrame(json: Json, channels: Channels): StreamFrame {
  switch (json['event']) {
    case 'info':
      return infoFrame(json);
    case 'conf':
      return confFrame(json);
    case 'subscribed': {
      const kind = kindOf(json['channel']);
      const { symbol, chanId, prec = PRECISION } = json;
      if (kind === undefined || typeof symbol !== 'string' || prec !== PRECISION) return OTHER;
      channels.opened(numericOf(chanId), kind, symbol);
      return ack({ channel: kind, symbol, verb: 'subscribe' });
    }
    case 'unsubscribed': {
      const channel = channels.of(numericOf(json['chanId']));
      if (channel === undefined) return OTHER;
      channels.closed(channel.id);
      return ack({ channel: channel.kind, symbol: channel.symbol, verb: 'unsubscribe' });
    }
    case 'error':
      return errorFrame(json, channels);
    default:
      return OTHER;
  }
}

/** The first message of a connection has the platform's status: 0 is maintenance. */
function infoFrame({ code, platform }: Json): StreamFrame {
  const reason = wordIn(ENDS, wordOf(code));
  const status: unknown =
    typeof platform === 'object' && platform !== null ? Reflect.get(platform, 'status') : '1';
  if (status === '0') return { kind: 'reconnect', reason: MAINTENANCE };
  return reason === undefined ? OTHER : { kind: 'reconnect', reason };
}

function confFrame({ status, flags }: Json): StreamFrame {
  const isNumbered = status === 'OK' && (numericOf(flags) & SEQUENCE_FLAG) !== 0;
  return isNumbered ? OTHER : { kind: 'reconnect', reason: 'the venue refused to number its messages' };
}

/** Refusals repeat the fields of the request. */
function errorFrame({ msg, code, channel, symbol, chanId }: Json, channels: Channels): StreamFrame {
  const left = chanId === undefined ? undefined : channels.of(numericOf(chanId));
  const text = typeof msg === 'string' && msg !== '' ? msg : 'without a reason';
  const number = wordOf(code);
  const isFinal = number === UNKNOWN_PAIR || (number === FAILED && INVALID.test(text));
  if (left !== undefined) {
    channels.closed(left.id);
    return ack({ channel: left.kind, symbol: left.symbol, verb: 'unsubscribe' });
  }
  return ack({
    channel: kindOf(channel),
    symbol: typeof symbol === 'string' ? symbol : undefined,
    verb: 'subscribe',
    error: `${text} (code ${number})`,
    isFinal,
  });
}

function ack(fields: Partial<StreamAck>): StreamFrame {
  return { kind: 'ack', error: '', isFinal: false, ...fields };
}
