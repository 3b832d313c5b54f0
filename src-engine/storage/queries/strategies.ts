/** The strategies of a profile: as the last run left them, and what they did. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { OperationOutput, ParsedInput } from '../../contract/operations.ts';
import type { EngineEvent } from '../../domain/event.ts';
import {
  type StrategySetup,
  type StrategyStanding,
  strategyStanding,
} from '../../domain/strategy-schemas.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Readable } from '../database-types.ts';
import { DECISIONS_WHERE, STRATEGIES_WHERE } from '../migrations/0010-strategies.ts';
import { readableEvents } from './event-rows.ts';

const recorded = z.object({ strategies: z.array(z.unknown()) });

/** @param note hears of each that cannot be read, which is left out. */
export async function latestStrategies(
  { db }: Readable,
  profile: string,
  note: (text: string) => void,
): Promise<StrategyStanding[]> {
  const row = await db
    .selectFrom('events')
    .select('json')
    .where('profile', '=', profile)
    .where(sql<boolean>`${sql.raw(STRATEGIES_WHERE)}`)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return [];
  const found = recorded.safeParse(JSON.parse(row.json));
  return (found.data?.strategies ?? []).flatMap((one) => {
    const { data, error } = strategyStanding.safeParse(one);
    if (data !== undefined) return [data];
    note(
      `a strategy of the session before cannot be read and is left out: ${error.issues[0]?.path.join('.') ?? ''}`,
    );
    return [];
  });
}

/** What a strategy did on paper, as the latest record of a profile has it. Amounts in quote. */
export type PaperRecord = Pick<
  StrategyStanding,
  'fills' | 'wins' | 'losses' | 'realized' | 'sinceUs' | 'stopped'
> & {
  readonly profile: string;
  /** When it was recorded. */
  readonly untilUs: TimeUs;
};

/** What makes a strategy the same one: another stake is, another parameter is not. */
const sameness = ({ name, version, code, markets, barSeconds, parameters }: StrategySetup): string =>
  JSON.stringify([
    name,
    version,
    code,
    markets.map(({ venue, symbol }) => [venue, symbol]),
    barSeconds,
    Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** Of all the profiles the record with most fills; undefined: no such strategy was set on paper in one. */
export async function paperRecord(
  { db }: Readable,
  profiles: readonly string[],
  setup: StrategySetup,
): Promise<PaperRecord | undefined> {
  let best: PaperRecord | undefined;
  const wanted = sameness(setup);
  for (const profile of profiles) {
    const row = await db
      .selectFrom('events')
      .select(['json', 'atUs'])
      .where('profile', '=', profile)
      .where(sql<boolean>`${sql.raw(STRATEGIES_WHERE)}`)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const found = row && recorded.safeParse(JSON.parse(row.json)).data;
    for (const one of found?.strategies ?? []) {
      const { data } = strategyStanding.safeParse(one);
      if (row === undefined || data?.way !== 'paper' || sameness(data.setup) !== wanted) continue;
      const { fills, wins, losses, realized, sinceUs, stopped } = data;
      if (best === undefined || fills > best.fills)
        best = { profile, untilUs: row.atUs, fills, wins, losses, realized, sinceUs, stopped };
    }
  }
  return best;
}

type StrategyEvent = Extract<
  EngineEvent,
  { readonly type: 'strategyDecided' | 'strategyFilled' | 'strategyMissed' }
>;

const isOfStrategy = (event: EngineEvent): event is StrategyEvent =>
  event.type === 'strategyDecided' || event.type === 'strategyFilled' || event.type === 'strategyMissed';

/** Newest first. */
export async function listStrategyEvents(
  { db }: Readable,
  profile: string,
  { limit, beforeSeq }: ParsedInput<'listStrategyEvents'>,
): Promise<OperationOutput<'listStrategyEvents'>> {
  const query = db
    .selectFrom('events')
    .select(['seq', 'json'])
    .where('profile', '=', profile)
    .where(sql<boolean>`${sql.raw(DECISIONS_WHERE)}`);
  const rows = await (beforeSeq === undefined ? query : query.where('seq', '<', beforeSeq))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  const { events, unread } = readableEvents(rows, isOfStrategy);
  return { events, unread: [...unread] };
}
