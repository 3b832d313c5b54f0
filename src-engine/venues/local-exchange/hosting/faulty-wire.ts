import type { DurationUs, TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Faults } from '../core/faults.ts';
import type { Wire } from './wire.ts';

/** Bytes that may wait for a slow client before it is cut off. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** Frames that may wait under the delay fault before the connection is cut off. */
const MAX_DELAYED_FRAMES = 100_000;

/** Sends frames through the faults: none, one or two copies of each, at once or later, in order. */
export class FaultyWire {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #faults: Faults;
  #delayed = 0;
  #lastDueUs: TimeUs = 0;
  #closed = false;

  constructor(wire: Wire, clock: Clock, faults: Faults) {
    this.#wire = wire;
    this.#clock = clock;
    this.#faults = faults;
  }

  /** @param channelOf of a frame that carries data; it is asked only while a fault needs it. */
  send(frame: string, channelOf: (frame: string) => string | undefined): void {
    const copies = this.#faults.copiesOf(frame, channelOf);
    for (let copy = 0; copy < copies; copy++) {
      if (this.#delayUs() === 0 && this.#delayed === 0) this.#write(frame);
      else this.#writeLater(frame);
    }
  }

  /** Nothing more is sent. */
  close(): void {
    this.#closed = true;
  }

  /** Ends the connection with a closing handshake where the carrier has one. */
  end(): void {
    this.#closed = true;
    if (this.#wire.close === undefined) this.#wire.terminate();
    else this.#wire.close();
  }

  cut(): void {
    this.#closed = true;
    this.#wire.terminate();
  }

  #delayUs(): DurationUs {
    return this.#faults.delayUs + this.#faults.latencyUs;
  }

  #write(frame: string): void {
    if (this.#closed) return;
    if (this.#wire.bufferedAmount > MAX_BUFFERED_BYTES) this.cut();
    else this.#wire.send(frame);
  }

  #writeLater(frame: string): void {
    if (this.#delayed >= MAX_DELAYED_FRAMES) return this.cut();
    this.#delayed++;
    this.#lastDueUs = Math.max(this.#lastDueUs, this.#clock.nowUs() + this.#delayUs());
    this.#clock.schedule(this.#lastDueUs, () => {
      this.#delayed--;
      this.#write(frame);
    });
  }
}
