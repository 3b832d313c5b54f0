import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';
import type { Credential } from '../../venue-account.ts';

/** OKX gives out a UUID; a test has its own. */
const KEY = /^[\w-]{4,128}$/;
const SECRET = /^[\x21-\x7e]{8,256}$/;
/** Chosen by the owner of the key: 8 to 32 characters at OKX. */
const PASSPHRASE = /^[\x20-\x7e]{1,64}$/;

/**
 * An API key with the passphrase that its owner gave it, and what signs with it: HMAC-SHA256 in base64 (OKX API v5, "Making
 * Requests"). No log, error, JSON or copy shows its secret or passphrase; the passphrase leaves with each request, as OKX asks.
 */
export class OkxCredentials extends Unprinted {
  readonly #key: string;
  /** Made once: signing with the text would make it again for every order. */
  readonly #secret: KeyObject;
  readonly #passphrase: string;

  /** @throws UserError, without the value, when a part is not of a form that OKX gives out. */
  constructor({ key, secret, passphrase = '' }: Credential) {
    super('OKX');
    if (!KEY.test(key)) throw malformed('API key', 'does not have the format of an OKX key');
    if (!SECRET.test(secret)) throw malformed('API secret', 'is not one word');
    if (!PASSPHRASE.test(passphrase)) {
      throw malformed(
        'passphrase',
        'is missing, or is not one line: the one that you chose when you made the key',
      );
    }
    this.#key = key;
    this.#secret = createSecretKey(secret, 'utf8');
    this.#passphrase = passphrase;
  }

  get apiKey(): string {
    return this.#key;
  }

  get passphrase(): string {
    return this.#passphrase;
  }

  /** Base64 of the HMAC of the UTF-8 bytes of `payload`. */
  sign(payload: string): string {
    return createHmac('sha256', this.#secret).update(payload).digest('base64');
  }

  /**
   * Of a REST call. @param timestamp as it is sent: `2020-12-08T09:08:57.715Z`. @param path with its query. @param body exactly as
   * it is sent; empty for none.
   */
  signCall(timestamp: string, method: string, path: string, body: string): string {
    return this.sign(timestamp + method + path + body);
  }

  /** Of the `login` of a connection. @param seconds since 1970, as text: not milliseconds, as everywhere else. */
  signSession(seconds: string): string {
    return this.sign(`${seconds}GET/users/self/verify`);
  }
}

const malformed = (field: string, message: string): UserError =>
  badCredential(field, message, 'OKX’s API management');
