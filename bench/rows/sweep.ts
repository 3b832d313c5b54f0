/** A sweep: what a second thread brings, what it does beside a plain pool over the log, and the memory that it takes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTape } from '../../src-engine/backtest/tape-maker.ts';
import { writeMadeMarket } from '../made-market.ts';
import { boundedRow, type Row, rowOf, versionOf } from '../report.ts';
import type { SweepReading } from '../sweep-child.ts';

const EVENTS = 1_000_000;
const EACH = 8;
const ROUNDS = 3;
const MOST_MB = 1_000;

/** @param each trials of each thread, in one long round; without it there are three short ones. */
export async function sweepRows(each?: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  try {
    const log = join(folder, 'made.jsonl');
    const tape = join(folder, 'made.tape');
    await writeMadeMarket(log, EVENTS);
    await makeTape({ logs: [log], path: tape });
    const one: number[] = [];
    const two: number[] = [];
    const peer: number[] = [];
    let peakMb = 0;
    const trials = each ?? EACH;
    for (let round = 0; round < (each === undefined ? ROUNDS : 1); round++) {
      one.push((EVENTS * trials) / child('ours', tape, 1, trials).seconds);
      const both = child('ours', tape, 2, 2 * trials);
      two.push((EVENTS * 2 * trials) / both.seconds);
      peakMb = Math.max(peakMb, both.peakMb);
      peer.push((EVENTS * 2) / child('peer', log, 2, 2).seconds);
    }
    const name = 'sweep over 1,000,000 events';
    const gains = two.map((rate, round) => rate / (one[round] ?? Number.NaN));
    const gain = { name: `${name}, two threads over one`, unit: '×', ours: gains, less: false };
    const rate = { name: `${name}, two threads`, unit: 'events/s', ours: two, less: false };
    const pool = `two threads that read the log for each trial into tardis-dev ${versionOf('tardis-dev')} order books`;
    return [
      rowOf({ ...gain, peer: 'at least', peerValue: 1.7, atLeast: 1 }),
      rowOf({ ...rate, peer: pool, peerValue: peer, atLeast: 3 }),
      boundedRow(`${name}, two threads, resident memory`, 'MB', peakMb, MOST_MB),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function child(mode: 'ours' | 'peer', path: string, threads: number, trials: number): SweepReading {
  const script = fileURLToPath(new URL('../sweep-child.ts', import.meta.url));
  const text = execFileSync(process.execPath, [script, mode, path, String(threads), String(trials)], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as SweepReading;
}
