/** The process that signs without a process, on a scripted chain: what it kept outlives it, and it can end at any line. */
import type { ConnectOptions, Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { loadContracts } from '../process/contracts.ts';
import { loadWalletCalls } from '../wallet/calls.ts';
import { WalletServer } from '../wallet/account-server.ts';
import type { WalletLine, WalletSaid } from '../wallet/asks.ts';
import { RpcError } from '../process/rpc.ts';
import { LOCAL, POOLS, ScriptedMempool } from './scripted-mempool.ts';
import { GWEI, signer } from './wallet-rig.ts';

const [calls, contracts] = [await loadWalletCalls(), await loadContracts()];

export class WalletInProcess implements Network {
  readonly chain = new ScriptedMempool(signer.address);
  /** As it is durable. */
  kept: unknown;
  /** Since when its record is there. */
  sinceMs = 0;
  /** The process ends instead of taking or saying the next line that this names, such as `place`, `keep`, `kept`, `accepted`, `fill`. */
  endsAt = '';
  /** Another process starts once this is over. */
  starting: Promise<unknown> = Promise.resolve();
  /** Another process has the record: the next one that is opened stands beside it. */
  isBeside = false;
  /** The engine is frozen: it reads nothing, and keeps nothing. */
  #unread: (() => void)[] | undefined;
  /** The factory cannot be asked. */
  isWithoutPools = false;
  /** Lines that left it, in order. */
  readonly said: WalletSaid[] = [];
  #nowMs = 0;
  #waiting: (() => void)[] = [];
  #end: () => void = () => undefined;

  /** The process looks at the chain again. */
  look(seconds = 0): void {
    this.#nowMs += seconds * 1_000;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The engine reads no line any longer, while its process goes on; a process of a watchdog stands beside it. */
  freeze(): void {
    this.#unread = [];
    this.isBeside = true;
  }

  thaw(): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    this.isBeside = false;
    for (const read of unread) read();
  }

  /** The process is gone, as after a SIGKILL. */
  end(): void {
    this.#end();
  }

  connect(_url: string, _options: ConnectOptions, events: ConnectionEvents): Connection {
    let isOpen = true;
    const { isBeside } = this;
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      server.stop();
      setImmediate(() => events.onClose(1006, 'the process has ended'));
    };
    this.#end = end;
    const endsAt = (name: string): boolean => {
      if (this.endsAt !== name) return false;
      this.endsAt = '';
      end();
      return true;
    };
    const say = (line: WalletSaid): void => {
      if (!isOpen) return;
      if (endsAt(line.event === 'order' ? line.kind : line.event)) return;
      if (this.#unread === undefined || isBeside) heard(line);
      else this.#unread.push(() => heard(line));
    };
    const heard = (line: WalletSaid): void => {
      this.said.push(line);
      if (line.event !== 'keep') {
        // As through a pipe: never within the call.
        setImmediate(() => isOpen && events.onMessage(Buffer.from(JSON.stringify(line))));
        return;
      }
      this.kept = structuredClone(line.record);
      if (!endsAt('kept')) setImmediate(() => isOpen && server.take({ do: 'kept', id: line.id }));
    };
    const server = new WalletServer({
      version: 'v2',
      calls,
      contracts,
      deployment: LOCAL,
      say,
      // A process that is gone sends nothing.
      rpc: { call: (...of) => (isOpen ? this.chain.call(...of) : new Promise(() => undefined)) },
      pools: {
        ...POOLS,
        discover: () =>
          this.isWithoutPools ? Promise.reject(new RpcError('no-answer', 'no answer')) : Promise.resolve(),
      },
      maxGasPrice: 50n * GWEI,
      nowMs: () => Date.now() + this.#nowMs,
      wait: () => new Promise<void>((resolve) => this.#waiting.push(resolve)),
    });
    void this.starting.then(() => setImmediate(() => isOpen && events.onOpen()));
    return {
      send: (text) => {
        if (!isOpen) return false;
        const line = JSON.parse(text) as WalletLine;
        if (line.do === 'ask' && endsAt(line.ask.what)) return true;
        server.take(
          line.do === 'open' ? { ...line, record: this.kept, sinceMs: this.sinceMs, isBeside } : line,
        );
        return true;
      },
      close: end,
      terminate: end,
    };
  }

  request(): Promise<HttpAnswer> {
    return Promise.reject(new Error('only accounts are in this process'));
  }
}
