import type { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';
import { apiSign } from './sign.ts';

/** Standard base64: what Kraken shows as the private key. */
const BASE64 = /^[A-Za-z0-9+/]{16,}={0,2}$/;

/**
 * An API key and its secret. They can sign requests and nothing else: no log, error, JSON or copy shows them,
 * since private fields are not properties.
 */
export class KrakenCredentials extends Unprinted {
  readonly #key: string;
  readonly #secret: Buffer;

  /** @throws UserError, without the value, when either is not of Kraken's form. */
  constructor(key: string, secret: string) {
    super('Kraken');
    if (!/^[\x21-\x7e]{8,256}$/.test(key))
      throw malformed('API key', 'does not have the format of a Kraken key');
    if (!BASE64.test(secret) || secret.length % 4 !== 0) throw malformed('private key', 'is not base64');
    this.#key = key;
    this.#secret = Buffer.from(secret, 'base64');
  }

  /** Headers of one signed call. */
  headers(path: string, nonce: string, body: string): Readonly<Record<string, string>> {
    return { 'API-Key': this.#key, 'API-Sign': apiSign(path, nonce, body, this.#secret) };
  }
}

const malformed = (field: string, message: string): UserError =>
  badCredential(field, message, 'Kraken’s settings');
