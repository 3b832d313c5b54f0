/** The kernel, with every call that it gets written down before it is carried out. */
import type { InstrumentId } from '../domain/ids.ts';
import type { BookUpdate } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Input } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { KernelCall } from './session-log.ts';

export class RecordedKernel extends Kernel {
  readonly #write: (call: KernelCall) => void;
  /** A call is under way: the kernel's calls of its own methods follow from it and are not recorded. */
  #isInside = false;

  constructor(config: KernelConfig, write: (call: KernelCall) => void) {
    super(config);
    this.#write = write;
  }

  override begin(nowUs: TimeUs): void {
    this.#write({ call: 'begin', atUs: nowUs });
    super.begin(nowUs);
  }

  override end(nowUs: TimeUs): void {
    this.#write({ call: 'end', atUs: nowUs });
    super.end(nowUs);
  }

  override step(input: Input): void {
    this.#write({ call: 'step', input });
    this.#isInside = true;
    try {
      super.step(input);
    } finally {
      this.#isInside = false;
    }
  }

  override takeBook(update: BookUpdate): boolean {
    if (!this.#isInside) this.#write({ call: 'take', update });
    return super.takeBook(update);
  }

  override look(id: InstrumentId, nowUs: TimeUs): void {
    if (!this.#isInside) this.#write({ call: 'look', instrumentId: id, atUs: nowUs });
    super.look(id, nowUs);
  }
}
