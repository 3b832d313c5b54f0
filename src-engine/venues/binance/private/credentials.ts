import { createHmac, createPrivateKey, createSecretKey, type KeyObject, sign } from 'node:crypto';
import { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';

/** Binance gives out 64 letters and digits; a local exchange has its own. */
const KEY = /^[\w-]{4,128}$/;
/** The secret of an HMAC key: Binance gives out 64 letters and digits. */
const HMAC_SECRET = /^[\x21-\x7e]{8,256}$/;
/** A private key as text: on one line, as the keychain keeps it, or on several. */
const PEM = /^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/;

/**
 * An API key and what signs with it: HMAC-SHA256 or Ed25519 (Binance spot API, "SIGNED endpoint security"). It can sign
 * requests and nothing else: no log, error, JSON or copy shows it, since private fields are not properties.
 */
export class BinanceCredentials extends Unprinted {
  readonly kind: 'hmac' | 'ed25519';
  readonly #key: string;
  /** Made once: signing with the text would make it again for every order. */
  readonly #secret: KeyObject;

  /** @throws UserError, without the value, when a half is not of a form that Binance gives out, or is an RSA key. */
  constructor(key: string, secret: string) {
    super('Binance');
    if (!KEY.test(key)) throw malformed('API key', 'does not have the format of a Binance key');
    this.#key = key;
    const pem = PEM.exec(secret.trim());
    if (pem !== null) {
      this.kind = 'ed25519';
      this.#secret = ed25519(pem[1] ?? '', pem[2] ?? '');
    } else if (HMAC_SECRET.test(secret) && !secret.startsWith('-----')) {
      this.kind = 'hmac';
      this.#secret = createSecretKey(secret, 'utf8');
    } else throw malformed('secret key', 'is neither one word nor a private key in PEM format');
  }

  /** @throws UserError where the venue documents no key of this kind. @param title of the venue. */
  requireKind(kinds: readonly (typeof this.kind)[], title: string): this {
    if (kinds.includes(this.kind)) return this;
    throw new UserError({
      code: 'bad-credentials',
      field: 'private key',
      message: `is an Ed25519 key, which ${title} does not document`,
      remedy: `Make a key that ${title} generates (HMAC).`,
    });
  }

  get apiKey(): string {
    return this.#key;
  }

  /** Hex of an HMAC, base64 of an Ed25519 signature, of the UTF-8 bytes of `payload`. */
  sign(payload: string): string {
    const secret = this.#secret;
    if (this.kind === 'hmac') return createHmac('sha256', secret).update(payload).digest('hex');
    return sign(null, Buffer.from(payload), secret).toString('base64');
  }
}

/** @throws UserError for a key of another kind, one behind a password, and text that is none. */
function ed25519(label: string, body: string): KeyObject {
  if (label !== 'PRIVATE KEY') {
    throw malformed('private key', `is a ${label.toLowerCase()}, not an unencrypted PKCS#8 private key`);
  }
  let key: KeyObject;
  try {
    const lines = body.replace(/\s/g, '').replace(/.{1,64}/g, '$&\n');
    key = createPrivateKey(`-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`);
  } catch {
    throw malformed('private key', 'is not a private key in PEM format');
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new UserError({
    code: 'bad-credentials',
    field: 'private key',
    message: `has the type ${key.asymmetricKeyType ?? 'unknown'}, which is not supported`,
    remedy:
      'Make an Ed25519 key and give Binance its public half, or use a key that Binance generates (HMAC).',
  });
}

const malformed = (field: string, message: string): UserError =>
  badCredential(field, message, 'Binance’s API management');
