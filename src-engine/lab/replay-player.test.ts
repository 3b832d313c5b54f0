import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runOn } from '../backtest/backtest.ts';
import { makeTape } from '../backtest/tape-maker.ts';
import { TapeSource } from '../backtest/tape-source.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { replayView } from '../contract/replay-operations.ts';
import type { EngineEvent } from '../domain/event.ts';
import { readTape } from '../storage/tape/tape-file.ts';
import type { Tape } from '../storage/tape/tape-format.ts';
import type { ReplayCommand, ReplayFrame } from './replay-messages.ts';
import { ReplayPlayer } from './replay-player.ts';
import type { StoredTrade } from './stored-run.ts';

const folder = logFolder();
const OPTIONS = { logs: [], capital: { USD: '1000' } };
let tape: Tape;

beforeAll(async () => {
  const log = folder.write('made.jsonl', [header(TRIANGLE), ...triangleEvents(7, 600).events]);
  const path = join(folder.folder('tapes'), 'made.tape');
  await makeTape({ logs: [log], path });
  tape = await readTape(path);
});
afterAll(() => folder.remove());

type Step = { readonly command: ReplayCommand; readonly until: (frame: ReplayFrame) => boolean };
const resting = ({ state }: ReplayFrame): boolean => state === 'paused' || state === 'ended';

/** Gives a command once what the one before was to come to is shown, under a clock that moves while it sleeps; then ends. */
async function played(
  steps: readonly Step[],
  isLookedAt = true,
): Promise<{
  /** Frames that crossed to whoever looks, the end of each step among them. */
  readonly shown: number;
  readonly frames: readonly ReplayFrame[];
  readonly answers: readonly (StoredTrade | undefined)[];
  readonly sleptMs: number;
}> {
  const frames: ReplayFrame[] = [];
  const answers: (StoredTrade | undefined)[] = [];
  const waiting = [...steps];
  let [nowMs, sleptMs, shown] = [0, 0, 0];
  let last: ReplayFrame | undefined;
  let until: Step['until'] = () => true;
  let isNew = false;
  await new ReplayPlayer(tape, OPTIONS, {
    take: () => {
      if (last === undefined || !isNew || !until(last)) return undefined;
      isNew = false;
      frames.push(last);
      const step = waiting.shift();
      until = step?.until ?? until;
      return step?.command ?? { move: 'end' };
    },
    sleep: (ms) => {
      nowMs += ms;
      sleptMs += ms;
    },
    isLookedAt: () => isLookedAt,
    nowMs: () => nowMs,
    show: (frame) => {
      shown++;
      last = structuredClone(frame);
      isNew = true;
    },
    answer: (_ask, trade) => answers.push(trade),
  }).run();
  return { frames: frames.slice(1), answers, sleptMs, shown };
}

async function ofBacktest() {
  const finished: string[] = [];
  const onEvents = (events: readonly EngineEvent[]): void => {
    for (const event of events)
      if (event.type === 'executionFinished')
        finished.push(`${event.execution.executionId} ${event.execution.profitHome}`);
  };
  await runOn(new TapeSource(tape, {}, undefined), { ...OPTIONS, onEvents });
  return finished;
}

describe('a recording that is played again', () => {
  test('sends no frames while no window reads them, and none twice', async () => {
    const steps: Step[] = [
      { command: { pauseAt: 'nothing', speed: 10 }, until: resting },
      { command: { move: 'play' }, until: ({ state }) => state === 'ended' },
    ];
    const [watched, unwatched] = [await played(steps), await played(steps, false)];
    expect(watched.shown).toBeGreaterThan(20);
    // Paused, as set, where it begins to play, and at the end.
    expect(unwatched.shown).toBeLessThanOrEqual(4);
    expect(unwatched.frames.at(-1)).toEqual(watched.frames.at(-1));
  });

  test('comes to the executions of the backtest of it, whatever its pace', async () => {
    const toEnd: Step = {
      command: { move: 'seek', atUs: Number.MAX_SAFE_INTEGER },
      until: ({ state }) => state === 'ended',
    };
    const { frames } = await played([{ command: { pauseAt: 'nothing' }, until: resting }, toEnd]);
    const end = frames.at(-1);
    expect(
      replayView.parse({ replayId: 'replay-0', recordings: ['made'], problem: null, ...end }).state,
    ).toBe('ended');
    const replayed = (end?.executions ?? []).map(
      ({ executionId, profitHome }) => `${executionId} ${profitHome}`,
    );
    expect(replayed.length).toBeGreaterThan(5);
    expect((await ofBacktest()).filter((one) => replayed.includes(one))).toEqual(replayed.toReversed());
    expect(end?.marks.filter(({ kind }) => kind === 'taken').length).toBeGreaterThan(5);
  });

  test('goes by real time at the speed that is set, and faster at a higher one', async () => {
    const until = ({ atUs, fromUs }: ReplayFrame): boolean => atUs - fromUs >= 2_000_000;
    const at = (speed: number): Promise<{ readonly sleptMs: number }> =>
      played([{ command: { move: 'play', pauseAt: 'nothing', speed }, until }]);
    const [real, fast] = [await at(1), await at(10)];
    // Beside what it moves by itself it naps until the next event.
    expect(real.sleptMs).toBeGreaterThan(1_900);
    expect(real.sleptMs).toBeLessThan(4_500);
    expect(fast.sleptMs).toBeLessThan(real.sleptMs - 1_500);
  });

  test('stops at a decision, steps one event, goes back, and comes to the same moment again', async () => {
    const decision: Step = { command: { move: 'decision' }, until: resting };
    const first = await played([decision, { command: { move: 'event' }, until: resting }, decision]);
    const [atFirst, stepped, atSecond] = first.frames;
    if (atFirst === undefined || atSecond === undefined) throw new Error('it did not stop');
    expect(atFirst.decision?.opportunity.decision).toBe('taken');
    expect(atFirst.decision?.atUs).toBe(atFirst.atUs);
    expect(stepped?.events ?? 0).toBeGreaterThanOrEqual(atFirst.events);
    expect(stepped?.atUs ?? 0).toBeLessThan(atSecond.atUs);
    const back = await played([
      { command: { move: 'seek', atUs: atSecond.atUs }, until: resting },
      { command: { move: 'seek', atUs: atFirst.atUs }, until: resting },
    ]);
    const again = back.frames.at(-1);
    expect(again?.atUs).toBe(atFirst.atUs);
    expect({ ...again, marks: [] }).toEqual({ ...atFirst, marks: [] });
  });

  test('gives the story of an execution that it has come to, and none of one that is still to come', async () => {
    const [known = ''] = await ofBacktest();
    const executionId = known.split(' ')[0] ?? '';
    const { answers } = await played([
      { command: { trade: { executionId, ask: 1 } }, until: resting },
      { command: { move: 'seek', atUs: Number.MAX_SAFE_INTEGER }, until: ({ state }) => state === 'ended' },
      { command: { trade: { executionId, ask: 2 } }, until: resting },
    ]);
    expect(answers[0]).toBeUndefined();
    expect(answers[1]?.orders.length).toBeGreaterThan(0);
    expect(answers[1]?.books.length).toBeGreaterThan(0);
  });
});
