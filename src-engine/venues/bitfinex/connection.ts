/** One connection to Bitfinex: a message whose number does not follow is neither read nor recorded, and costs all its books. */
import type { TimeUs } from '../../domain/time.ts';
import { StreamConnection } from '../toolkit/stream-connection.ts';
import { ConnectionSequence } from './book-rule.ts';
import { channelIn, sequenceIn } from './channels.ts';
import type { BitfinexDecoder } from './decoder.ts';

export class BitfinexConnection extends StreamConnection<BitfinexDecoder> {
  #sequence = new ConnectionSequence();

  /** Signs of life are numbered as well. */
  protected override onBytes(bytes: Buffer, receivedUs: TimeUs): void {
    if (channelIn(bytes) >= 0) {
      const number = sequenceIn(bytes);
      const before = this.#sequence.last;
      if (number < 0) {
        this.reconnect('a message has no number');
        return;
      }
      if (this.#sequence.next(number) !== 'follows') {
        this.reconnect(`a message is missing: ${number} came after ${before}`);
        return;
      }
    }
    super.onBytes(bytes, receivedUs);
  }

  protected override onEnd(): void {
    super.onEnd();
    this.#sequence = new ConnectionSequence();
  }
}
