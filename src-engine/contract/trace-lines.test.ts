import { expect, it } from 'vitest';
import { operationWords } from './operation-words.ts';
import { traceLines } from './trace-lines.ts';

const TRACE = {
  audit: [
    {
      atUs: 5,
      actor: 'operator via web',
      action: 'takeOpportunity',
      outcome: 'ok',
      detail: 'took USD at sim-binance',
    },
  ],
  opportunities: [
    {
      opportunityId: 'p1',
      openedUs: 1,
      path: ['USD@simulated', 'BTC@sim-binance'],
      venue: 'simulated+sim-binance',
      decision: 'edge-below-threshold',
    },
  ],
  executions: [
    { executionId: 'e1', startedUs: 2, path: ['USD@simulated'], outcome: 'completed', profit: '1.5' },
  ],
  orders: [
    {
      orderId: 'o1',
      createdUs: 3,
      venue: 'simulated',
      side: 'buy',
      qty: '1',
      symbol: 'BTC/USD',
      price: '9',
      state: 'filled',
      reason: '',
    },
    {
      orderId: 'o2',
      createdUs: 6,
      venue: 'sim-binance',
      side: 'sell',
      qty: '1',
      symbol: 'BTCUSD',
      price: '8',
      state: 'denied',
      reason: 'needs 1 BTC at sim-binance',
    },
  ],
  fills: [
    { fillId: 'f1', orderId: 'o1', atUs: 4, qty: '1', price: '9', fee: '0.1', feeAsset: 'USD@simulated' },
  ],
  stops: [
    { seq: 9, event: { type: 'tradingHalted', atUs: 7, venue: 'simulated', reason: 'operator' } },
    { seq: 10, event: { type: 'killVerified', atUs: 8, openOrders: 0 } },
  ],
} as unknown as Parameters<typeof traceLines>[0];

it('lists what belongs together in its order, each fill below its order, without names of code', () => {
  const lines = traceLines(TRACE);
  expect(lines.map(({ kind, id, atUs }) => `${kind} ${id} ${atUs}`)).toEqual([
    'call  5',
    'opportunity p1 1',
    'execution e1 2',
    'order o1 3',
    'fill f1 4',
    'order o2 6',
    'stop  7',
    'stop  8',
  ]);
  const text = lines.map((line) => line.text).join('\n');
  expect(text).toContain('take opportunity by operator via web: ok');
  expect(text).toContain('USD → BTC → USD at Simulated Kraken + Simulated Binance');
  expect(text).toContain('1 at 9, fee 0.1 USD');
  expect(text).not.toMatch(/sim-|@|[a-z][A-Z]|edge-below/);
});

it('says names of operations as words, and leaves what is none', () => {
  expect(operationWords('startRecording')).toBe('start recording');
  expect(operationWords('kill')).toBe('kill');
  expect(operationWords('change limits')).toBe('change limits');
  expect(operationWords('')).toBe('');
});
