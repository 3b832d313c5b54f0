import type { Side } from '../../src-engine/domain/order.ts';

/** Which way a trade goes, in a word; the colour repeats it. */
export function SideWord({ side }: { readonly side: Side }) {
  return <span className={side === 'buy' ? 'bid' : 'ask'}>{side.toUpperCase()}</span>;
}
