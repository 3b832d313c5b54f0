/** The kill switch of an engine elsewhere, over its REST API. */
import { z } from 'zod';
import type { EngineNotice } from '../contract/host-messages.ts';
import { CLIENT_HEADER } from '../gateway/web-guards.ts';
import type { RemoteTarget } from './engine-socket.ts';

const TIMEOUT_MS = 5_000;

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.object({ cancelsSent: z.number().int().nonnegative() }) }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);

/** @returns the result, or undefined while it is unknown: ask again then. Never throws. */
export async function killRemote(target: RemoteTarget, via: string): Promise<EngineNotice | undefined> {
  try {
    const response = await fetch(`${target.origin}/api/kill`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${target.token}`,
        'content-type': 'application/json',
        [CLIENT_HEADER]: `desktop-${via}`,
      },
      body: JSON.stringify({ reason: via }),
      // The token goes to the engine that was named, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const reply = answer.safeParse(await response.json()).data;
    if (reply?.ok === true) return { t: 'killed', cancelsSent: reply.data.cancelsSent };
    if (reply?.error.code !== 'forbidden' && reply?.error.code !== 'unauthorized') return undefined;
    return { t: 'kill-refused', message: reply.error.message.slice(0, 500) };
  } catch {
    return undefined;
  }
}
