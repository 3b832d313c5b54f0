import { createHash, createHmac } from 'node:crypto';

/**
 * Kraken's `API-Sign`: base64 of HMAC-SHA512 over path + SHA256(nonce + body), keyed with the decoded secret
 * (docs.kraken.com, "Spot REST Authentication"). The nonce is in the body too.
 * @param path from the leading slash, without host and query: `/0/private/AddOrder`.
 * @param body the bytes that are sent, as text.
 */
export function apiSign(path: string, nonce: string, body: string, secret: Buffer): string {
  const digest = createHash('sha256').update(nonce).update(body).digest();
  return createHmac('sha512', secret).update(path).update(digest).digest('base64');
}
