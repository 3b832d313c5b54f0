/**
 * `npm run window-bench -- [--minutes 1] [--updates 5000] [--json]`: the built window in Chromium with twelve panels in
 * sight, on a real engine that follows the local exchange. Frames, long tasks, engine to pixel, input, heap. The bounds
 * are those of a machine whose screen is drawn by a graphics card; without one Chromium paints on the processor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { windowAddress } from '../src-engine/gateway/web-server.ts';
import { readRuntimeFile } from '../src-engine/gateway/runtime-file.ts';
import { EngineChild, type Reading } from './child.ts';
import { boundedRow, machine, type Row, table } from './report.ts';
import { installProbe, type ProbedWindow, type WindowFigures } from './window-probe.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    updates: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const wanted = Number(values.updates);
if (!(minutes > 0 && minutes <= 1_440 && wanted > 0 && wanted <= 20_000)) {
  process.stderr.write('window-bench: --minutes is a number up to 1440, --updates one up to 20000\n');
  process.exit(2);
}

const PANELS = [
  ['watchlist', 'book', 'opportunities', 'activity'],
  ['chart', 'depth', 'trades', 'pnl'],
  ['cycles', 'matrix', 'risk', 'health'],
] as const;
const BOOKS = 20;
const WIDTH = 1_440;
const HEIGHT = 900;
/** One step of the exchange's crowd makes fewer book messages than one: measured by the first of them. */
const STEPS_PER_UPDATE = 1.15;
const START_MS = 60_000;
const WARM_UP_MS = 10_000;
const SETTLE_MS = 2_000;
const KEY_EVERY_MS = 1_000;
const HEAP_EVERY_MS = 15_000;

/** A stored layout with every panel in a group of its own. */
function layoutOf(): string {
  const panels: Record<string, object> = {};
  let groups = 0;
  const leaf = (kind: string): object => {
    panels[kind] = { id: kind, contentComponent: 'panel', params: { kind } };
    const data = { id: String(++groups), views: [kind], activeView: kind };
    return { type: 'leaf', size: HEIGHT / 4, data };
  };
  const columns = PANELS.map((kinds) => ({ type: 'branch', size: WIDTH / 3, data: kinds.map(leaf) }));
  const root = { type: 'branch', size: HEIGHT, data: columns };
  const grid = { root, width: WIDTH, height: HEIGHT, orientation: 'HORIZONTAL' };
  return JSON.stringify({
    version: 1,
    current: 'Twelve',
    layouts: { Twelve: { grid, panels, activeGroup: '1' } },
  });
}

async function startExchange(): Promise<{ url: string; stop: () => void }> {
  const launcher = fileURLToPath(new URL('../src-engine/entry/cli.ts', import.meta.url));
  const steps = Math.min(20_000, Math.round(wanted * STEPS_PER_UPDATE));
  const args = [launcher, 'exchange', '--port', '0', '--updates-per-second', String(steps), '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const { url } = JSON.parse(line) as { url: string };
  return { url, stop: () => child.kill() };
}

/** Bytes that the page's scripts hold after everything unreachable is gone. */
async function heapBytes(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}

const take = (page: Page): Promise<WindowFigures> =>
  page.evaluate(() => {
    const probe = (window as ProbedWindow).parallaxProbe;
    if (probe === undefined) throw new Error('the probe is not in the page');
    return probe.take();
  });

/** To a tenth of a millisecond: no browser reports time to a page more finely, and 16.7 is a frame at 60 Hz in it. */
const round = (ms: number): number => Math.round(ms * 10) / 10;

function quantile(of: readonly number[], share: number): number {
  const sorted = of.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

type Measured = { readonly figures: WindowFigures; readonly heaps: readonly number[] };

async function measure(page: Page, devtools: CDPSession): Promise<Measured> {
  const heaps = [await heapBytes(devtools)];
  // The collection that was just asked for is a task too, and reported later.
  await page.waitForTimeout(SETTLE_MS);
  await take(page);
  const endMs = Date.now() + minutes * 60_000;
  let heapMs = Date.now() + HEAP_EVERY_MS;
  await page.getByRole('grid').first().focus();
  while (Date.now() < endMs) {
    await page.waitForTimeout(KEY_EVERY_MS);
    await page.keyboard.press('ArrowDown');
    if (Date.now() < heapMs || Date.now() + HEAP_EVERY_MS > endMs) continue;
    heapMs += HEAP_EVERY_MS;
    heaps.push((await devtools.send('Runtime.getHeapUsage')).usedSize);
  }
  const figures = await take(page);
  return { figures, heaps: [...heaps, await heapBytes(devtools)] };
}

function rowsOf({ figures, heaps }: Measured): Row[] {
  const growth = ((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / 1e6;
  return [
    boundedRow('time between frames, p95', 'ms', round(quantile(figures.frames, 0.95)), 16.7),
    boundedRow('tasks over 50 ms', 'count', figures.longTasks.length, 0),
    boundedRow('engine reads a book → after its frame, p99', 'ms', quantile(figures.toPixel, 0.99), 100),
    boundedRow('key → after its frame, longest', 'ms', Math.max(0, ...figures.input), 100),
    boundedRow('growth of the heap, collected before and after', 'MB', growth, 10),
  ];
}

await build({
  configFile: fileURLToPath(new URL('../src-renderer/vite.config.ts', import.meta.url)),
  logLevel: 'warn',
});
const dataDir = mkdtempSync(join(tmpdir(), 'parallax-window-'));
const exchange = await startExchange();
const engine = new EngineChild({ dataDir, profile: 'demo', exchangeUrl: exchange.url });
const browser = await chromium.launch({
  executablePath: process.env['PARALLAX_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
});
try {
  await engine.until(({ status }) => (status.feeds[0]?.booksLive ?? 0) >= BOOKS, START_MS);
  const readings: Reading[] = [];
  engine.onReading((reading) => readings.push(reading));
  const info = readRuntimeFile(dataDir);
  if (info === undefined) throw new Error('the engine left no runtime file');
  const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
  await page.addInitScript(installProbe);
  await page.addInitScript((layout) => localStorage.setItem('parallax.layouts', layout), layoutOf());
  await page.goto(windowAddress(`http://${info.host}:${info.port}`, info.token));
  await page.locator('.ladder-body .ladder-price').first().waitFor({ timeout: START_MS });
  const panels = await page.locator('.panel').count();
  if (panels < PANELS.flat().length) throw new Error(`only ${panels} panels are in sight`);
  await page.waitForTimeout(WARM_UP_MS);
  const from = readings.at(-1);
  const devtools = await page.context().newCDPSession(page);
  const measured = await measure(page, devtools);
  const last = readings.at(-1);
  if (from === undefined || last === undefined) throw new Error('the engine reported nothing');
  const seconds = (last.status.atUs - from.status.atUs) / 1e6;
  const rate = (last.status.counters.bookUpdates - from.status.counters.bookUpdates) / seconds;
  const { figures, heaps } = measured;
  const rows = rowsOf(measured);
  const setting = {
    machine: machine(),
    renderer: 'Chromium without a graphics card',
    minutes,
    panels,
    /** Processes that wanted a core, over the last minute: what else the machine did. */
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    books: Math.max(...readings.map(({ status }) => status.feeds[0]?.booksLive ?? 0)),
    updatesPerSecond: Math.round(rate),
    messagesPerSecond: Math.round(figures.messages / seconds),
    kilobytesPerSecond: Math.round(figures.bytes / 1_000 / seconds),
    frames: figures.frames.length,
    framesP50Ms: round(quantile(figures.frames, 0.5)),
    framesP99Ms: round(quantile(figures.frames, 0.99)),
    longestTaskMs: Math.max(0, ...figures.longTasks),
    toPixelP50Ms: quantile(figures.toPixel, 0.5),
    inputP50Ms: quantile(figures.input, 0.5),
    heapMegabytes: heaps.map((bytes) => Number((bytes / 1e6).toFixed(1))),
  };
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ setting, rows })}\n`
      : `${JSON.stringify(setting, null, 2)}\n\n${table(rows)}\n`,
  );
  process.exitCode = rows.every(({ reached }) => reached) ? 0 : 1;
} finally {
  await browser.close();
  await engine.stop();
  exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
