/** How a venue stands, in plain words. */
import { ABSENT, withPoint } from '../../lib/decimal-text.ts';
import type { FeedStatus } from '../../lib/feed-light.ts';

/** `26 bps`, `10 to 26 bps`. */
export function feeWords(fees: FeedStatus['takerFees']): string {
  if (fees === null) return ABSENT;
  const [least, most] = [bpsOf(fees.least), bpsOf(fees.most)];
  return least === most ? `${most} bps` : `${least} to ${most} bps`;
}

/** `0.0026` → `26`, as the window writes figures. */
function bpsOf(fraction: string): string {
  return withPoint(String(Number((Number(fraction) * 10_000).toFixed(4))));
}

/** `12 ms ahead of ours, ± 40 ms`. */
export function clockWords({ skewUs, errorUs }: NonNullable<FeedStatus['clock']>): string {
  const within = `± ${msOf(errorUs)} ms`;
  if (Math.abs(skewUs) <= errorUs) return `Agrees with ours, ${within}`;
  return `${msOf(Math.abs(skewUs))} ms ${skewUs > 0 ? 'ahead of' : 'behind'} ours, ${within}`;
}

/** `2 join at the next quiet moment: MOG/USD, PEPE/EUR`. */
export function joinWords({ count, named }: FeedStatus['joining']): string {
  const more = count > named.length ? ' and more' : '';
  return `${count} ${count === 1 ? 'joins' : 'join'} at the next quiet moment: ${named.join(', ')}${more}`;
}

/** Part of a limit beyond which it is worth a look. */
const CLOSE = 0.8;

export function isCloseToLimit({ used, limit }: { readonly used: number; readonly limit: number }): boolean {
  return limit > 0 && used >= limit * CLOSE;
}

function msOf(us: number): string {
  return (us / 1_000).toFixed(0);
}
