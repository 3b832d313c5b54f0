import { expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { Rejoin } from './rejoin.ts';
import type { TradingSession } from '../trading-session.ts';

const S = 1_000_000;

function rig() {
  const clock = new SimulatedClock(0);
  const state = {
    answers: false,
    mended: false,
    armed: false,
    orders: [] as string[],
    recording: undefined as string | undefined,
    found: [] as { title: string; symbols: string[] }[],
    asked: 0,
  };
  const restarted: TradingSession[] = [];
  const said: string[] = [];
  const answers = () => {
    state.asked++;
    return Promise.resolve(state.answers);
  };
  const session = {
    parts: {
      unreached: [{ adapter: 'west', title: 'West', reason: 'down', answers }],
      connections: [
        { market: { title: 'East' }, missing: undefined },
        {
          market: { title: 'North' },
          missing: { reason: 'no key', isMended: () => Promise.resolve(state.mended) },
        },
      ],
      kernel: {
        armings: {
          isNeeded: true,
          get isAny() {
            return state.armed;
          },
        },
        orders: { open: () => state.orders.map((venue) => ({ venue })) },
        portfolio: { universe: { venues: ['east'] } },
        desk: { sequencer: { activeCount: 0 }, maker: { isUnderWay: false, isQuote: () => false } },
      },
    },
    get recording() {
      return state.recording;
    },
    listings: {
      get found() {
        return state.found;
      },
    },
  } as unknown as TradingSession;
  const rejoin = new Rejoin({
    clock,
    log: {
      note(_level, _part, text) {
        said.push(text);
        return '';
      },
    },
    restart: (one) => void restarted.push(one),
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advanceTo(clock.nowUs() + S);
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    }
  };
  return { rejoin, session, state, restarted, said, pass };
}

it('asks again every 30 seconds, and starts again once the venue answers', async () => {
  const { rejoin, session, state, restarted, said, pass } = rig();
  rejoin.watch(session);
  await pass(95);
  expect([state.asked, restarted.length]).toEqual([3, 0]);
  state.answers = true;
  await pass(30);
  expect(restarted).toEqual([session]);
  expect(said).toEqual(['West can be reached again: restarting the session with it']);
  await pass(120);
  expect(restarted).toHaveLength(1);
});

it('waits while orders are open or a recording runs', async () => {
  const { rejoin, session, state, restarted, pass } = rig();
  state.answers = true;
  state.orders = ['east'];
  rejoin.watch(session);
  await pass(65);
  state.orders = [];
  state.recording = 'a file';
  await pass(60);
  expect(restarted).toEqual([]);
  state.recording = undefined;
  await pass(30);
  expect(restarted).toHaveLength(1);
});

it('waits for no order that an earlier run left at the venue which is back: only with it is found what became of it', async () => {
  const { rejoin, session, state, restarted, pass } = rig();
  state.answers = true;
  state.orders = ['west'];
  rejoin.watch(session);
  await pass(30);
  expect(restarted).toHaveLength(1);
});

it('asks no longer once it is stopped', async () => {
  const { rejoin, session, state, pass } = rig();
  rejoin.watch(session);
  rejoin.stop();
  await pass(90);
  expect(state.asked).toBe(0);
});

it('waits for an account that is armed elsewhere: a start would disarm it', async () => {
  const { rejoin, session, state, restarted, said, pass } = rig();
  rejoin.watch(session);
  Object.assign(state, { mended: true, armed: true });
  await pass(95);
  expect([restarted, said]).toEqual([
    [],
    ['North can be traded again, and joins once live trading is disarmed'],
  ]);
  state.armed = false;
  await pass(30);
  expect(restarted).toEqual([session]);
});

it('starts again with pairs that a venue lists by now, once nothing is armed, open or recorded', async () => {
  const { rejoin, session, state, restarted, said, pass } = rig();
  rejoin.watch(session);
  Object.assign(state, { armed: true, found: [{ title: 'East', symbols: ['MOG/USD', 'MOG/EUR'] }] });
  await pass(35);
  Object.assign(state, { armed: false, orders: ['east'] });
  await pass(30);
  Object.assign(state, { orders: [], recording: 'a file' });
  await pass(30);
  expect([restarted, said]).toEqual([[], []]);
  state.recording = undefined;
  await pass(30);
  expect(restarted).toEqual([session]);
  expect(said).toEqual(['East lists 2 new pairs: restarting the session with MOG/USD, MOG/EUR']);
});
