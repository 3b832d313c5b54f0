import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';
import type { Credential } from '../../venue-account.ts';

/** KuCoin gives out 24 hexadecimal digits; a test has its own. */
const KEY = /^[\w-]{4,128}$/;
const SECRET = /^[\x21-\x7e]{8,128}$/;
/** Chosen by the owner of the key; it may hold spaces. */
const PASSPHRASE = /^[\x20-\x7e]{1,64}$/;

/**
 * An API key whose secret KuCoin generated, its passphrase, and what signs with both: HMAC-SHA256 (KuCoin, "Authentication"). It can sign
 * requests and nothing else: no log, error, JSON or copy shows it.
 */
export class KucoinCredentials extends Unprinted {
  readonly #key: string;
  readonly #secret: KeyObject;
  /** As calls carry it: signed, and the same for all of them. */
  readonly #passphrase: string;

  /** @throws UserError, without the value, when a part is not of a form that KuCoin gives out. */
  constructor({ key, secret, passphrase = '' }: Credential) {
    super('KuCoin');
    if (!KEY.test(key)) throw malformed('API key', 'does not have the format of a KuCoin key');
    if (!SECRET.test(secret)) throw malformed('API secret', 'is not one word');
    if (!PASSPHRASE.test(passphrase)) {
      throw malformed(
        'passphrase',
        'is missing, or is not one line: the one that you chose when you made the key',
      );
    }
    this.#key = key;
    this.#secret = createSecretKey(secret, 'utf8');
    this.#passphrase = this.sign(passphrase);
  }

  get apiKey(): string {
    return this.#key;
  }

  /** Base64 of the UTF-8 bytes of `payload`. */
  sign(payload: string): string {
    return createHmac('sha256', this.#secret).update(payload).digest('base64');
  }

  /** Headers of a call. @param target path and query, exactly as they are sent. */
  headers(timestampMs: number, method: string, target: string, body: string): Record<string, string> {
    return {
      'KC-API-KEY': this.#key,
      'KC-API-SIGN': this.sign(`${timestampMs}${method}${target}${body}`),
      'KC-API-TIMESTAMP': String(timestampMs),
      'KC-API-PASSPHRASE': this.#passphrase,
      // Of keys whose passphrase is sent signed; newer ones are taken so too.
      'KC-API-KEY-VERSION': '2',
    };
  }
}

const malformed = (field: string, message: string): UserError =>
  badCredential(field, message, 'KuCoin’s API management');
