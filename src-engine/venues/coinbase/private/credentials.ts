import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { UserError } from '../../../domain/errors.ts';
import { badCredential, Unprinted } from '../../toolkit/unprinted.ts';

/** `organizations/{org}/apiKeys/{id}`, or the id alone. */
const NAME = /^[\w-]{4,64}(\/[\w-]{1,64}){0,3}$/;
/** A private key as text: on one line, as the keychain keeps it, or on several. */
const PEM = /^-----BEGIN ((?:EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/;
/** An Ed25519 key as Coinbase gives it out: 32 bytes of seed, and 32 of the public key behind them. */
const BASE64 = /^(?:[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)$/;
const SEED_BYTES = 32;
/** What stands before a seed in PKCS#8 (RFC 8410, section 7). */
const SEED_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SOURCE = 'the key file that the Coinbase Developer Platform gave you';

/** What a token is for: a call, as `GET api.coinbase.com/api/v3/brokerage/accounts`, or a connection. */
export type TokenUse = {
  readonly uri?: string | undefined;
  /** Seconds since 1970 by the venue's clock. */
  readonly fromS: number;
  /** At most 120. */
  readonly lifeS: number;
};

/** Longest time that a token holds (Advanced Trade, "API Key Authentication"). */
export const TOKEN_LIFE_S = 120;

/**
 * An API key of the Coinbase Developer Platform, and what signs with it: ES256 by a P-256 key in PEM, or EdDSA by an Ed25519 key in base64
 * or PEM. It can sign tokens and nothing else: no log, error, JSON or copy shows it.
 */
export class CoinbaseCredentials extends Unprinted {
  readonly kind: 'ES256' | 'EdDSA';
  readonly #name: string;
  readonly #secret: KeyObject;

  /** @throws UserError, without the value, when a half is not of a form that Coinbase gives out. */
  constructor(name: string, secret: string) {
    super('Coinbase');
    if (!NAME.test(name)) throw malformed('API key name', 'does not have the format of a Coinbase key name');
    this.#name = name;
    // Files of keys are JSON, in which a new line is written as two characters.
    this.#secret = privateKey(secret.replaceAll('\\n', '\n').trim());
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = this.#secret;
    if (type === 'ed25519') this.kind = 'EdDSA';
    else if (type === 'ec' && details?.namedCurve === 'prime256v1') this.kind = 'ES256';
    else throw malformed('private key', `has the type ${type ?? 'unknown'}, and not ECDSA P-256 or Ed25519`);
  }

  get keyName(): string {
    return this.#name;
  }

  /** A JSON Web Token, good for one use. @param nonce hexadecimal digits that no other token has. */
  token({ uri, fromS, lifeS }: TokenUse, nonce: string = randomBytes(16).toString('hex')): string {
    const header = { alg: this.kind, kid: this.#name, nonce, typ: 'JWT' };
    const call = uri === undefined ? {} : { uri };
    const payload = { sub: this.#name, iss: 'cdp', nbf: fromS, exp: fromS + lifeS, ...call };
    const signed = `${encoded(header)}.${encoded(payload)}`;
    const bytes = Buffer.from(signed);
    const signature =
      this.kind === 'EdDSA'
        ? sign(null, bytes, this.#secret)
        : // The two numbers one after the other, and not the form of certificates (RFC 7518, section 3.4).
          sign('sha256', bytes, { key: this.#secret, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

function privateKey(text: string): KeyObject {
  const pem = PEM.exec(text);
  if (pem === null && !BASE64.test(text))
    throw malformed('private key', 'is neither a private key in PEM format nor an Ed25519 key in base64');
  try {
    if (pem !== null) {
      const [, label = '', body = ''] = pem;
      const lines = body.replace(/\s/g, '').replace(/.{1,64}/g, '$&\n');
      return createPrivateKey(`-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`);
    }
    return fromSeed(Buffer.from(text, 'base64'));
  } catch {
    throw malformed('private key', 'cannot be read: a part of it is missing or altered');
  }
}

/** @throws Error when the public key behind the seed is not that of the seed. */
function fromSeed(bytes: Buffer): KeyObject {
  const der = Buffer.concat([SEED_HEAD, bytes.subarray(0, SEED_BYTES)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const given = bytes.subarray(SEED_BYTES);
  const made = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES);
  if (given.length > 0 && !given.equals(made)) throw new Error('the two halves do not belong together');
  return key;
}

/**
 * A key as the file that Coinbase gives out has it: `{"name", "privateKey"}`, with `id` for the name of an Ed25519 key. Undefined for a
 * text that is no such file.
 */
export function credentialOfFile(
  text: string,
): { readonly key: string; readonly secret: string } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { name, id, privateKey: secret } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const key = typeof name === 'string' && name !== '' ? name : id;
    if (typeof key !== 'string' || typeof secret !== 'string') return undefined;
    return { key: key.trim(), secret: secret.replace(/\s*\n\s*/g, '').trim() };
  } catch {
    return undefined;
  }
}

const malformed = (field: string, message: string): UserError => badCredential(field, message, SOURCE);
