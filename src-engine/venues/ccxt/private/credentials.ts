import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';
import type { Credential } from '../../venue-account.ts';

/** Venues differ in the form of their keys: a key is one word, or a PEM on one line; a passphrase may hold spaces. */
const HALF = /^[\x20-\x7e]{4,4096}$/;
const PASSPHRASE = /^[\x20-\x7e]{0,128}$/;

/** A key that goes to the process of its class, as a line of that process's input, and nowhere else: no log, error, JSON or copy shows it. */
export class CcxtCredentials extends Unprinted {
  readonly #line: Credential;

  /** @throws UserError, without the value, when a part is not one line of plain characters. */
  constructor({ key, secret, passphrase }: Credential) {
    super('ccxt');
    const page = 'the venue’s page of this key';
    if (!HALF.test(key)) throw badCredential('API key', 'is not one line of plain characters', page);
    if (!HALF.test(secret)) throw badCredential('API secret', 'is not one line of plain characters', page);
    if (!PASSPHRASE.test(passphrase ?? ''))
      throw badCredential('passphrase', 'is not one line of plain characters', page);
    this.#line = { key, secret, passphrase };
  }

  /** The line that opens the account. @param rights `cancel`: the process asks what is open and cancels it, and nothing else. */
  opening(rights: 'trade' | 'cancel'): string {
    return JSON.stringify({ do: 'key', key: this.#line, rights });
  }
}
