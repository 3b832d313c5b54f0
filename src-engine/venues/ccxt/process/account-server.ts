/** Lines of a process that holds one account: the key comes first, as a line of its input, and goes nowhere else. */
import { AccountCalls, type AccountAsk, type CcxtAccountOptions } from './account-calls.ts';
import type { Key, OpenOptions } from './exchange.ts';
import { failureOf } from './failure.ts';

export type AccountLine =
  | { readonly do: 'key'; readonly key: Key; readonly rights: 'trade' | 'cancel' }
  | { readonly do: 'ask'; readonly id: number; readonly ask: AccountAsk }
  | { readonly do: 'ping' };

export type AccountServerOptions = OpenOptions & {
  readonly say: (line: object) => void;
  readonly nowMs: () => number;
  /** A double of it, in tests. */
  readonly open?:
    | ((options: CcxtAccountOptions) => Promise<Pick<AccountCalls, 'answer' | 'usage'>>)
    | undefined;
};

/** Shorter ones are words, or parts of other texts. */
const SHORTEST_SECRET = 4;

export class AccountServer {
  readonly #options: AccountServerOptions;
  /** Parts of the key: no answer repeats them, whatever ccxt or the venue says. */
  #secrets: readonly string[] = [];
  #calls: Promise<Pick<AccountCalls, 'answer' | 'usage'>> | undefined;

  constructor(options: AccountServerOptions) {
    this.#options = options;
  }

  take(line: AccountLine): void {
    const { say } = this.#options;
    if (line.do === 'ping') say({ event: 'pong' });
    else if (line.do === 'key') this.#open(line);
    else void this.#answer(line.id, line.ask);
  }

  #open({ key, rights }: Extract<AccountLine, { readonly do: 'key' }>): void {
    if (this.#calls !== undefined) return;
    // The longest first, as one may lie within another.
    this.#secrets = [key.secret, key.key, key.passphrase ?? '']
      .filter((part) => part.length >= SHORTEST_SECRET)
      .toSorted((a, b) => b.length - a.length);
    const { say, open = (options) => AccountCalls.open(options), ...options } = this.#options;
    this.#calls = open({ ...options, key, rights, mask: this.#mask });
    this.#calls.then(
      () => say({ event: 'account' }),
      (error: unknown) => say({ event: 'closed', text: failureOf(error, this.#mask).text }),
    );
  }

  async #answer(id: number, ask: AccountAsk): Promise<void> {
    const { say } = this.#options;
    try {
      if (this.#calls === undefined) throw new Error('no key was given');
      const calls = await this.#calls;
      const reply = await calls.answer(ask);
      say({ event: 'reply', id, ...reply, usage: calls.usage() });
    } catch (error) {
      // Nothing was sent: there is no account.
      const { name, text } = failureOf(error, this.#mask);
      say({ event: 'reply', id, ok: false, kind: 'not-sent', name, text });
    }
  }

  readonly #mask = (text: string): string =>
    this.#secrets.reduce((masked, part) => masked.replaceAll(part, '…'), text);
}
