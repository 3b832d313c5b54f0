import type { Instrument } from '../../domain/instrument.ts';
import type { Check, Denial } from '../check.ts';

/** Only what the venue has open for trading: it would reject the order, and a cycle would hang half done. */
export const instrumentOpen: Check = (_intent, { isOpen, instrument }) =>
  isOpen ? undefined : closedDenial(instrument);

export function closedDenial({ symbol, stoppedFor }: Instrument): Denial {
  const detail =
    stoppedFor === ''
      ? `the venue has ${symbol} closed for trading`
      : `${symbol} is not traded in this run: ${stoppedFor}`;
  return { code: 'instrument-closed', detail };
}
