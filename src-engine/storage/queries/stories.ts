/** Stories of executions: what is kept beside their records, and both together. */
import {
  type ExecutionStory,
  MAX_STORIES,
  type StoryParts,
  storyParts,
} from '../../contract/story-records.ts';
import { UserError } from '../../domain/errors.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { open, seal } from '../../lib/sealed.ts';
import type { Database, Readable } from '../database-types.ts';
import { executionOf, FILL_COLUMNS, fillOf, opportunityOf, ORDER_COLUMNS } from './rows.ts';

/** A fill has the venue's time, which may be before the engine's and after the end of its execution. */
const FILL_MARGIN_US = 60 * US_PER_SECOND;

export type StoryRow = {
  readonly executionId: string;
  readonly finishedUs: number;
  readonly story: StoryParts;
};

/** Adds stories, and forgets those that are older than the newest MAX_STORIES, in one transaction. */
export async function saveStories(
  database: Database,
  profile: string,
  rows: readonly StoryRow[],
): Promise<void> {
  const { db } = database;
  const writes = rows.map(({ executionId, finishedUs, story }) => {
    const json = seal(story);
    return db
      .insertInto('stories')
      .values({ profile, executionId, finishedUs, json })
      .onConflict((conflict) =>
        conflict.columns(['profile', 'executionId']).doUpdateSet({ finishedUs, json }),
      )
      .compile();
  });
  const oldest = db
    .selectFrom('stories')
    .select('finishedUs')
    .where('profile', '=', profile)
    .orderBy('finishedUs', 'desc')
    .limit(1)
    .offset(MAX_STORIES);
  const forget = db.deleteFrom('stories').where('profile', '=', profile).where('finishedUs', '<=', oldest);
  await database.writeAll([...writes, forget.compile()]);
}

/** An execution with its orders and fills, and what was kept of its course. @throws UserError for one that is not in the history. */
export async function readStory(
  { db }: Readable,
  profile: string,
  executionId: string,
): Promise<ExecutionStory> {
  const row = await db
    .selectFrom('executions')
    .selectAll()
    .where('profile', '=', profile)
    .where('executionId', '=', executionId)
    .executeTakeFirst();
  if (row === undefined) {
    throw new UserError({
      code: 'unknown-value',
      field: 'executionId',
      value: executionId,
      message: 'is not a finished execution of this profile',
      remedy: 'Choose one that listExecutions shows.',
    });
  }
  const execution = executionOf(row);
  const { startedUs, finishedUs, opportunityId } = execution;
  const [orders, fills, found, kept] = await Promise.all([
    db
      .selectFrom('orders')
      .select(ORDER_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', '=', executionId)
      .where('createdUs', '>=', startedUs)
      .where('createdUs', '<=', finishedUs)
      .orderBy('createdUs')
      .execute(),
    db
      .selectFrom('fills')
      .select(FILL_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', '=', executionId)
      .where('atUs', '>=', startedUs - FILL_MARGIN_US)
      .where('atUs', '<=', finishedUs + FILL_MARGIN_US)
      .orderBy('atUs')
      .execute(),
    db
      .selectFrom('opportunities')
      .selectAll()
      .where('profile', '=', profile)
      .where('opportunityId', '=', opportunityId)
      .executeTakeFirst(),
    db
      .selectFrom('stories')
      .select('json')
      .where('profile', '=', profile)
      .where('executionId', '=', executionId)
      .executeTakeFirst(),
  ]);
  const parts = kept === undefined ? undefined : partsOf(kept.json);
  const opportunity = found === undefined ? null : opportunityOf(found);
  return {
    receivedUs: null,
    books: [],
    fillBooks: [],
    times: [],
    ...parts,
    opportunity: parts?.opportunity ?? opportunity,
    execution,
    orders: inOrder(orders, parts),
    fills: fills.map(fillOf),
    isKept: parts !== undefined,
  };
}

/** In the order in which they were made: those of one decision have the same time. */
function inOrder<T extends { readonly orderId: string }>(orders: T[], parts: StoryParts | undefined): T[] {
  if (parts === undefined) return orders;
  const place = new Map(parts.times.map(({ orderId }, at) => [orderId, at]));
  return orders.toSorted((a, b) => (place.get(a.orderId) ?? 0) - (place.get(b.orderId) ?? 0));
}

/** Undefined for what is damaged or of another version: the records are shown without it. */
function partsOf(json: string): StoryParts | undefined {
  const opened = open(json);
  return opened.state === 'whole' ? storyParts.safeParse(opened.value).data : undefined;
}
