/** Lines of a process that holds one account: the key comes first, as a line of its input, and goes nowhere else. */
import { AccountCalls, type AccountAsk, type CcxtAccountOptions } from './account-calls.ts';
import type { Key, OpenOptions } from './exchange.ts';
import { failureOf } from './failure.ts';
import { KeyMask } from './key-mask.ts';

export type AccountLine =
  | { readonly do: 'key'; readonly key: Key; readonly rights: 'trade' | 'cancel' }
  | { readonly do: 'ask'; readonly id: number; readonly ask: AccountAsk }
  | { readonly do: 'ping' };

export type AccountServerOptions = OpenOptions & {
  readonly say: (line: object) => void;
  readonly nowMs: () => number;
  /** Learns the key; one of its own when left out. */
  readonly mask?: KeyMask | undefined;
  /** A double of it, in tests. */
  readonly open?:
    | ((options: CcxtAccountOptions) => Promise<Pick<AccountCalls, 'answer' | 'usage'>>)
    | undefined;
};

export class AccountServer {
  readonly #options: AccountServerOptions;
  /** No line has a part of the key, whatever ccxt or the venue says. */
  readonly #mask: KeyMask;
  #calls: Promise<Pick<AccountCalls, 'answer' | 'usage'>> | undefined;

  constructor(options: AccountServerOptions) {
    this.#options = options;
    this.#mask = options.mask ?? new KeyMask();
  }

  take(line: AccountLine): void {
    if (line.do === 'ping') this.#say({ event: 'pong' });
    else if (line.do === 'key') this.#open(line);
    else void this.#answer(line.id, line.ask);
  }

  #open({ key, rights }: Extract<AccountLine, { readonly do: 'key' }>): void {
    if (this.#calls !== undefined) return;
    this.#mask.learn(key);
    const { text: mask } = this.#mask;
    const { root, id, origin, nowMs, open = (options) => AccountCalls.open(options) } = this.#options;
    this.#calls = open({ root, id, origin, nowMs, key, rights, mask });
    this.#calls.then(
      () => this.#say({ event: 'account' }),
      (error: unknown) => this.#say({ event: 'closed', text: failureOf(error, mask).text }),
    );
  }

  async #answer(id: number, ask: AccountAsk): Promise<void> {
    try {
      if (this.#calls === undefined) throw new Error('no key was given');
      const calls = await this.#calls;
      const reply = await calls.answer(ask);
      this.#say({ event: 'reply', id, ...reply, usage: calls.usage() });
    } catch (error) {
      // Nothing was sent: there is no account.
      const { name, text } = failureOf(error, this.#mask.text);
      this.#say({ event: 'reply', id, ok: false, kind: 'not-sent', name, text });
    }
  }

  #say(line: object): void {
    this.#options.say(this.#mask.line(line));
  }
}
