/** An engine that specs of one worker look at one after another: a start of it costs more of a core than most of them do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../src-engine/testing/patient-client.ts';
import { type Running, start } from './processes.ts';

export type Standing = { readonly dataDir: string; readonly window: string; readonly viewer: string };

export class StandingEngine {
  readonly #args: readonly string[];
  #now: (Standing & { readonly running: Running }) | undefined;

  /** @param args options of `serve`. */
  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** The one that stands, or a new one on an empty folder. */
  async begin(): Promise<Standing> {
    if (this.#now !== undefined) return this.#now;
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-standing-'));
    const running = await start('serve', '--data-dir', dataDir, '--no-open', ...this.#args);
    const { window, viewer } = running.answer;
    this.#now = { dataDir, running, window: String(window), viewer: String(viewer) };
    return this.#now;
  }

  /** Takes a kill back. One that is paused, as a market without takers or a busy machine may have halted it, is ended. */
  async restore(): Promise<void> {
    if (this.#now === undefined) return;
    const engine = connectEngine(this.#now.dataDir, 'spec');
    if ((await engine.call('getStatus', {})).killed) await engine.call('rearm', { confirm: 'REARM' });
    if ((await engine.call('getStatus', {})).paused) await this.end();
  }

  /** For good; the next one begins with an empty folder. */
  async end(): Promise<void> {
    const { running, dataDir } = this.#now ?? {};
    this.#now = undefined;
    await running?.stop();
    if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}
