/** Loaded into the double's child process: gives it `process.parentPort` as a utility process has it. */
import { EventEmitter } from 'node:events';

type FromParent =
  | { kind: 'message'; data: unknown; ids: number[] }
  | { kind: 'port-message'; id: number; data: unknown }
  | { kind: 'port-close'; id: number };

const send = (message: object): void => {
  if (process.connected) process.send?.(message);
};

class ChildPort extends EventEmitter {
  readonly id: number;
  waiting: unknown[] | undefined = [];
  constructor(id: number) {
    super();
    this.id = id;
  }
  postMessage(data: unknown): void {
    send({ kind: 'port-message', id: this.id, data });
  }
  start(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const data of waiting) this.receive(data);
  }
  close(): void {
    send({ kind: 'port-close', id: this.id });
    this.emit('close');
  }
  receive(data: unknown): void {
    if (this.waiting === undefined) this.emit('message', { data, ports: [] });
    else this.waiting.push(data);
  }
}

const ports = new Map<number, ChildPort>();
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown) => send({ kind: 'message', data }),
});
Object.defineProperty(process, 'parentPort', { value: parentPort });

/** As in a utility process, nothing is delivered before there is a listener. */
const waiting: object[] = [];
parentPort.on('newListener', () => {
  setImmediate(() => {
    for (const event of waiting.splice(0)) parentPort.emit('message', event);
  });
});

process.on('message', (message: FromParent) => {
  if (message.kind === 'port-message') ports.get(message.id)?.receive(message.data);
  else if (message.kind === 'port-close') ports.get(message.id)?.emit('close');
  else {
    const arrived = message.ids.map((id) => new ChildPort(id));
    for (const port of arrived) ports.set(port.id, port);
    const event = { data: message.data, ports: arrived };
    if (parentPort.listenerCount('message') === 0 || waiting.length > 0) waiting.push(event);
    else parentPort.emit('message', event);
  }
});
process.on('disconnect', () => process.exit(0));
