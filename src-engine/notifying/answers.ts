/** What a service's answer says of a message: delivered, later, or never. By the documented forms of each. */
import { retryAfterMs } from '../lib/retry-after.ts';
import type { PostKind } from './messages.ts';
import type { Sent } from './notice.ts';
import type { PostAnswer } from './post.ts';

const MAX_WAIT_S = 600;

export function sentBy(kind: PostKind, { status, body, retryAfter }: PostAnswer): Sent {
  // Telegram says `ok: false` in its answer; Slack writes `ok` alone.
  if (status >= 200 && status < 300) {
    if (kind === 'telegram' && fieldOf(body, 'ok') !== true)
      return { kind: 'refused', reason: 'the answer is none of Telegram' };
    if (kind === 'slack' && body.trim() !== 'ok')
      return { kind: 'refused', reason: 'the answer is none of Slack' };
    return { kind: 'delivered' };
  }
  const reason = `answered ${status}`;
  if (status === 429 || status === 408 || status >= 500) {
    return { kind: 'again', reason, afterMs: waitMs(body, retryAfter) };
  }
  if (status >= 300 && status < 400)
    return { kind: 'refused', reason: `${reason}: redirects are not followed` };
  return { kind: 'refused', reason };
}

/** In ms, of seconds: Discord's `retry_after`, Telegram's `parameters.retry_after`, or the header. */
function waitMs(body: string, header: string | undefined): number | undefined {
  const named = fieldOf(body, 'retry_after') ?? fieldOf(body, 'parameters', 'retry_after');
  const ms = typeof named === 'number' && named >= 0 ? named * 1_000 : retryAfterMs(header);
  return ms === undefined ? undefined : Math.min(ms, MAX_WAIT_S * 1_000);
}

function fieldOf(body: string, ...path: readonly string[]): unknown {
  let at: unknown;
  try {
    at = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of path)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  return at;
}
