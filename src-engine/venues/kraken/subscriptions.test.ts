/** Refusals of a subscription: those that pass are asked again, ever later; those that stand end it, by name. */
import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { Subscriptions } from './subscriptions.ts';

const S_US = 1_000_000;

function subscriptions(awaitsSnapshot: boolean) {
  const sizes = { tickSize: '0.1', lotSize: '0.1', minQty: '0.1', minNotional: '0.5', takerFee: '0' };
  const instruments = ['A/USD', 'B/USD'].map((symbol, id) =>
    createInstrument({ symbol, base: symbol.slice(0, 1), quote: 'USD', ...sizes }, id, 'kraken'),
  );
  const sent: string[] = [];
  const refused: [number, string][] = [];
  const all = new Subscriptions(
    instruments,
    {
      channel: awaitsSnapshot ? 'book' : 'trade',
      requestId: 1,
      params: {},
      subscribeParams: {},
      awaitsSnapshot,
      batchSize: 10,
      paceUs: 0,
      answerUs: 10 * S_US,
    },
    (text) => {
      const { method, params } = JSON.parse(text) as { method: string; params: { symbol: string[] } };
      for (const symbol of params.symbol) sent.push(`${method} ${symbol}`);
      return true;
    },
    (id, error) => refused.push([id, error]),
  );
  const answer = (method: string, symbol: string, error: string, nowUs: number) =>
    all.onAck(
      { kind: 'ack', method, isSuccess: error === '', channel: '', requestId: 1, symbol, depth: 0, error },
      nowUs,
    );
  return { all, sent, refused, answer };
}

it.each([
  'EService:Busy',
  'EService:Unavailable',
  'EGeneral:Internal error',
  'Exceeded msg rate',
  'EAPI:Rate limit exceeded',
  'Already subscribed',
  '',
  'an error that has not been seen before',
])('%j is asked again until it is taken, ever later and at most once a minute', (error) => {
  const { all, sent, refused, answer } = subscriptions(true);
  const asked: number[] = [];
  let answered = 0;
  all.reset(S_US);
  for (let nowUs = S_US; nowUs < 600 * S_US; nowUs += S_US / 10) {
    all.tick(nowUs);
    for (; answered < sent.length; answered++) {
      const [method = '', symbol = ''] = sent[answered]?.split(' ') ?? [];
      if (method === 'unsubscribe') answer(method, symbol, 'Subscription Not Found', nowUs);
      else if (symbol === 'B/USD') {
        answer(method, symbol, '', nowUs);
        all.onSnapshot(1, nowUs);
      } else {
        asked.push(nowUs);
        all.onAck(refusal(error), nowUs);
      }
    }
  }
  const waits = asked.slice(1).map((atUs, k) => atUs - (asked[k] ?? 0));
  expect(waits.length).toBeGreaterThan(5);
  expect(waits.length).toBeLessThan(30);
  expect(Math.max(...waits)).toBeLessThan(62 * S_US);
  expect(waits.at(-1)).toBeGreaterThan(waits[0] ?? 0);
  expect(refused).toEqual([]);
  expect(all.counts()).toEqual({ live: 1, waiting: 1, refused: 0 });
});

const refusal = (error: string) =>
  ({
    kind: 'ack',
    method: 'subscribe',
    isSuccess: false,
    channel: '',
    requestId: 1,
    symbol: 'A/USD',
    depth: 0,
    error,
  }) as const;

it('one that the venue has already counts where no snapshot is awaited', () => {
  const { all, answer } = subscriptions(false);
  all.reset(S_US);
  answer('subscribe', 'A/USD', 'Already subscribed', S_US);
  answer('subscribe', 'B/USD', '', S_US);
  expect(all.counts()).toEqual({ live: 2, waiting: 0, refused: 0 });
});

it('a pair that the venue does not have is let go by name, and no other', () => {
  const { all, refused, answer } = subscriptions(true);
  all.reset(S_US);
  answer('subscribe', 'A/USD', 'Currency pair not supported A/USD', S_US);
  expect(refused).toEqual([[0, 'Currency pair not supported A/USD']]);
  expect(all.counts()).toEqual({ live: 0, waiting: 1, refused: 1 });
});

it('one that was dropped is left at the venue and not asked for again, on a new connection either', () => {
  const { all, sent, answer } = subscriptions(true);
  all.reset(S_US);
  answer('subscribe', 'A/USD', '', S_US);
  all.drop(0);
  all.tick(2 * S_US);
  expect(sent.at(-1)).toBe('unsubscribe A/USD');
  answer('unsubscribe', 'A/USD', '', 2 * S_US);
  all.reopen(0, 2 * S_US);
  all.reset(3 * S_US);
  expect(sent.filter((request) => request === 'subscribe A/USD')).toHaveLength(1);
});
