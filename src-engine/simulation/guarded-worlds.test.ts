/** Worlds whose accounts are armed and watched: bugs are planted to show that what must hold of them is seen to. */
import { expect, it } from 'vitest';
import { FACES } from '../venues/local-exchange/face-names.ts';
import type { Tampering } from './simulate.ts';
import { caught, inEngines } from './testing/planted-bugs.ts';

/** Two unlike venues: a world of every face would take long, and plant no bug that these do not show. */
const TRIED = { venues: FACES.slice(0, 2), from: 1, seeds: 15 } as const;

it('a disarm in the middle of orders that the engine does not take is caught', async () => {
  const plant = inEngines((engine) => {
    const command = engine.command.bind(engine);
    engine.command = (given) => (given.type === 'disarm' ? undefined : command(given));
  });
  expect(await caught(plant, { ...TRIED, from: 3 })).toMatch(/began a cycle at [\w-]+ after it was disarmed/);
});

it('a cycle that begins at a venue that is not armed is caught', async () => {
  const plant = inEngines(({ kernel: { armings } }, { exchanges }) => {
    for (const { venue } of exchanges.slice(0, 1))
      Object.defineProperty(armings.of(venue), 'refusal', { get: () => '' });
  });
  expect(await caught(plant, TRIED)).toMatch(/began a cycle at simulated, which was not armed/);
});

it('a watchdog that does nothing when its engine dies is caught', async () => {
  const plant: Tampering = ({ watchdogs }) => {
    if (watchdogs !== undefined) watchdogs.onLaunch = (one) => (one.close = () => undefined);
  };
  expect(await caught(plant, TRIED)).toMatch(/the engine died, and the watchdog of [\w-]+ did nothing/);
});

it('a watchdog that cancels at another venue than its own is caught', async () => {
  const plant: Tampering = ({ watchdogs, exchanges }) => {
    if (watchdogs === undefined) return;
    watchdogs.onLaunch = (one) => {
      const write = one.write.bind(one);
      const [east, west] = exchanges.map(({ urls }) => urls.rest);
      one.write = (line) => write(line.replace(String(west), String(east)));
    };
  };
  expect(await caught(plant, TRIED)).toMatch(/the watchdog of sim-binance called simulated/);
});
