import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { sampleExecution, sampleOrder } from '../testing/sample-events.ts';
import { AlertDesk, type AlertStore, NO_CONDITIONS } from './alert-desk.ts';
import { isNoticed } from './fact-alerts.ts';

const WINDOW = { kind: 'operator', via: 'window' } as const;
const ENGINE = { kind: 'engine', via: 'risk' } as const;
const WELL = NO_CONDITIONS;
const nothing = (): Promise<void> => Promise.resolve();
const store: AlertStore = { alerts: [], rules: [], saveAlerts: nothing, saveRules: nothing };

/** The alerts after these facts, newest first: severity, title, and whether they go on. */
function after(...events: EngineEvent[]): string[] {
  const desk = new AlertDesk(store, 0);
  for (const event of events) desk.take(event);
  desk.look(undefined, WELL, 1_000);
  return desk
    .view({ limit: 100 })
    .alerts.map(
      ({ severity, title, lasts, endedUs }) =>
        `${severity}: ${title}${lasts ? (endedUs === null ? ', goes on' : ', over') : ''}`,
    );
}
const feed = (state: string, venueStatus = '', reason = ''): EngineEvent => ({
  type: 'feedChanged',
  atUs: 1,
  venue: 'kraken',
  state,
  venueStatus,
  reason,
});
const breaker = (state: 'latched' | 'open' | 'half-open' | 'closed'): EngineEvent => ({
  type: 'breakerChanged',
  atUs: 1,
  breaker: state === 'latched' ? 'drawdown' : 'data-quality',
  venue: state === 'latched' ? '' : 'kraken',
  state,
  reason: 'r',
  actor: ENGINE,
});
const killed: EngineEvent = { type: 'killed', atUs: 1, actor: WINDOW, reason: 'drill', cancelsSent: 3 };
const halted = (code: string): EngineEvent => ({ type: 'tradingHalted', atUs: 2, code, reason: 'why' });

describe('facts that a trader should notice', () => {
  it('are a kill until it is re-armed, and one that the venue does not confirm', () => {
    expect(after(killed)).toEqual(['critical: Kill switch thrown, goes on']);
    expect(after(killed, { type: 'killVerified', atUs: 2, openOrders: 2 })).toEqual([
      'critical: Kill is not verified, goes on',
      'critical: Kill switch thrown, goes on',
    ]);
    expect(
      after(
        killed,
        { type: 'killVerified', atUs: 2, openOrders: 2 },
        { type: 'killVerified', atUs: 3, openOrders: 0 },
        { type: 'rearmed', atUs: 4, actor: WINDOW },
      ),
    ).toEqual(['critical: Kill is not verified, over', 'critical: Kill switch thrown, over']);
  });

  it('are halts, but not the pause of the operator', () => {
    expect(after(halted('paused'))).toEqual([]);
    expect(after(halted('drawdown'), { type: 'tradingResumed', atUs: 3, actor: WINDOW })).toEqual([
      'critical: Trading halted, over',
    ]);
    const desk = new AlertDesk(store, 0);
    desk.take(halted('order-unknown'));
    desk.look(undefined, WELL, 1_000);
    expect(desk.view({ limit: 1 }).alerts[0]?.detail).toContain('Order without an answer');
  });

  it('are feeds that are lost or not online, and not those that connect', () => {
    expect(after(feed('connecting'), feed('open', 'online'))).toEqual([]);
    expect(after(feed('closed', '', 'code 1006'), feed('connecting'))).toEqual([
      'warning: Feed of kraken lost, goes on',
    ]);
    expect(after(feed('open', 'maintenance'))).toEqual(['warning: kraken is maintenance, goes on']);
  });

  it('are breakers while they have not closed', () => {
    expect(after(breaker('open'), breaker('half-open'))).toEqual([
      'warning: Breaker Data quality at Kraken tripped, goes on',
    ]);
    expect(after(breaker('open'), breaker('half-open'), breaker('closed'))).toEqual([
      'warning: Breaker Data quality at Kraken tripped, over',
    ]);
    expect(after(breaker('latched'))).toEqual(['critical: Breaker Max. drawdown tripped, goes on']);
  });

  it('are live trading that ends by itself, cycles that strand, orders of unknown fate, a slow disk', () => {
    const arming = (actor: typeof WINDOW | typeof ENGINE): EngineEvent => ({
      type: 'armingChanged',
      atUs: 1,
      from: 'canary',
      to: 'disarmed',
      reason: 'budget lost',
      actor,
    });
    expect(after(arming(ENGINE))).toEqual(['warning: Live trading disarmed']);
    expect(after(arming(WINDOW))).toEqual(['info: Live trading disarmed']);
    expect(
      after(
        { type: 'executionFinished', atUs: 1, execution: sampleExecution({ outcome: 'stranded' }) },
        { type: 'orderUnknown', atUs: 2, order: sampleOrder({ state: 'unknown', reason: 'timeout' }) },
        { type: 'factsDropped', atUs: 3, count: 12 },
      ),
    ).toEqual([
      'critical: The disk is too slow: facts about the market were dropped',
      'warning: An order at simulated is unknown',
      'critical: A cycle is stranded',
    ]);
    expect(after({ type: 'executionFinished', atUs: 1, execution: sampleExecution() })).toEqual([]);
  });

  it('are one alert however many books go stale', () => {
    const stale = Array.from(
      { length: 150 },
      (_, k): EngineEvent => ({
        type: 'bookStateChanged',
        atUs: k,
        venue: 'kraken',
        symbol: `A${k}/USD`,
        state: 'stale',
        reason: 'silent for 3 s',
      }),
    );
    const desk = new AlertDesk(store, 0);
    for (const event of stale) desk.take(event);
    desk.look(undefined, WELL, 1_000);
    expect(desk.view({ limit: 10 })).toMatchObject({
      unread: 1,
      alerts: [{ times: 150, symbol: 'A149/USD' }],
    });
  });

  it('are the halt of a venue by itself, which the going on of another does not end', () => {
    const halted = (venue?: string): EngineEvent => ({
      type: 'tradingHalted',
      atUs: 1,
      code: 'watchdog',
      reason: 'r',
      ...(venue !== undefined && { venue }),
    });
    const resumed = (venue?: string): EngineEvent => ({
      type: 'tradingResumed',
      atUs: 2,
      actor: WINDOW,
      ...(venue !== undefined && { venue }),
    });
    const at = (venue: string): string => `critical: Trading halted at ${venue}`;
    const both = [halted('east'), halted('west')];
    expect(after(...both, resumed('west'))).toEqual([`${at('west')}, over`, `${at('east')}, goes on`]);
    expect(after(...both, halted(), resumed())).toEqual([
      'critical: Trading halted, over',
      `${at('west')}, over`,
      `${at('east')}, over`,
    ]);
  });

  it('are a coin in quarantine until it is trusted', () => {
    const doubted: EngineEvent = {
      type: 'coinDoubted',
      atUs: 1,
      coin: 'ETH',
      venues: ['east', 'west'],
      prices: [],
      unit: 'USD',
      reason: 'r',
    };
    const title = 'critical: ETH may not be one coin at east, west';
    expect(after(doubted)).toEqual([`${title}, goes on`]);
    const trusted = { type: 'coinTrusted', atUs: 2, coin: 'ETH', venues: [], actor: WINDOW } as const;
    expect(after(doubted, trusted)).toEqual([`${title}, over`]);
  });

  it('leave the path of the market alone: what comes with every trade is not even kept', () => {
    expect(isNoticed({ type: 'orderCreated', atUs: 1, order: sampleOrder() })).toBe(false);
    expect(isNoticed(killed)).toBe(true);
  });
});

it('the engine’s own conditions are reported while they last, and a new run begins without what ended with the old one', () => {
  const desk = new AlertDesk(store, 0);
  desk.look(undefined, { ...WELL, storage: 'cannot grow: the disk is full' }, 1);
  desk.look(undefined, { ...WELL, storage: 'cannot grow: the disk is full' }, 2);
  desk.take(feed('closed'));
  desk.take(killed);
  desk.look(undefined, WELL, 3);
  const before = desk.view({ limit: 10 }).alerts;
  expect(before.map(({ key, times, endedUs }) => [key, times, endedUs])).toEqual([
    ['kill', 1, null],
    ['feed kraken', 1, null],
    ['engine storage', 1, 3],
  ]);
  const again = new AlertDesk({ ...store, alerts: before }, 10);
  expect(again.view({ limit: 10 }).alerts.map(({ key, endedUs }) => [key, endedUs])).toEqual([
    ['kill', null],
    ['feed kraken', 10],
    ['engine storage', 3],
  ]);
});

it('what could not be stored is tried again, and stays in the list', async () => {
  let isFull = true;
  const saved: number[] = [];
  const desk = new AlertDesk(
    {
      ...store,
      saveAlerts: (alerts) => {
        if (isFull) return Promise.reject(new Error('disk full'));
        saved.push(...alerts.map(({ alertId }) => alertId));
        return Promise.resolve();
      },
    },
    0,
  );
  desk.take(killed);
  desk.look(undefined, WELL, 1);
  await expect(desk.flush()).rejects.toThrow('disk full');
  isFull = false;
  await desk.flush();
  await desk.flush();
  expect(saved).toEqual([1]);
});
