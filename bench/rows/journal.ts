/**
 * What a commit of the journal costs the thread that trades: five facts of an order, their JSON handed to the thread that writes,
 * and its answer. Held against the same commit with its hashes and rows made on the thread that trades, in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../src-engine/domain/event.ts';
import { ChainWriter } from '../../src-engine/storage/chain/chain-writer.ts';
import { ChainHeads } from '../../src-engine/storage/chain/heads.ts';
import { genesisOf } from '../../src-engine/storage/chain/links.ts';
import type { Database } from '../../src-engine/storage/database-types.ts';
import { openDatabase } from '../../src-engine/storage/database.ts';
import { Journal } from '../../src-engine/storage/journal.ts';
import { sampleFill, sampleOrder } from '../../src-engine/testing/sample-events.ts';
import { type Row, rowOf } from '../report.ts';

const ROUNDS = 40;
const WARM_UP = 10;
const COMMITS = 25;
const SCOPE = { profile: 'bench', runId: 'bench' };
const HERE = { profile: 'bench-here', runId: 'bench-here' };

/** Processor time of this thread alone, in µs: the machine may do other things at the same time. */
function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

export async function journalRow(): Promise<Row> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  const database = await openDatabase({ dataDir });
  try {
    const journal = await Journal.open(database, SCOPE);
    const here = await writerHere(database, join(dataDir, 'ends-here.jsonl'));
    const ours: number[] = [];
    const peer: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const facts = Array.from({ length: COMMITS }, (_, commit) => factsOf(round, commit));
      const journalUs = await timed(facts, (events) => journal.append(events));
      const hereUs = await timed(facts, async (events) => {
        const texts = events.map((event) => JSON.stringify(event));
        await here.commit({ scope: HERE, facts: texts, audit: [] });
      });
      if (round < 0) continue;
      ours.push(journalUs);
      peer.push(hereUs);
    }
    await journal.close();
    return rowOf({
      name: 'journal commit of five facts, time of the thread that trades',
      unit: 'µs',
      ours,
      peer: 'the same with hashes, rows and the line of their ends made on that thread',
      peerValue: peer,
      atLeast: 2,
      less: true,
    });
  } finally {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** µs of one commit of a round. */
async function timed(
  facts: readonly (readonly EngineEvent[])[],
  commit: (events: readonly EngineEvent[]) => Promise<void>,
): Promise<number> {
  const began = threadUs();
  for (const events of facts) await commit(events);
  return (threadUs() - began) / facts.length;
}

/** Makes hashes and rows here; only the transaction is on the thread that writes. */
async function writerHere(database: Database, headsFile: string): Promise<ChainWriter> {
  const writer = new ChainWriter({
    dialect: 'sqlite',
    heads: new ChainHeads(headsFile),
    run: (queries) => database.writeAll(queries),
  });
  const { profile } = HERE;
  await writer.put(
    (['events', 'audit'] as const).map((chain) => ({
      profile,
      chain,
      from: { id: 0, hash: genesisOf(profile, chain) },
      to: [],
      anchor: null,
      broken: null,
    })),
  );
  return writer;
}

function factsOf(round: number, commit: number): EngineEvent[] {
  const atUs = 1_700_000_000_000_000 + (round + WARM_UP) * 1_000_000 + commit * 1_000;
  const orderId = `order-${round}-${commit}`;
  const order = sampleOrder({ orderId, createdUs: atUs, updatedUs: atUs });
  return [
    { type: 'orderCreated', atUs, order },
    { type: 'orderAccepted', atUs: atUs + 1, order: { ...order, state: 'accepted' } },
    {
      type: 'orderFilled',
      atUs: atUs + 2,
      order: { ...order, state: 'filled' },
      fill: sampleFill({ orderId, fillId: orderId }),
    },
    {
      type: 'balancesChanged',
      atUs: atUs + 3,
      balances: [{ asset: 'USD', total: '1000.25', reserved: '0', costHome: '1000.25' }],
    },
    {
      type: 'balancesChanged',
      atUs: atUs + 4,
      balances: [{ asset: 'BTC', total: '0.5', reserved: '0', costHome: '500.25' }],
    },
  ];
}
