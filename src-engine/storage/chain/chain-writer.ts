/**
 * Extends the chains of all profiles of a database. It runs on the thread that writes, so that neither the hashes nor the
 * queries of a commit take time of the thread that trades; a database in memory, which has no such thread, uses it in place.
 */
import type { EngineEvent } from '../../domain/event.ts';
import { auditOf, project } from '../projection.ts';
import { addRows, changeQuery, type Dialect, type WriteQuery } from '../put-rows.ts';
import type { ChainAmendment, ChainStore, JournalCommit, KeptSetting } from './chain-store.ts';
import { type ChainHeads, type ChainState, MAX_POSSIBLE_HEADS, type SettingState } from './heads.ts';
import { settingHash } from './settings-check.ts';
import { chainAudit, chainEvents, CHAINS, type ChainName, type Head } from './links.ts';

type WriterParts = {
  readonly dialect: Dialect;
  readonly heads: ChainHeads;
  /** All of the queries or none, durable when it returns or resolves. */
  readonly run: (queries: readonly WriteQuery[]) => void | Promise<void>;
};

export class ChainWriter implements ChainStore {
  readonly #parts: WriterParts;
  #keeping: Promise<void> = Promise.resolve();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  async commit({ scope, facts, audit }: JournalCommit): Promise<number> {
    const { dialect, run } = this.#parts;
    const { profile } = scope;
    const events = facts.map((json) => ({ json, event: JSON.parse(json) as EngineEvent }));
    const entries = [...events.flatMap(({ event }) => auditOf(event) ?? []), ...audit];
    const chained = chainEvents(scope, this.#state(profile, 'events').from, events);
    const trail = chainAudit(profile, this.#state(profile, 'audit').from, entries);
    const queries = [
      ...addRows(dialect, 'events', chained.rows),
      ...addRows(dialect, 'audit', trail.rows),
      ...events.flatMap(({ event }) => project(scope, event)).map((change) => changeQuery(dialect, change)),
    ];
    const ends: Readonly<Record<ChainName, Head>> = { events: chained.head, audit: trail.head };
    this.#announce(profile, ends);
    await run(queries);
    this.#advance(profile, ends);
    return chained.head.id;
  }

  async put(states: readonly (ChainState | SettingState)[]): Promise<void> {
    this.#parts.heads.put(states);
    await this.#parts.heads.settled();
  }

  /** One after the other: what is noted of a setting is in the order of what is written. */
  keep(setting: KeptSetting): Promise<void> {
    const kept = this.#keeping.then(() => this.#keep(setting));
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  async #keep({ key, json, query, also }: KeptSetting): Promise<void> {
    const { heads, run } = this.#parts;
    const known = heads.settings;
    const next = settingHash(json);
    const may = [...(known?.get(key)?.hashes ?? [null]), next].slice(-MAX_POSSIBLE_HEADS);
    // Before the settings were noted for the first time there is nothing to hold them against.
    if (known !== undefined) await this.put([{ setting: key, hashes: may }]);
    await run([query, ...also]);
    if (known !== undefined) await this.put([{ setting: key, hashes: [next] }]);
  }

  async settle(profile: string): Promise<readonly ChainState[]> {
    const states = CHAINS.map((chain) => this.#state(profile, chain));
    await this.put(states);
    return states;
  }

  async amend({ profile, chain, anchor, broken }: ChainAmendment): Promise<void> {
    await this.put([{ ...this.#state(profile, chain), anchor, broken }]);
  }

  /** Before the commit. @throws what the operating system says. */
  #announce(profile: string, ends: Readonly<Record<ChainName, Head>>): void {
    const changed = CHAINS.map((chain) => this.#state(profile, chain)).filter(
      ({ chain, from }) => ends[chain].id !== from.id,
    );
    this.#parts.heads.put(
      changed.map((state) => ({
        ...state,
        to: [...state.to, ends[state.chain]].slice(-MAX_POSSIBLE_HEADS),
      })),
    );
  }

  /** After the commit: the next line outside says so. */
  #advance(profile: string, ends: Readonly<Record<ChainName, Head>>): void {
    for (const chain of CHAINS) {
      const state = this.#state(profile, chain);
      if (ends[chain].id !== state.from.id) this.#parts.heads.note({ ...state, from: ends[chain], to: [] });
    }
  }

  #state(profile: string, chain: ChainName): ChainState {
    const state = this.#parts.heads.get(profile, chain);
    if (state === undefined) throw new Error(`the ${chain} chain of ${profile} was not opened`);
    return state;
  }
}
