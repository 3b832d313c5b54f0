import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';

/** Bybit gives out 18 letters and digits; a test has its own. */
const KEY = /^[\w-]{4,128}$/;
const SECRET = /^[\x21-\x7e]{8,256}$/;

/**
 * An API key whose secret Bybit generated, and what signs with it: HMAC-SHA256 (Bybit v5, "Integration Guidance"). It can sign requests and
 * nothing else: no log, error, JSON or copy shows it.
 */
export class BybitCredentials extends Unprinted {
  readonly #key: string;
  /** Made once: signing with the text would make it again for every order. */
  readonly #secret: KeyObject;

  /** @throws UserError, without the value, when a half is not of a form that Bybit gives out, or is an RSA key. */
  constructor(key: string, secret: string) {
    super('Bybit');
    if (!KEY.test(key)) throw malformed('API key', 'does not have the format of a Bybit key');
    if (!SECRET.test(secret) || secret.startsWith('-----')) {
      throw malformed(
        'API secret',
        'is not one word: only keys that Bybit generates are supported, and no RSA keys',
      );
    }
    this.#key = key;
    this.#secret = createSecretKey(secret, 'utf8');
  }

  get apiKey(): string {
    return this.#key;
  }

  /** Lower-case hex of the UTF-8 bytes of `payload`. */
  sign(payload: string): string {
    return createHmac('sha256', this.#secret).update(payload).digest('hex');
  }

  /** Of a REST call. @param text its query or its body, exactly as it is sent. */
  signCall(timestampMs: number, recvWindowMs: number, text: string): string {
    return this.sign(`${timestampMs}${this.#key}${recvWindowMs}${text}`);
  }

  /** Of the `auth` request of a connection that must arrive by `expiresMs`. */
  signSession(expiresMs: number): string {
    return this.sign(`GET/realtime${expiresMs}`);
  }
}

const malformed = (field: string, message: string): UserError =>
  badCredential(field, message, 'Bybit’s API management');
