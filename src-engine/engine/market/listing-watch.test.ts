import { expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { ListingWatch } from './listing-watch.ts';

const MINUTE = 60_000_000;

function rig(names: readonly string[]) {
  const clock = new SimulatedClock(0);
  const asked: [minute: number, venue: string, isChoiceOld: boolean][] = [];
  const answers = new Map<string, () => Promise<readonly string[]>>();
  const watch = new ListingWatch(
    clock,
    names.map((venue) => ({
      venue,
      title: venue.toUpperCase(),
      read(isChoiceOld) {
        asked.push([clock.nowUs() / MINUTE, venue, isChoiceOld]);
        return answers.get(venue)?.() ?? Promise.resolve([]);
      },
    })),
  );
  const pass = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      clock.advanceTo(clock.nowUs() + MINUTE);
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    }
  };
  return { watch, asked, answers, pass };
}

it('asks one venue at a time, each every ten minutes', async () => {
  const { watch, asked, pass } = rig(['east', 'west']);
  watch.start();
  await pass(21);
  expect(asked.map(([minute, venue]) => [minute, venue])).toEqual([
    [5, 'east'],
    [10, 'west'],
    [15, 'east'],
    [20, 'west'],
  ]);
  watch.stop();
  await pass(20);
  expect(asked).toHaveLength(4);
});

it('asks no other venue while one has not answered', async () => {
  const { watch, asked, answers, pass } = rig(['east', 'west']);
  let answer: (symbols: string[]) => void = () => undefined;
  answers.set('east', () => new Promise((resolve) => (answer = resolve)));
  watch.start();
  await pass(30);
  expect(asked).toHaveLength(1);
  answer(['MOG/USD']);
  await pass(6);
  expect(asked.map(([, venue]) => venue)).toEqual(['east', 'west']);
  expect(watch.found).toEqual([{ title: 'EAST', symbols: ['MOG/USD'] }]);
  expect([watch.joining('east'), watch.joining('west')]).toEqual([['MOG/USD'], []]);
});

it('keeps what it knows of a venue that does not answer, and takes back what left the list again', async () => {
  const { watch, answers, pass } = rig(['east']);
  answers.set('east', () => Promise.resolve(['MOG/USD']));
  watch.start();
  await pass(11);
  answers.set('east', () => Promise.reject(new Error('down')));
  await pass(10);
  expect(watch.joining('east')).toEqual(['MOG/USD']);
  answers.delete('east');
  await pass(10);
  expect(watch.found).toEqual([]);
});

it('says that the choice is old once the session is a day old', async () => {
  const { watch, asked, pass } = rig(['east']);
  watch.start();
  await pass(1_440);
  expect(asked.map(([, , isChoiceOld]) => isChoiceOld)).toEqual([...Array<boolean>(143).fill(false), true]);
});

it('without a venue whose list can be read it asks nothing', async () => {
  const { watch, asked, pass } = rig([]);
  watch.start();
  await pass(30);
  expect([asked, watch.found]).toEqual([[], []]);
});
