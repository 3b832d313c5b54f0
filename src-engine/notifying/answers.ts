/** What a service's answer says of a message: delivered, later, or never. By the documented forms of each. */
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
    const seconds = waitOf(body, retryAfter);
    return { kind: 'again', reason, afterMs: seconds === undefined ? undefined : seconds * 1_000 };
  }
  if (status >= 300 && status < 400)
    return { kind: 'refused', reason: `${reason}: redirects are not followed` };
  return { kind: 'refused', reason };
}

/** Seconds: Discord's `retry_after`, Telegram's `parameters.retry_after`, or the header. */
function waitOf(body: string, header: string | undefined): number | undefined {
  const named = fieldOf(body, 'retry_after') ?? fieldOf(body, 'parameters', 'retry_after');
  const seconds = typeof named === 'number' ? named : Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, MAX_WAIT_S) : undefined;
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
