import { BookUpdate } from '../../domain/market-data.ts';

/** A message of its own: the parser fills its one again for the next frame. */
export function copyOf(update: BookUpdate): BookUpdate {
  const copy = new BookUpdate(Math.max(1, update.bidCount, update.askCount));
  copy.reset(update.instrumentId, update.isSnapshot, update.receivedUs);
  copy.checksum = update.checksum;
  copy.seq = update.seq;
  copy.prevSeq = update.prevSeq;
  copy.venueUs = update.venueUs;
  for (let i = 0; i < update.bidCount; i++)
    copy.pushBid(update.bidPrices[i] as number, update.bidQtys[i] as number);
  for (let i = 0; i < update.askCount; i++)
    copy.pushAsk(update.askPrices[i] as number, update.askQtys[i] as number);
  return copy;
}
