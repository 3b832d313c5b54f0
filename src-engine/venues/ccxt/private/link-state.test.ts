/** Whether orders can be seen, by a clock that a test moves. */
import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { LinkState } from './link-state.ts';

const SECOND_US = 1_000_000;

function rig() {
  const clock = new SimulatedClock();
  const said: string[] = [];
  const world = { isOpen: true, isIdle: true, looks: 0, answers: true };
  const state = new LinkState({
    clock,
    isOpen: () => world.isOpen,
    isIdle: () => world.isIdle,
    look: () => {
      world.looks++;
      return world.answers ? Promise.resolve() : Promise.reject(new Error('no answer'));
    },
    report: (to, reason) => said.push(`${to} ${reason}`.trim()),
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n++) {
      clock.advanceTo(clock.nowUs() + SECOND_US);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  };
  return { clock, said, world, state, pass };
}

it('a link that is down looks again by itself once no order is asked about, and one chain of questions alone', async () => {
  const { said, world, state, pass } = rig();
  world.isIdle = false;
  state.onBlind('first');
  await pass(10);
  state.onBlind('later');
  expect(said).toEqual(['down later']);
  // While orders are asked about, their answers show it.
  await pass(5);
  expect(world.looks).toBe(0);
  [world.answers, world.isIdle] = [false, true];
  state.onIdle();
  // A process that starts again in between begins no second chain.
  state.begin();
  state.begin();
  await pass(4);
  expect(world.looks).toBeLessThanOrEqual(5);
  world.answers = true;
  await pass(1);
  expect(said).toEqual(['down later', 'up']);
  await pass(5);
  expect(said).toHaveLength(2);
});

it('a failure about an order that is over says nothing of the next one’s', async () => {
  const { said, state, pass } = rig();
  state.onBlind('of the first');
  state.onIdle();
  await pass(20);
  state.onBlind('of the second');
  expect(said).toEqual([]);
});
