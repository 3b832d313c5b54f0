/** The two chains of one profile as its journal extends them. */
import type { AuditEntry } from '../../contract/records.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Database } from '../database-types.ts';
import type { Scope } from '../projection.ts';
import { checkDerived, STARTING_TABLES } from './derived.ts';
import type { ChainFinding, ChainState } from './heads.ts';
import { CHAINS, type ChainName, genesisOf } from './links.ts';
import { sealRows } from './rows.ts';
import { checkSettings, settingRows, settingsAsTheyStand } from './settings-check.ts';
import { anchorOf, walkChain } from './walk.ts';

/** Rounds in which wrong rows are set right, a thousand in each. */
const MAX_ROUNDS = 1_000;

export class JournalChains {
  readonly #database: Database;
  readonly #scope: Scope;
  #broken: readonly ChainFinding[];
  #lastSeq: number;

  private constructor(database: Database, scope: Scope, states: Readonly<Record<ChainName, ChainState>>) {
    this.#database = database;
    this.#scope = scope;
    this.#lastSeq = states.events.from.id;
    this.#broken = CHAINS.flatMap((chain) => states[chain].broken ?? []);
  }

  /** Reads both chains from beginning to end, and notes outside of the database where they end. */
  static async open(database: Database, scope: Scope): Promise<JournalChains> {
    database.heads.reread();
    const states = {
      events: await opened(database, scope, 'events'),
      audit: await opened(database, scope, 'audit'),
    };
    await database.chains.put(Object.values(states));
    database.heads.reread();
    if (database.heads.settings === undefined) await noteSettings(database);
    return new JournalChains(database, scope, states);
  }

  /** The last fact that is durable; 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** What was found at a start and is not acknowledged. */
  get broken(): readonly ChainFinding[] {
    return this.#broken;
  }

  /** Durable when it resolves, all or nothing. @throws UserError */
  async extend(events: readonly EngineEvent[], audit: readonly AuditEntry[]): Promise<void> {
    const facts = events.map((event) => JSON.stringify(event));
    this.#lastSeq = await this.#database.chains.commit({ scope: this.#scope, facts, audit });
  }

  /** The ends as they are, on the disk. What a failed commit may have left stays possible. */
  async close(): Promise<void> {
    await this.#database.chains.settle(this.#scope.profile);
  }

  /** Seals what is there as it stands, so that trading may go on from it. Answers what was acknowledged. */
  async acknowledge(): Promise<readonly ChainFinding[]> {
    const acknowledged = this.#broken;
    for (const { chain } of acknowledged) await this.#seal(chain);
    // The facts as they stand now hold; the next start must not find the tables that followed from others.
    if (acknowledged.length > 0) {
      await mended(this.#database, this.#scope.profile);
      await noteSettings(this.#database);
    }
    this.#broken = [];
    return acknowledged;
  }

  async #seal(chain: ChainName): Promise<void> {
    const { db, chains, heads } = this.#database;
    const { profile } = this.#scope;
    const state = (await chains.settle(profile)).find((one) => one.chain === chain);
    if (state === undefined) throw new Error(`there is no ${chain} chain of ${profile}`);
    const { id, hash } = state.from;
    const sealed = await sealRows(db, profile, chain, id);
    const last = await anchorOf(db, profile, chain);
    const anchorId = (last?.anchorId ?? 0) + 1;
    const rows = sealed?.rows ?? 0;
    const seal = sealed?.seal ?? '';
    const reason = 'acknowledged by an operator';
    const row = { profile, chain, anchorId, lastId: id, rows, seal, hash, reason };
    await this.#database.writeAll([db.insertInto('chainAnchors').values(row).compile()]);
    await chains.amend({ profile, chain, anchor: { id, seal }, broken: null });
    heads.reread();
  }
}
/** How a chain stands at the start. What does not fit stays noted until an operator acknowledges it. */
async function opened(database: Database, { profile }: Scope, chain: ChainName): Promise<ChainState> {
  const { db, heads } = database;
  const { anchor, finding } = await walkChain(db, heads, profile, chain);
  const beside =
    chain === 'events' && finding === undefined ? await foundBeside(database, profile) : undefined;
  const last = await lastRow(db, profile, chain);
  const before = heads.get(profile, chain);
  const damaged: ChainFinding | undefined =
    heads.damage === undefined
      ? undefined
      : { profile, chain, kind: 'no-head', id: last?.id ?? 0, detail: heads.damage };
  return {
    profile,
    chain,
    from: {
      id: Math.max(last?.id ?? 0, anchor?.lastId ?? 0),
      hash: last?.hash ?? anchor?.hash ?? genesisOf(profile, chain),
    },
    to: [],
    anchor: anchor === undefined ? null : { id: anchor.lastId, seal: anchor.seal },
    broken: before?.broken ?? finding ?? damaged ?? beside ?? null,
  };
}

/** What is wrong in tables that are not a chain. */
async function foundBeside(database: Database, profile: string): Promise<ChainFinding | undefined> {
  const derived = await mended(database, profile);
  const [setting] = await checkSettings(database.heads, () => settingRows(database.db), profile);
  return derived ?? setting;
}

/** The settings hold as they stand from here on. */
async function noteSettings({ chains, db, heads }: Database): Promise<void> {
  await chains.put(settingsAsTheyStand(heads, await settingRows(db)));
  heads.reread();
}

/** Rows as they follow from the facts, and the first that was found otherwise: the facts hold. */
async function mended(database: Database, profile: string): Promise<ChainFinding | undefined> {
  const { db } = database;
  let first: ChainFinding | undefined;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { findings, repair } = await checkDerived(db, profile, STARTING_TABLES);
    first ??= findings[0];
    if (findings.length === 0) return first;
    const queries = await repair(database.kind === 'postgres' ? 'postgres' : 'sqlite');
    if (queries.length === 0) return first;
    await database.writeAll(queries);
  }
  return first;
}

async function lastRow(
  db: Database['db'],
  profile: string,
  chain: ChainName,
): Promise<{ readonly id: number; readonly hash: string | null } | undefined> {
  if (chain === 'events') {
    return db
      .selectFrom('events')
      .select(['seq as id', 'hash'])
      .where('profile', '=', profile)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }
  return db
    .selectFrom('audit')
    .select(['auditId as id', 'hash'])
    .where('profile', '=', profile)
    .orderBy('auditId', 'desc')
    .limit(1)
    .executeTakeFirst();
}
