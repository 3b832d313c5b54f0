/** Worlds in which a strategy trades the accounts: what must hold of it holds, and bugs are planted to show that it is seen to. */
import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import { caught, inEngines } from './testing/planted-bugs.ts';

const UNARMED = /of a strategy left for simulated, which was not armed/;
const TRIED = { from: 1, seeds: 12, hasStrategy: true } as const;

it('a strategy that trades through every disaster keeps what it holds, and leaves nothing else changed', async () => {
  let orders = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const { violations, ofStrategies } = await simulate(seed, { hasStrategy: true });
    expect(violations, `seed ${seed}`).toEqual([]);
    orders += ofStrategies;
  }
  expect(orders).toBeGreaterThan(10);
});

it('an order of a strategy that leaves while its account is not armed is caught', async () => {
  const plant = inEngines(({ kernel: { armings } }, { exchanges }) => {
    for (const { venue } of exchanges) Object.defineProperty(armings.of(venue), 'refusal', { get: () => '' });
  });
  // Cycles that begin so are caught as well, and mostly before it.
  const found: string[] = [];
  for (let seed = 1; seed <= 12 && !found.some((one) => UNARMED.test(one)); seed++)
    found.push(...(await simulate(seed, { hasStrategy: true, tamper: plant })).violations);
  expect(found.join('; ')).toMatch(UNARMED);
});

it('a position beyond its stake is caught', async () => {
  const plant = inEngines((engine) => {
    const command = engine.command.bind(engine);
    engine.command = (given) =>
      command(
        given.type === 'setStrategy'
          ? { ...given, setup: { ...given.setup, stake: '9000', lossBudget: '90' } }
          : given,
      );
  });
  expect(await caught(plant, TRIED)).toMatch(/beyond its stake of 66\.00/);
});

it('what an order under way bought, and a restart swept, is caught', async () => {
  const plant = inEngines(({ kernel: { strategies } }) => {
    strategies.onOrderEnded = () => false;
  });
  expect(await caught(plant, TRIED)).toMatch(
    /are held and nothing says why|less than what is said to be left/,
  );
});
