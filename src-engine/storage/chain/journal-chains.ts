/** The two chains of one profile as its journal extends them. */
import type { CompiledQuery } from 'kysely';
import type { AuditEntry } from '../../contract/records.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Database } from '../database-types.ts';
import { insertAudit, insertEvents, type Scope } from '../projection.ts';
import { type ChainFinding, type ChainState, MAX_POSSIBLE_HEADS } from './heads.ts';
import { chainAudit, chainEvents, CHAINS, type ChainName, genesisOf, type Head } from './links.ts';
import { sealRows } from './rows.ts';
import { anchorOf, walkChain } from './walk.ts';

type Heads = Readonly<Record<ChainName, Head>>;

/** One commit: its queries, and where the chains end after it. */
type Extension = { readonly queries: CompiledQuery[]; readonly heads: Heads };

export class JournalChains {
  readonly #database: Database;
  readonly #scope: Scope;
  readonly #states: Record<ChainName, ChainState>;

  private constructor(database: Database, scope: Scope, states: Record<ChainName, ChainState>) {
    this.#database = database;
    this.#scope = scope;
    this.#states = states;
  }

  /** Reads both chains from beginning to end, and notes outside of the database where they end. */
  static async open(database: Database, scope: Scope): Promise<JournalChains> {
    const states = {
      events: await opened(database, scope, 'events'),
      audit: await opened(database, scope, 'audit'),
    };
    database.heads.put(Object.values(states));
    await database.heads.settled();
    return new JournalChains(database, scope, states);
  }

  /** The last fact that is durable; 0 before the first. */
  get lastSeq(): number {
    return this.#states.events.from.id;
  }

  /** What was found at a start and is not acknowledged. */
  get broken(): readonly ChainFinding[] {
    return CHAINS.flatMap((chain) => this.#states[chain].broken ?? []);
  }

  extend(events: readonly EngineEvent[], audit: readonly AuditEntry[]): Extension {
    const { db } = this.#database;
    const facts = chainEvents(this.#scope, this.#states.events.from, events);
    const trail = chainAudit(this.#scope.profile, this.#states.audit.from, audit);
    return {
      queries: [...insertEvents(db, facts.rows), ...trail.rows.map((row) => insertAudit(db, row))],
      heads: { events: facts.head, audit: trail.head },
    };
  }

  /** Before the commit. @throws what the operating system says. */
  announce({ heads }: Extension): void {
    const changed = CHAINS.filter((chain) => heads[chain].id !== this.#states[chain].from.id);
    for (const chain of changed) {
      const { to } = this.#states[chain];
      this.#set(chain, { to: [...to, heads[chain]].slice(-MAX_POSSIBLE_HEADS) });
    }
    this.#database.heads.put(changed.map((chain) => this.#states[chain]));
  }

  /** After the commit: the next line outside says so. */
  advance({ heads }: Extension): void {
    for (const chain of CHAINS) {
      if (heads[chain].id !== this.#states[chain].from.id) this.#set(chain, { from: heads[chain], to: [] });
    }
  }

  /** The ends as they are, on the disk. What a failed commit may have left stays possible. */
  async close(): Promise<void> {
    this.#database.heads.put(Object.values(this.#states));
    await this.#database.heads.settled();
  }

  /** Seals what is there as it stands, so that trading may go on from it. Answers what was acknowledged. */
  async acknowledge(): Promise<readonly ChainFinding[]> {
    const acknowledged = this.broken;
    for (const { chain } of acknowledged) await this.#seal(chain);
    return acknowledged;
  }

  async #seal(chain: ChainName): Promise<void> {
    const { db } = this.#database;
    const { profile } = this.#scope;
    const { id, hash } = this.#states[chain].from;
    const sealed = await sealRows(db, profile, chain, id);
    const last = await anchorOf(db, profile, chain);
    const anchorId = (last?.anchorId ?? 0) + 1;
    const rows = sealed?.rows ?? 0;
    const seal = sealed?.seal ?? '';
    const reason = 'acknowledged by an operator';
    const row = { profile, chain, anchorId, lastId: id, rows, seal, hash, reason };
    await this.#database.writeAll([db.insertInto('chainAnchors').values(row).compile()]);
    this.#set(chain, { anchor: { id, seal }, broken: null });
    this.#database.heads.put([this.#states[chain]]);
    await this.#database.heads.settled();
  }

  #set(chain: ChainName, change: Partial<ChainState>): void {
    this.#states[chain] = { ...this.#states[chain], ...change };
  }
}

/** How a chain stands at the start. What does not fit stays noted until an operator acknowledges it. */
async function opened({ db, heads }: Database, { profile }: Scope, chain: ChainName): Promise<ChainState> {
  const { anchor, finding } = await walkChain(db, heads, profile, chain);
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
    broken: before?.broken ?? finding ?? damaged ?? null,
  };
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
