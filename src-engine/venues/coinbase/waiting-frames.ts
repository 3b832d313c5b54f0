/** Frames that came while a snapshot before them is read in parts: copies, in order and up to an amount of bytes. */
import type { TimeUs } from '../../domain/time.ts';

/** More than twelve snapshots of the largest product. */
const MAX_BYTES = 64 * 1024 * 1024;

export class WaitingFrames {
  #frames: { readonly bytes: Buffer; readonly receivedUs: TimeUs }[] = [];
  #bytes = 0;

  /** @param bytes valid during the call only. @returns false: there is no more room. */
  push(bytes: Buffer, receivedUs: TimeUs): boolean {
    if (this.#bytes + bytes.length > MAX_BYTES) return false;
    this.#bytes += bytes.length;
    this.#frames.push({ bytes: Buffer.from(bytes), receivedUs });
    return true;
  }

  /** Gives out frames in order for as long as `take` answers true, and forgets what it gave. */
  drain(take: (bytes: Buffer, receivedUs: TimeUs) => boolean): void {
    const frames = this.#frames;
    this.clear();
    let isGoing = true;
    for (const frame of frames) {
      if (isGoing) isGoing = take(frame.bytes, frame.receivedUs);
      else this.push(frame.bytes, frame.receivedUs);
    }
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
