/** Message ports of the double, and the strictness of everything in it. */
import { EventEmitter } from 'node:events';

/** One end of a channel, as Electron's MessagePortMain: silent until started, and then in order. */
export class PortMain extends EventEmitter {
  peer: PortMain | undefined;
  waiting: unknown[] = [];
  isStarted = false;
  isClosed = false;

  static pair(): [PortMain, PortMain] {
    const pair: [PortMain, PortMain] = [new PortMain(), new PortMain()];
    [pair[0].peer, pair[1].peer] = [pair[1], pair[0]];
    return pair;
  }

  postMessage(data: unknown): void {
    const { peer } = this;
    if (peer === undefined || this.isClosed || peer.isClosed) return;
    // Copied as a real port would, so that what cannot travel is noticed.
    peer.waiting.push(structuredClone(data));
    queueMicrotask(() => peer.deliver());
  }

  start(): void {
    this.isStarted = true;
    this.deliver();
  }

  close(): void {
    for (const port of [this, this.peer]) {
      if (port === undefined || port.isClosed) continue;
      port.isClosed = true;
      port.emit('close');
    }
  }

  deliver(): void {
    if (!this.isStarted) return;
    for (const data of this.waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
}

/** Reading anything that is not there throws, instead of giving undefined. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      // A promise's machinery asks every object for `then`, and test reports ask for symbols.
      if (!(key in object) && typeof key === 'string' && key !== 'then' && key !== 'toJSON') {
        throw new Error(`${name}.${key} is not in the double of Electron`);
      }
      return Reflect.get(object, key) as unknown;
    },
  });
}
