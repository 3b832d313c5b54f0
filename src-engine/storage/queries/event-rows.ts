/** Events as rows of the database hold them: read by their schemas, whole or not at all. */
import { UserError } from '../../domain/errors.ts';
import type { EngineEvent, EventType } from '../../domain/event.ts';
import { EVENT_SCHEMAS } from '../../domain/event-schemas.ts';

export type EventRow = { readonly seq: number; readonly json: string };

/** A row that holds no event of its type: which, and what of it does not fit. */
export type UnreadEvent = { readonly seq: number; readonly problem: string };

/** Longest value that is shown of a field that does not fit. */
const MAX_SHOWN = 80;

/**
 * The event of a row, as it was written. For callers that must not go on without it.
 * @throws UserError naming the row, the type, the field and its value.
 */
export function eventOfRow({ seq, json }: EventRow): EngineEvent {
  const read = parsed(json);
  if (read === undefined) throw unread(`event ${seq}`, json, 'is not JSON');
  if (!isRecord(read)) throw unread(`event ${seq}`, json, 'is not an event');
  const { type } = read;
  if (!isEventType(type))
    throw unread(`event ${seq}.type`, type, 'is not a type of event that this version knows');
  const { error } = EVENT_SCHEMAS[type].safeParse(read);
  // What fits is given as it stands: nothing is dropped that another version wrote besides.
  if (error === undefined) return read as EngineEvent;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const field = [`event ${seq} (${type})`, ...path].join('.');
  const value = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), read);
  throw unread(field, value, `does not fit: ${issue?.message ?? 'it has another shape'}`);
}

/** Those that can be read, and which cannot: for lists, which show what there is and name the rest. */
export function readableEvents<T extends EngineEvent>(
  rows: readonly EventRow[],
  isWanted: (event: EngineEvent) => event is T,
): { readonly events: { seq: number; event: T }[]; readonly unread: UnreadEvent[] } {
  const events: { seq: number; event: T }[] = [];
  const missed: UnreadEvent[] = [];
  for (const row of rows) {
    try {
      const event = eventOfRow(row);
      if (!isWanted(event)) throw unread(`event ${row.seq}`, event.type, 'is not what its row says');
      events.push({ seq: row.seq, event });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missed.push({ seq: row.seq, problem: error.message });
    }
  }
  return { events, unread: missed };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && Object.hasOwn(EVENT_SCHEMAS, type);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function unread(field: string, value: unknown, message: string): UserError {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return new UserError({
    code: 'unreadable-event',
    field,
    value: text.slice(0, MAX_SHOWN),
    message,
    remedy: 'Use the version of Parallax that wrote this database, or a backup of it.',
  });
}
