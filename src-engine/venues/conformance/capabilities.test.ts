/** What each venue lacks: the table that its adapter states, and that the engine goes by. */
import { expect, it } from 'vitest';
import { outcomeOf as bybitOutcome } from '../bybit/private/error-codes.ts';
import { CCXT_PREFIX } from '../ccxt/ids.ts';
import { TRADED_IDS, type TradedId } from '../ccxt/process/traded-ids.ts';
import { tradingClass } from '../ccxt/process/trading-classes.ts';
import { isDefiniteRefusal } from '../kraken/rest-errors.ts';
import { outcomeOf as okxOutcome } from '../okx/private/error-codes.ts';
import { ADAPTERS, faceOf, localName, protocolOf, venueAdapter, VENUES } from '../registry.ts';
import { emergencyCancelOf } from '../emergency-registry.ts';

it('each adapter states what its venue has and lacks', () => {
  const table = ADAPTERS.map(({ id, account, capabilities }) => {
    const { bookIntegrity, liveness, feeAsset, cancelAll, deadMan, clientOrderId } = capabilities;
    const canTrade =
      account === undefined
        ? 'watched only'
        : account.rehearsedOnly === undefined
          ? 'traded'
          : 'rehearsed only';
    const ids = clientOrderId.isUniqueForever ? 'ids once' : 'ids again';
    const guard = deadMan === undefined ? 'no dead-man switch' : `dead-man switch to ${deadMan.maxMs} ms`;
    return [id, canTrade, bookIntegrity, liveness, feeAsset, `cancels by ${cancelAll}`, guard, ids].join(
      ', ',
    );
  });
  expect(table).toEqual([
    'kraken, traded, checksum, heartbeat, quote, cancels by account, dead-man switch to 60000 ms, ids again',
    'binance, traded, sequence, ping, received-or-native, cancels by symbol, no dead-man switch, ids again',
    'binance-us, traded, sequence, ping, received-or-native, cancels by symbol, no dead-man switch, ids again',
    'okx, traded, sequence, ping, received, cancels by none, dead-man switch to 120000 ms, ids again',
    'bybit, traded, sequence, ping, received, cancels by account, no dead-man switch, ids once',
    'kucoin, traded, sequence, ping, quote, cancels by account, dead-man switch to 86400000 ms, ids once',
    'coinbase, traded, connection-sequence, heartbeat, quote, cancels by none, no dead-man switch, ids once',
    'bitget, watched only, sequence, ping, received-or-native, cancels by symbol, no dead-man switch, ids once',
    'gate, watched only, sequence, ping, received-or-native, cancels by account, dead-man switch to 86400000 ms, ids again',
    'bitstamp, watched only, none, ping, quote, cancels by account, no dead-man switch, ids once',
    'cryptocom, watched only, sequence, heartbeat, received-or-native, cancels by account, no dead-man switch, ids once',
    'gemini, watched only, sequence, ping, quote, cancels by account, no dead-man switch, ids once',
    'htx, watched only, none, heartbeat, received-or-native, cancels by account, dead-man switch to 86400000 ms, ids again',
    'bitfinex, watched only, connection-sequence, heartbeat, received, cancels by account, no dead-man switch, ids again',
    'mexc, watched only, sequence, ping, received-or-native, cancels by symbol, no dead-man switch, ids once',
    'uniswap-v2, rehearsed only, none, ping, quote, cancels by none, no dead-man switch, ids once',
    'uniswap-v3, rehearsed only, none, ping, quote, cancels by none, no dead-man switch, ids once',
  ]);
});

it('every id of ours fits what a venue takes, and every venue that is traded can be canceled by a watchdog', () => {
  const id = '0123456789abcdef0123456789abcdef';
  for (const { id: venue, account, capabilities } of ADAPTERS) {
    const { encode, maxLength } = capabilities.clientOrderId;
    expect(encode(id)?.length ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(maxLength);
    expect(encode('an id of somebody else, far too long for any venue')).toBeUndefined();
    if (account === undefined) expect(() => emergencyCancelOf(venue)).toThrow(venue);
    else expect(emergencyCancelOf(venue)).toBeTypeOf('function');
  }
});

it('classes of ccxt that orders go through are rehearsed alone, each at the face of its venue, and a watchdog cancels there', () => {
  const table = TRADED_IDS.map((id) => {
    const adapter = venueAdapter(CCXT_PREFIX + id, 'venue');
    const { feeAsset, deadMan } = adapter.capabilities;
    const isReal = adapter.account?.rehearsedOnly === undefined ? 'real' : 'rehearsed';
    expect(emergencyCancelOf(adapter.id)).toBeTypeOf('function');
    expect(protocolOf(localName(adapter))).toBe(adapter);
    return [id, isReal, faceOf(adapter), feeAsset, `dead-man switch to ${deadMan?.maxMs ?? 0} ms`].join(', ');
  });
  expect(table).toEqual([
    'okx, rehearsed, okx, received, dead-man switch to 120000 ms',
    'bybit, rehearsed, bybit, received, dead-man switch to 0 ms',
    'kraken, rehearsed, kraken, quote, dead-man switch to 60000 ms',
  ]);
  const untried = venueAdapter('ccxt:poloniex', 'venue');
  expect([untried.account, faceOf(untried)]).toEqual([undefined, undefined]);
  expect(() => emergencyCancelOf(untried.id)).toThrow('ccxt:poloniex');
});

it('no code refuses an order through ccxt for certain that the venue’s own adapter leaves in doubt', () => {
  const outcomes: Readonly<Record<TradedId, (code: string) => unknown>> = {
    okx: okxOutcome,
    bybit: (code) => bybitOutcome(Number(code)),
    kraken: (code) => (isDefiniteRefusal(code) ? 'refused' : 'unknown'),
  };
  const doubtful = TRADED_IDS.flatMap((id) =>
    [...tradingClass(id).refused].filter((code) => outcomes[id](code) !== 'refused'),
  );
  expect(doubtful).toEqual([]);
});

it('a local exchange that speaks a venue’s protocols has a name of its own, under which its recordings are read again', () => {
  const names = ADAPTERS.map(localName);
  expect(new Set([...names, ...VENUES]).size).toBe(2 * ADAPTERS.length);
  expect(names.map(protocolOf)).toEqual(ADAPTERS);
  expect(VENUES.map(protocolOf)).toEqual(ADAPTERS);
});
