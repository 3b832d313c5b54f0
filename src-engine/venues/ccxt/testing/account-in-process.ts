/** An account's process without a process: ccxt's own class in this one, behind the same lines. */
import type { ConnectOptions, Connection, ConnectionEvents, HttpAnswer, Network } from '../../network.ts';
import { readCcxtAddress } from '../address.ts';
import { ccxtRoot } from '../launch.ts';
import { AccountCalls } from '../process/account-calls.ts';
import { type AccountLine, AccountServer } from '../process/account-server.ts';

export class AccountInProcess implements Network {
  /** Lines that went to it, in order. */
  readonly heard: string[] = [];
  readonly #isThrottled: boolean;
  #end: (() => void) | undefined;

  /** @param isThrottled by ccxt, as at the venue. */
  constructor(isThrottled = false) {
    this.#isThrottled = isThrottled;
  }

  connect(url: string, _options: ConnectOptions, events: ConnectionEvents): Connection {
    const { id, origin } = readCcxtAddress(url);
    let isOpen = true;
    const server = new AccountServer({
      root: ccxtRoot(),
      id,
      origin,
      nowMs: () => Date.now(),
      open: (options) => AccountCalls.open({ ...options, isThrottled: this.#isThrottled }),
      // As through a pipe: never within the call.
      say: (line) => setImmediate(() => isOpen && events.onMessage(Buffer.from(JSON.stringify(line)))),
    });
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      setImmediate(() => events.onClose(1006, 'the process has ended'));
    };
    this.#end = end;
    setImmediate(() => events.onOpen());
    return {
      send: (text) => {
        if (!isOpen) return false;
        this.heard.push(text);
        server.take(JSON.parse(text) as AccountLine);
        return true;
      },
      close: end,
      terminate: end,
    };
  }

  /** The process of the last connection is gone. */
  end(): void {
    this.#end?.();
  }

  request(): Promise<HttpAnswer> {
    return Promise.reject(new Error('only accounts are in this process'));
  }
}
