/** From any id of a trade to all that belongs to it: ids lead from a fill to its order, execution and opportunity, and back down. */
import type { OperationOutput } from '../../contract/operations.ts';
import { MAX_TRACED } from '../../contract/trace-operations.ts';
import { UserError } from '../../domain/errors.ts';
import type { Readable } from '../database-types.ts';
import { executionOf, FILL_COLUMNS, fillOf, opportunityOf, ORDER_COLUMNS } from './rows.ts';

/** @throws UserError for an id that nothing of the profile has. */
export async function readTrace(
  { db }: Readable,
  profile: string,
  id: string,
): Promise<OperationOutput<'getTrace'>> {
  const start = await Promise.all([
    db
      .selectFrom('orders')
      .select('executionId')
      .where('profile', '=', profile)
      .where('orderId', '=', id)
      .execute(),
    db
      .selectFrom('fills')
      .select('executionId')
      .where('profile', '=', profile)
      .where('fillId', '=', id)
      .execute(),
    db
      .selectFrom('executions')
      .select('executionId')
      .where('profile', '=', profile)
      .where((either) => either.or([either('executionId', '=', id), either('opportunityId', '=', id)]))
      .limit(MAX_TRACED)
      .execute(),
  ]);
  const found = new Set(start.flat().map(({ executionId }) => executionId));
  // An execution under way is in no row of its own yet: its orders are.
  found.add(id);
  const opportunityIds = new Set([id]);
  const named = await db
    .selectFrom('executions')
    .select('opportunityId')
    .where('profile', '=', profile)
    .where('executionId', 'in', [...found])
    .execute();
  for (const { opportunityId } of named) opportunityIds.add(opportunityId);
  const executions = await db
    .selectFrom('executions')
    .selectAll()
    .where('profile', '=', profile)
    .where((either) =>
      either.or([
        either('executionId', 'in', [...found]),
        either('opportunityId', 'in', [...opportunityIds]),
      ]),
    )
    .orderBy('startedUs')
    .orderBy('executionId')
    .limit(MAX_TRACED)
    .execute();
  const ids = [...new Set([...found, ...executions.map(({ executionId }) => executionId)])];
  const [opportunities, orders, fills] = await Promise.all([
    db
      .selectFrom('opportunities')
      .selectAll()
      .where('profile', '=', profile)
      .where('opportunityId', 'in', [...opportunityIds])
      .execute(),
    db
      .selectFrom('orders')
      .select(ORDER_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', 'in', ids)
      .orderBy('createdUs')
      .orderBy('orderId')
      .limit(MAX_TRACED)
      .execute(),
    db
      .selectFrom('fills')
      .select(FILL_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', 'in', ids)
      .orderBy('atUs')
      .orderBy('fillId')
      .limit(MAX_TRACED)
      .execute(),
  ]);
  if (opportunities.length + executions.length + orders.length + fills.length === 0) throw unknown(id);
  return {
    opportunities: opportunities.map(opportunityOf),
    executions: executions.map(executionOf),
    orders,
    fills: fills.map(fillOf),
  };
}

function unknown(id: string): UserError {
  return new UserError({
    code: 'no-such-id',
    field: 'id',
    value: id,
    message: 'is no opportunity, execution, order or fill of this profile',
    remedy: 'Copy it from a list, the log or the venue.',
  });
}
